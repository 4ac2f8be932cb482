"""Comparing the rows that a file wants with those that stand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from commitments.loading.records import Values
from commitments.loading.wanted import Keep
from commitments.models import (
    Assessment,
    Indicator,
    Lead,
    Milestone,
    Report,
    Source,
    SubjectTag,
    Theme,
    ValueClaim,
)


@dataclass(frozen=True)
class Relation:
    """Rows that hang on a plan or a commitment, and what tells them apart there.

    A column of `key` that ends in `_id` is kept by a slug in the file.
    """

    name: str
    noun: str
    model: type[models.Model]
    owner: str
    key: tuple[str, ...]
    of_file: Callable[[Any], bool] = lambda row: True

    def key_of(self, row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, column) for column in self.key)


PLAN_RELATIONS = (
    Relation("themes", "theme", Theme, "plan_id", ("slug",)),
    Relation("reports", "report", Report, "plan_id", ("kind",)),
)
COMMITMENT_RELATIONS = (
    Relation("leads", "lead", Lead, "commitment_id", ("institution_id", "role")),
    Relation("sources", "source", Source, "commitment_id", ("url",)),
    Relation("value_claims", "OGP value", ValueClaim, "commitment_id", ("assessor", "value")),
    Relation("indicators", "indicator", Indicator, "commitment_id", ("label_en",)),
    Relation("milestones", "milestone", Milestone, "commitment_id", ("code",)),
    # What the network finds is entered here, not in the file: it is never “gone” from it.
    Relation(
        "assessments",
        "assessment",
        Assessment,
        "commitment_id",
        ("scale", "phase"),
        of_file=lambda row: row.assessor != "network",
    ),
    Relation("subjects", "subject", SubjectTag, "content_object_id", ("tag_id",)),
)
LED_BY = Relation(
    "institutions",
    "department of a milestone",
    Milestone.institutions.through,
    "milestone_id",
    ("institution_id",),
)


@dataclass
class Difference:
    """What one relation needs: rows to add and to change, and those gone from the file.

    `touched` says, for each owner, which columns of its rows changed; an added
    or removed row shows as an empty set of columns.
    """

    added: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    gone: list[Any] = field(default_factory=list)
    touched: dict[int, set[str]] = field(default_factory=dict)


def compare(
    relation: Relation,
    wanted: dict[int, dict[tuple[Any, ...], Values]],
    standing: Iterable[Any],
    settled: set[int],
) -> Difference:
    """How the rows of some owners must change.

    `wanted` holds the rows of each owner by key. Owners in `settled` are left as
    editors have made them; only what is gone from the file is told of them.
    """
    found = Difference()
    present: dict[tuple[int, tuple[Any, ...]], Any] = {}
    for row in standing:
        owner, key = getattr(row, relation.owner), relation.key_of(row)
        present[owner, key] = row
        if owner in wanted and key not in wanted[owner] and relation.of_file(row):
            found.gone.append(row)
    for owner, rows in wanted.items():
        if owner in settled:
            continue
        for key, values in rows.items():
            row = present.get((owner, key))
            if row is None:
                names = {relation.owner: owner, **dict(zip(relation.key, key, strict=True))}
                found.added.append(relation.model(**names, **fresh(values)))
                found.touched.setdefault(owner, set())
            elif columns := overwrite(row, values):
                found.changed.append(row)
                found.columns |= columns
                found.touched.setdefault(owner, set()).update(columns)
    return found


def fresh(values: Values) -> Values:
    """The values of a new row: what stands for “as it is” falls to the default."""
    return {column: value for column, value in values.items() if not isinstance(value, Keep)}


def overwrite(row: Any, values: Values) -> set[str]:
    """Write the values onto a row in memory; the columns that came out different."""
    changed = set()
    for column, value in values.items():
        wanted = value
        if isinstance(value, Keep):
            english = f"{column.removesuffix('_fr')}_en"
            kept = getattr(row, english) == values[english] and english not in changed
            wanted = getattr(row, column) if kept else row._meta.get_field(column).get_default()
        if getattr(row, column) != wanted:
            setattr(row, column, wanted)
            changed.add(column)
    return changed
