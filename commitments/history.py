"""The history of commitments, drawn from the record: how each stood, and what became different.

A state is what the data files say of a commitment, with what hangs on it by what tells
it apart there. The record keeps the differences between two of them; from the state of
today they lead back to that of any day.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from commitments.dictionary import PARTS
from commitments.models import Assessment, Change, Commitment, Institution
from commitments.models.scale import SCALES, Scale
from commitments.whole import whole
from network.models import Deed
from network.record import Teller, Told, field_of, words_of
from opengov_portal.lib.differences import Rows, State, undone
from opengov_portal.lib.languages import Words, active

# What tells the rows of each kind apart, on one commitment.
KEYS = {
    "leads": ("institution", "role"),
    "milestones": ("code",),
    "indicators": ("label_en",),
    "assessments": ("scale", "phase"),
    "value_claims": ("assessor", "value"),
    "sources": ("url",),
}
BETWEEN = " · "  # the parts of such a key
# What a state leaves out: it would differ, and nothing would have changed.
BESIDE = {"changed_at", "page_en", "page_fr"}


def states(commitments: Iterable[int]) -> dict[int, State]:
    """How each of these stands, by its primary key; a constant number of queries."""
    asked = list(commitments)
    codes = dict(Commitment.objects.filter(pk__in=asked).values_list("code", "pk"))
    return {codes[facts["code"]]: state_of(facts) for facts in whole(asked)}


def state(commitment: Commitment) -> State:
    return states([commitment.pk])[commitment.pk]


def state_of(facts: dict[str, Any]) -> State:
    """What the files say of a commitment, with the rows of each kind by their keys."""
    return {
        name: _rows(name, value) if name in PARTS else value
        for name, value in facts.items()
        if name not in BESIDE
    }


def _rows(name: str, found: list[State]) -> Rows:
    return Rows({BETWEEN.join(str(row[column]) for column in KEYS[name]): row for row in found})


def state_at(commitment: Commitment, moment: datetime) -> State | None:
    """How a commitment stood at a moment, as the record tells; None before it was added."""
    stood: State = state(commitment)
    later = Deed.objects.about(commitment).done().filter(at__gt=moment).newest()
    for deed in later:
        if deed.act == Deed.Act.ADDED:
            return None
        # What an edit of before the record was kept changed, nobody can tell any more.
        stood = undone(stood, [change for change in deed.changes if "before" in change])
    return stood


class Entry(NamedTuple):
    """One change as its readers are told it."""

    change: Change
    why: Words
    told: list[Told]


class Telling(Teller):
    """Tells changes of commitments: institutions by their names, findings by their scales."""

    def entry(self, change: Change) -> Entry:
        """Takes one `with_deed()`. What was loaded before there was a record tells no more."""
        deed = change.deed
        if deed is None or deed.act != Deed.Act.CHANGED:
            return Entry(change, Words("", active()), [])
        return Entry(change, deed.why, self.told(Commitment, deed.changes))

    @cached_property
    def institutions(self) -> dict[str, str]:
        """Their names by their slugs."""
        return {one.slug: str(one.name) for one in Institution.objects.all()}

    def row(self, relation: str, of: str) -> str:
        first, *more = of.split(BETWEEN)
        if relation == "leads":
            return self.institutions.get(first, first)
        if relation == "assessments" and first in Scale.values:
            phase = field_of(Assessment, "phase")
            return BETWEEN.join([str(Scale(first).label), *(words_of(phase, one) for one in more)])
        return of

    def words(self, model: Any, name: str, value: Any, of: str = "") -> str:
        if name == "institution":
            return self.institutions.get(value, value or "")
        if name == "institutions":
            return ", ".join(self.institutions.get(slug, slug) for slug in value or [])
        if model is Assessment and name == "code":
            return point_of(of.split(BETWEEN)[0], value)
        if isinstance(value, dict):
            value = {column: held for column, held in value.items() if column != "order"}
        return super().words(model, name, value, of)


def point_of(scale: str, code: str | None) -> str:
    """What a point of a scale is called in our wording."""
    points = SCALES[Scale(scale)].points if scale in Scale.values else ()
    return next((str(point.label) for point in points if point.code == code), code or "")
