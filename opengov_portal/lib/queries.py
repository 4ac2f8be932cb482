"""Queries that are put into SQL once, and asked again and again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


@contextmanager
def at_once() -> Iterator[None]:
    """What is asked in here travels together, where the database takes it so (PostgreSQL)."""
    connection.ensure_connection()
    pipeline = getattr(connection.connection, "pipeline", nullcontext)
    with connection.wrap_database_errors, pipeline():
        yield


class Wording(NamedTuple):
    """A query in SQL, and how its answer is read."""

    sql: str
    fields: list[str]
    annotations: list[str]
    converters: list[tuple[int, list[Callable[..., Any]], Any]]


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

    def __call__(self, *values: Any) -> list[Row]:
        """The rows, as instances of the model with what the queryset annotates.

        Raises ValueError when the query asks with other values than those given.
        """
        return self.ask(*values)()

    def ask(self, *values: Any) -> Callable[[], list[Row]]:
        """Sends the query; what it gives back waits for the rows."""
        wording = self.wording or self.worded(values)
        cursor = connection.cursor()
        cursor.execute(wording.sql, values)

        def rows() -> list[Row]:
            with cursor:
                return [self.read(wording, list(row)) for row in cursor.fetchall()]

        return rows

    def worded(self, values: tuple[Any, ...]) -> Wording:
        queryset = self.query(*values)
        query, self.model = queryset.query, queryset.model
        compiler = query.get_compiler(connection=connection)
        sql, used = compiler.as_sql()
        if tuple(used) != values:
            raise ValueError(f"This query asks with {used}, and was given {values}.")
        converters = compiler.get_converters([column for column, *_rest in compiler.select])
        self.wording = Wording(
            sql,
            [field.attname for field in self.model._meta.concrete_fields],
            list(query.annotation_select),
            [(place, converters, column) for place, (converters, column) in converters.items()],
        )
        return self.wording

    def read(self, wording: Wording, row: list[Any]) -> Row:
        for place, converters, column in wording.converters:
            for convert in converters:
                row[place] = convert(row[place], column, connection)
        known = len(wording.fields)
        one = self.model.from_db(connection.alias, wording.fields, row[:known])
        for name, value in zip(wording.annotations, row[known:], strict=True):
            setattr(one, name, value)
        return one
