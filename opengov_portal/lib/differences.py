"""What became different between two states of a thing, and back again.

A state is a dictionary of plain values, as JSON has them; what hangs on the thing is
`Rows` in it, each by what tells it apart from its sisters. A change is a dictionary:
`field`, `before` and `after`; of a row also `of`, which row. Of a row that was added or
removed, the whole of it stands on one side and None on the other.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django.db import models

State = dict[str, Any]
Change = dict[str, Any]

TOKENS = re.compile(r"\w+|\s+|[^\w\s]")
LARGEST = 4_000_000  # pairs of words that are compared; a longer pair is shown one after the other
ALIKE = 0.3  # less alike than that, two texts are two texts


class Rows(dict[str, State]):
    """What hangs on a thing, by what tells each apart."""


def differences(before: State, after: State) -> list[Change]:
    """All that differs, field by field; nothing where they are the same."""
    found: list[Change] = []
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if isinstance(was, Rows) or isinstance(now, Rows):
            found += _of_rows(name, was or Rows(), now or Rows())
        elif was != now:
            found.append({"field": name, "before": was, "after": now})
    return found


def _of_rows(name: str, before: Rows, after: Rows) -> Iterator[Change]:
    for key in dict.fromkeys([*before, *after]):
        was, now = before.get(key), after.get(key)
        if was is None or now is None:
            yield {"field": name, "of": key, "before": was, "after": now}
            continue
        for one in differences(was, now):
            yield {**one, "field": f"{name}.{one['field']}", "of": key}


def undone(state: State, changes: Iterable[Change]) -> State:
    """How it stood before these changes, that led to this state. The state itself stays."""
    stood = {name: _copy(value) for name, value in state.items()}
    for change in changes:
        relation, _dot, column = change["field"].partition(".")
        if "of" not in change:
            stood[relation] = change["before"]
            continue
        rows = stood.setdefault(relation, Rows())
        if column:
            rows.setdefault(change["of"], {})[column] = change["before"]
        elif change["before"] is None:
            rows.pop(change["of"], None)
        else:
            rows[change["of"]] = dict(change["before"])
    return stood


def _copy(value: Any) -> Any:
    return (
        Rows({key: dict(row) for key, row in value.items()}) if isinstance(value, Rows) else value
    )


def state_of(thing: models.Model) -> State:
    """The columns of a thing as plain values; of what is secret or is bytes, only a mark."""
    state: State = {}
    for field in thing._meta.concrete_fields:
        if field.primary_key or getattr(field, "auto_now", False):
            continue
        state[field.name] = plain(field, thing)
    for several in thing._meta.many_to_many:
        state[several.name] = sorted(key_of(one) for one in getattr(thing, several.name).all())
    return state


def plain(field: Any, thing: models.Model) -> Any:
    if isinstance(field, models.BinaryField):
        return len(getattr(thing, field.name) or b"")
    if field.is_relation:
        led_to = getattr(thing, field.name)
        return None if led_to is None else key_of(led_to)
    if isinstance(field, models.JSONField):
        return getattr(thing, field.name)
    return field.value_to_string(thing) if getattr(thing, field.name) is not None else None


def key_of(thing: Any) -> str:
    """What a thing is known by: its name in addresses, its stable id, or its number."""
    return str(getattr(thing, "slug", "") or getattr(thing, "code", "") or thing.pk)


class Piece(NamedTuple):
    """Some words of a text, and what became of them: `same`, `removed` or `added`."""

    fate: str
    words: str


def pieces(before: str, after: str) -> list[Piece]:
    """Two texts as one, in which what was removed and what was added is told apart."""
    was, now = TOKENS.findall(before), TOKENS.findall(after)
    whole = [Piece("removed", before)] * bool(before) + [Piece("added", after)] * bool(after)
    if len(was) * len(now) > LARGEST:
        return whole
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    if matcher.ratio() < ALIKE:
        return whole
    found: list[Piece] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(was[i:j])))
            continue
        found += [Piece("removed", "".join(was[i:j]))] * (j > i)
        found += [Piece("added", "".join(now[k:m]))] * (m > k)
    return found
