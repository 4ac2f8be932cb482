"""What a checked file wants the portal to say, in the portal's own columns."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from commitments.loading.records import Values

Key = tuple[str, ...]
Rows = dict[Key, Values]


class Keep:
    """Stands for “as it is, while the English it translates is the same”."""

    def __repr__(self) -> str:
        return "KEEP"


KEEP: Final = Keep()


@dataclass
class WantedCommitment:
    """One commitment with all that hangs on it.

    `rows` go by the name of the relation and then by the key that is theirs in
    the commitment; a relation that the file does not speak of is not among them.
    `parents` and `led_by` are of milestones, by their codes.
    """

    code: str
    values: Values
    theme: str
    rows: dict[str, Rows]
    parents: dict[str, str] = field(default_factory=dict)
    led_by: dict[str, list[str]] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        return digest(self.values, self.theme, self.rows, self.parents, self.led_by)


@dataclass
class WantedPlan:
    slug: str
    values: Values
    rows: dict[str, Rows]
    commitments: dict[str, WantedCommitment]

    @property
    def fingerprint(self) -> str:
        return digest(self.values, self.rows)


@dataclass
class WantedFile:
    """All of a file. `subjects` is None where no editorial file came with it."""

    name: str
    institutions: dict[str, Values]
    plans: dict[str, WantedPlan]
    subjects: dict[str, Values] | None = None


def digest(*facts: Any) -> str:
    """The same for the same facts, in any process and language."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def notes(wanted: WantedFile) -> Iterator[tuple[Values, str]]:
    """Every place for the French of an English note: its values, and its column's stem."""
    for plan in wanted.plans.values():
        yield plan.values, "period_note"
        yield plan.values, "themes_note"
        for commitment in plan.commitments.values():
            for stem in ("title_note", "lead_note", "other_supporting"):
                yield commitment.values, stem
            for relation in ("milestones", "assessments"):
                for values in commitment.rows[relation].values():
                    yield values, "note"
