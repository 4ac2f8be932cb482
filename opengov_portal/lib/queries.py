"""Queries that are put into SQL once, and asked again and again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, ProgrammingError
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState

from opengov_portal.lib.replica import connection

Row = TypeVar("Row", bound=Model)

Answer = list[tuple[Any, ...]]

numbers = count(1)  # for the names of what is worded
# What is prepared in each session; of one that is not here nothing is known.
sessions: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def prepare(cursor: Any, statements: Mapping[str, str]) -> None:
    """Tells PostgreSQL these statements by name, unless it knows them in this session.

    What it knows it need not read and plan again: `EXECUTE` takes the name and values.
    """
    session = connection.connection
    known = sessions.get(session)
    if known is not None and known >= statements.keys():
        return
    sessions.pop(session, None)  # put back when it has gone well
    told = [] if known else ["DEALLOCATE ALL"]
    known = known or set()
    told += [f"PREPARE {name} {sql}" for name, sql in statements.items() if name not in known]
    cursor.execute("; ".join(told))
    sessions[session] = known | statements.keys()


def distrust() -> None:
    """Counts on nothing that was prepared in this session: it is told anew when next needed."""
    if connection.connection is not None:
        sessions.pop(connection.connection, None)


class Wording(NamedTuple):
    """A query in SQL, as it is prepared and under which name, and how its answer is read."""

    sql: str
    name: str
    prepared: str
    names: list[str]
    converters: list[tuple[str, Callable[..., Any], Any]]


class Worded(Generic[Row]):
    """A query that Django puts into SQL once, and that is then asked with other values.

    To word a query by key takes Django longer than the database takes to answer
    it. `query` makes the queryset from some values; it uses each of them once,
    as it stands, in their order, and its words do not depend on them.
    """

    def __init__(self, query: Callable[..., QuerySet[Row]]) -> None:
        self.query = query
        self.model: type[Row]
        self.wording: Wording | None = None

    def worded(self, values: tuple[Any, ...]) -> Wording:
        """Raises ValueError when the query asks with other values than those given."""
        queryset = self.query(*values)
        query, self.model = queryset.query, queryset.model
        compiler = query.get_compiler(connection=connection)
        sql, used = compiler.as_sql()
        if tuple(used) != values:
            raise ValueError(f"This query asks with {used}, and was given {values}.")
        converters = compiler.get_converters([column for column, *_rest in compiler.select])
        # The model's own come first, and only those that the queryset does not defer.
        own = compiler.select[: len(compiler.select) - len(query.annotation_select)]
        names = [*(column.target.attname for column, *_rest in own), *query.annotation_select]
        self.wording = Wording(
            sql,
            f"worded_{next(numbers)}",
            f"AS {sql % tuple(f'${place}' for place in range(1, len(values) + 1))}",
            names,
            [
                (names[place], convert, column)
                for place, (converters, column) in converters.items()
                for convert in converters
            ],
        )
        return self.wording

    def read(self, wording: Wording, rows: Iterable[Sequence[Any]]) -> list[Row]:
        """Instances, made as pickle makes them: to pass each column by name costs ten times that.

        No model that is asked for so does anything of its own when it is made.
        """
        model, found, database = self.model, [], connection.alias
        for row in rows:
            one = model.__new__(model)
            facts = one.__dict__
            facts.update(zip(wording.names, row, strict=True))
            for name, convert, column in wording.converters:
                facts[name] = convert(facts[name], column, connection)
            state = facts["_state"] = ModelState()
            state.adding, state.db = False, database
            found.append(one)
        return found


def at_once(queries: Sequence[Worded[Any]], *values: Any) -> list[list[Any]]:
    """What each of these queries finds, all asked with the same values.

    The rows are instances of the model, with what the queryset annotates. The queries
    travel together, as prepared statements, where the database takes it so (PostgreSQL).
    """
    wordings = [query.wording or query.worded(values) for query in queries]
    ask = executed if connection.vendor == "postgresql" else asked
    return [
        query.read(wording, rows)
        for query, wording, rows in zip(queries, wordings, ask(wordings, values), strict=True)
    ]


def asked(wordings: Sequence[Wording], values: tuple[Any, ...]) -> list[Answer]:
    answers = []
    with connection.cursor() as cursor:
        for wording in wordings:
            cursor.execute(wording.sql, values)
            answers.append(cursor.fetchall())
    return answers


def executed(wordings: Sequence[Wording], values: tuple[Any, ...]) -> list[Answer]:
    """As `asked`, in one packet, of what the session has prepared."""
    try:
        return packet(wordings, values)
    except (NotSupportedError, ProgrammingError):
        # A table has changed under a statement, or the session has lost it.
        distrust()
        if connection.in_atomic_block:
            raise
        return packet(wordings, values)


def packet(wordings: Sequence[Wording], values: tuple[Any, ...]) -> list[Answer]:
    marks = ", ".join(["%s"] * len(values))
    answers = []
    with connection.cursor() as cursor:
        prepare(cursor, {wording.name: wording.prepared for wording in wordings})
        # All are asked with the same values, which are written in SQL once.
        given = cursor.mogrify(marks, values)
        cursor.execute("; ".join([f"EXECUTE {wording.name} ({given})" for wording in wordings]))
        for _each in wordings:
            answers.append(cursor.fetchall())
            cursor.nextset()
    return answers
