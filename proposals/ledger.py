"""The ledger: every proposal of a call with what became of it, what waits longest first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from commitments.cards import MOST_KEPT
from commitments.masks import places_in
from commitments.models import Commitment
from network.models import Edition
from opengov_portal.lib.languages import active
from proposals.models import Consultation, Lineage, Proposal, Response
from proposals.models.merge import destinations
from proposals.roll import Roll
from proposals.waiting import Wait, days_between

PAGE = 50
State = Proposal.State
# What a row is read from; not the words of thousands of proposals.
COLUMNS = (
    "pk", "title", "language", "state", "consultation_id", "merged_into_id", "published_at",
    "dated", "import_key", "source_url",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One row: a proposal, its answer or how long it has waited, and what came of it."""

    proposal: Proposal
    call: Consultation
    responses: list[Response] = field(default_factory=list)
    lineages: list[Lineage] = field(default_factory=list)
    into: Proposal | None = None

    @property
    def answer(self) -> Response | None:
        """The one that stands; of a merged one, that of the one it was merged into."""
        if self.proposal.state not in {State.PUBLISHED, State.MERGED}:
            return None
        return next((one for one in self.responses if one.replaced_at is None), None)

    @property
    def first_answered_on(self) -> date | None:
        return min((one.answered_on for one in self.responses), default=None)

    @property
    def days_taken(self) -> int | None:
        """Days from its publication to its first answer; None where either is not known."""
        answered = self.first_answered_on
        return days_between(self.proposal, answered) if self.answer and answered else None

    @property
    def wait(self) -> Wait | None:
        """How long it has waited; None for one that waits for nothing."""
        if not self.proposal.is_public or self.answer:
            return None
        return Wait.of(self.proposal, self.call)

    @property
    def is_gone(self) -> bool:
        """Whether only a mark of it is left: its title is nobody's to read any more."""
        return self.proposal.state in {State.HIDDEN, State.WITHDRAWN}

    @property
    def commitments(self) -> list[Commitment]:
        """Those it became, and those its answer points to."""
        found = [one.commitment for one in self.lineages]
        found += self.answer.commitments.all() if self.answer else []
        return list({one.pk: one for one in found}.values())


class LedgerForm(forms.Form):
    """What of the ledger is asked for. What it does not know it leaves out."""

    call = forms.ChoiceField(label=_("Call for ideas"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    institution = forms.ChoiceField(label=_("Who answers"), required=False)
    year = forms.ChoiceField(label=_("Published in"), required=False)
    unanswered = forms.BooleanField(label=_("Only those without an answer"), required=False)

    def __init__(self, asked: Any, roll: Roll) -> None:
        super().__init__(asked, auto_id="%s")
        self.roll = roll
        now, first = timezone.now(), roll.first_year
        calls = [one for one in roll.calls if one.published_at and one.published_at <= now]
        years = range(timezone.localdate().year, first - 1, -1) if first else []
        self._offer("call", [(one.slug, str(one.title)) for one in calls])
        self._offer("outcome", Response.Outcome.choices)
        self._offer("institution", [(one.slug, str(one.name)) for one in roll.institutions])
        self._offer("year", [(str(year), str(year)) for year in years])

    def _offer(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        chosen: Any = self.fields[name]
        chosen.choices = [("", pgettext_lazy("whatever the filter", "All")), *choices]

    def known(self) -> dict[str, Any]:
        """The filters that are in force."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def entries(proposals: Sequence[Proposal]) -> Iterator[Entry]:
    """The rows of these proposals, in a constant number of queries."""
    calls = Consultation.objects.in_bulk({one.consultation_id for one in proposals})
    into = ends_of(proposals)
    keys = {one.pk for one in (*proposals, *into.values())}
    promised = Prefetch("commitments", Commitment.objects.select_related("plan").in_plan_order())
    given: dict[int, list[Response]] = {}
    for response in (
        Response.objects.filter(proposal__in=keys)
        .select_related("institution")
        .prefetch_related(promised)
        .order_by("answered_on", "pk")
    ):
        given.setdefault(response.proposal_id, []).append(response)
    led: dict[int, list[Lineage]] = {}
    for lineage in (
        Lineage.objects.filter(proposal__in=keys)
        .select_related("commitment__plan")
        .order_by("commitment__plan__ordinal", "commitment__number")
    ):
        led.setdefault(lineage.proposal_id, []).append(lineage)
    for one in proposals:
        target = into.get(one.pk)
        whose = target.pk if target else one.pk
        yield Entry(
            one, calls[one.consultation_id], given.get(whose, []), led.get(whose, []), target
        )


def ends_of(proposals: Sequence[Proposal]) -> dict[int, Proposal]:
    """By key of each that was merged: what it stands in now, merge after merge."""
    ahead = destinations([one.pk for one in proposals if one.merged_into_id])
    ends = Proposal.objects.only(*COLUMNS).in_bulk({into[-1] for into in ahead.values()})
    return {number: ends[into[-1]] for number, into in ahead.items()}


class Ledger:
    """What the page of the ledger shows of what was asked for."""

    def __init__(self, asked: Any) -> None:
        self.roll = Roll.current()
        self.form = LedgerForm(asked, self.roll)
        self.asked = self.form.known()
        self.found = self.roll.passing(self.asked)
        self.counts = self.roll.counts(self.found)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.asked)

    def page(self, number: str | None) -> Page[int]:
        """That page, the first for what is no number, the last for one past the end."""
        return Paginator(range(self.counts["all"]), PAGE).get_page(number)

    @property
    def fields(self) -> list[SafeString]:
        """The filters to choose from, each drawn once for each choice of it."""
        return [self._field(name) for name in self.form.fields]

    def _field(self, name: str) -> SafeString:
        bound = self.form[name]
        offered = tuple(value for value, _label in getattr(bound.field, "choices", ()))
        key = (active(), name, self.asked.get(name), bool(bound.errors), offered)
        known = self.roll.parts.get(key)
        if known is None:
            known = drawn("proposals/_ledger_field.html", field=bound)
            self.roll.parts[key] = known
        return known

    def rows(self, page: Page[int]) -> list[SafeString]:
        """The rows of a page, each drawn once an edition and day, in each language."""
        places = places_in(self.found, page.start_index() - 1, page.end_index())
        kept, language = self.roll.drawn(timezone.localdate()), active()
        rows = {key: kept.get((language, key)) for key in map(self.roll.keys.__getitem__, places)}
        if len(kept) >= MOST_KEPT:
            kept.clear()
        for entry in rows_of([key for key, row in rows.items() if row is None]):
            key = entry.proposal.pk
            rows[key] = kept[language, key] = drawn("proposals/_ledger_entry.html", entry=entry)
        return [row for row in rows.values() if row]


def drawn(template: str, **context: object) -> SafeString:
    """A part of the page, without the line breaks around it in its file."""
    text = get_template(template).render(context).strip("\n")
    return mark_safe(text)  # noqa: S308 - a template has escaped what is in it


# --- The files -------------------------------------------------------------------

# Each column of the files, and what it means; for the dictionary of the data page.
FILE = {
    "proposal": _("The number of the proposal, as in its address."),
    "page_en": _("Its page in English."),
    "page_fr": _("Its page in French."),
    "call": _("The call for ideas it was put forward in, by its name in addresses."),
    "title": _("Its title, in its own language; empty once it was hidden or withdrawn."),
    "language": _("The language of the title."),
    "state": _("Where it stands: published, merged, hidden or withdrawn."),
    "merged_into": _("The number of the proposal it was merged into, whose answer it shares."),
    "published": _("When it was published, as precisely as is known."),
    "outcome": _("The outcome of the answer that stands; empty while there is none."),
    "reason_en": _("The reason, in English."),
    "reason_fr": _("The reason, in French."),
    "institution": _("The institution that answers, by its name in addresses."),
    "office_en": _("The office that answers, in English."),
    "office_fr": _("The office that answers, in French."),
    "answered_on": _("The date of the answer that stands."),
    "first_answered_on": _("The date of its first answer, where that was changed later."),
    "days_taken": _("Days from its publication to its first answer; empty where not known."),
    "answer_source": _("Where the answer was published, if elsewhere."),
    "commitments": _("The commitments it became or its answer points to, by their codes."),
    "answer_due": _("The day by which the call promised an answer; empty where none was."),
    "days_waiting": _("Days since its publication, while it has no answer."),
    "days_overdue": _("Days past the promised one, while it has no answer."),
}


def facts(entry: Entry) -> dict[str, Any]:
    """One row, as the files say it, but for the addresses of its pages."""
    proposal, answer, wait = entry.proposal, entry.answer, entry.wait
    published = proposal.published_on
    told: dict[str, Any] = {
        "proposal": proposal.pk,
        "call": entry.call.slug,
        "title": None if entry.is_gone else proposal.title,
        "language": None if entry.is_gone else proposal.language,
        "state": proposal.state,
        "merged_into": proposal.merged_into_id,
        "published": published and published.value,
        "commitments": [one.code for one in entry.commitments],
        "answer_due": entry.call.answers_due and entry.call.answers_due.isoformat(),
        "days_waiting": wait and wait.days,
        "days_overdue": wait.overdue if wait and wait.due else None,
    }
    if answer:
        told |= {
            "outcome": answer.outcome,
            "reason_en": answer.reason_en,
            "reason_fr": answer.reason_fr,
            "institution": answer.institution.slug,
            "office_en": answer.office_en,
            "office_fr": answer.office_fr,
            "answered_on": answer.answered_on.isoformat(),
            "first_answered_on": entry.first_answered_on and entry.first_answered_on.isoformat(),
            "days_taken": entry.days_taken,
            "answer_source": answer.source_url or None,
        }
    return {name: told.get(name) for name in FILE}


def latest() -> list[int]:
    """The keys of every row, in the ledger's order, as they are at this moment."""
    edition, roll = Edition.current(), Roll.current()
    return roll.keys if roll.edition == edition else Roll(edition).keys


def rows_of(keys: Sequence[int]) -> list[Entry]:
    """The rows of these, in that order."""
    if not keys:
        return []
    found = Proposal.objects.only(*COLUMNS).in_bulk(keys)
    return list(entries([found[key] for key in keys if key in found]))
