"""What is kept of people: which field of which table, why, how long, and what removes it.

Each room says so of its own tables (`<room>/keeping.py`), when the portal starts. The
table of docs/keeping.md is drawn from it, and the record asks it which values it may hold.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kept:
    """Some fields of one table that tell of a person, in the words of the docs."""

    fields: tuple[str, ...]
    why: str
    how_long: str
    removed_by: str


@dataclass(frozen=True)
class Holding:
    """One table that holds something of people.

    `is_about_people`: each of its rows is about somebody, so that who opens one of them
    looks at personal data.
    """

    label: str
    kept: tuple[Kept, ...]
    is_about_people: bool

    @property
    def fields(self) -> set[str]:
        return {name for kept in self.kept for name in kept.fields}


HOLDINGS: dict[str, Holding] = {}
# Fields that look as if they told of a person, and do not: `app.model.field`, and why not.
NOT_PERSONAL: dict[str, str] = {}


def keep(label: str, *kept: Kept, about_people: bool = False) -> None:
    """Say what a table (`network.Member`) holds of people."""
    HOLDINGS[label.lower()] = Holding(label, kept, about_people)


def of(fields: str, why: str, how_long: str, removed_by: str) -> Kept:
    """One row of the table; the fields with spaces between them."""
    return Kept(tuple(fields.split()), why, how_long, removed_by)


def not_personal(why: str, fields: str) -> None:
    """Say of fields (`network.Subject.name`), spaces between them, that they tell of nobody."""
    NOT_PERSONAL.update(dict.fromkeys(fields.lower().split(), why))


def is_about_people(model: Any) -> bool:
    holding = HOLDINGS.get(model._meta.label_lower)
    return holding is not None and holding.is_about_people


def is_personal(label: str, field: str) -> bool:
    """Whether a field of a table tells of a person."""
    holding = HOLDINGS.get(label.lower())
    return holding is not None and field in holding.fields
