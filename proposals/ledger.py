"""The ledger: every proposal of a call with what became of it, what waits longest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    Count,
    FilteredRelation,
    IntegerField,
    Min,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.models import Commitment, Institution
from proposals.models import Consultation, Lineage, Proposal, Response
from proposals.models.proposal import AWAITED
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
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", _("All")), *Response.Outcome.choices],
    )
    institution = forms.ChoiceField(label=_("Who answers"), required=False)
    year = forms.ChoiceField(label=_("Published in"), required=False)
    unanswered = forms.BooleanField(label=_("Only those without an answer"), required=False)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked, auto_id="%s")
        calls = Consultation.objects.public().newest()
        answering = Institution.objects.filter(responses__replaced_at__isnull=True)
        answering = answering.exclude(responses=None).distinct().order_by("name_en")
        first = seen().aggregate(first=Min("published_at"))["first"]
        now = timezone.localdate().year
        years = range(now, timezone.localdate(first).year - 1, -1) if first else []
        self._offer("call", [(one.slug, str(one.title)) for one in calls])
        self._offer("institution", [(one.slug, str(one.name)) for one in answering])
        self._offer("year", [(str(year), str(year)) for year in years])

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        chosen: Any = self.fields[name]
        chosen.choices = [("", _("All")), *choices]

    def known(self) -> dict[str, Any]:
        """The filters that are in force."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def seen() -> QuerySet[Proposal]:
    """Every proposal that was public at some time: it stays in the ledger, if only as a mark."""
    return Proposal.objects.addressed().filter(published_at__isnull=False)


def asked_for(asked: dict[str, Any]) -> QuerySet[Proposal]:
    """The proposals that the filters let through, each joined to the answer that stands."""
    standing = FilteredRelation("responses", condition=Q(responses__replaced_at__isnull=True))
    found = seen().annotate(answer=standing)
    if call := asked.get("call"):
        found = found.filter(consultation__slug=call)
    if year := asked.get("year"):
        found = found.filter(published_at__year=int(year))
    if outcome := asked.get("outcome"):
        found = found.filter(state=State.PUBLISHED, answer__outcome=outcome)
    if institution := asked.get("institution"):
        found = found.filter(state=State.PUBLISHED, answer__institution__slug=institution)
    if asked.get("unanswered"):
        found = found.filter(state=State.PUBLISHED, answer__isnull=True)
    return found


def in_order(found: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """What waits for an answer here first, oldest first; then what was answered; then the rest."""
    place = Case(
        When(AWAITED, state=State.PUBLISHED, answer__isnull=True, then=Value(0)),
        When(state=State.PUBLISHED, answer__isnull=False, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return found.annotate(place=place).order_by("place", "published_at", "pk")


def counts(found: QuerySet[Proposal]) -> dict[str, int]:
    """How many there are, answered, waiting, and past the promised day."""
    public = Q(state=State.PUBLISHED)
    none = public & Q(answer__isnull=True)
    late = none & Q(consultation__answers_due__lt=timezone.localdate())
    return found.aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=public & Q(answer__isnull=False)),
        waiting=Count("pk", filter=none & AWAITED),
        overdue=Count("pk", filter=late),
        unknown=Count("pk", filter=none & ~AWAITED),
    )


def entries(proposals: Sequence[Proposal]) -> Iterator[Entry]:
    """The rows of these proposals, in a constant number of queries."""
    calls = Consultation.objects.in_bulk({one.consultation_id for one in proposals})
    into = Proposal.objects.only(*COLUMNS).in_bulk(
        {one.merged_into_id for one in proposals if one.merged_into_id}
    )
    keys = {one.pk for one in proposals} | into.keys()
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
        target = into.get(one.merged_into_id or 0)
        whose = target.pk if target else one.pk
        yield Entry(
            one, calls[one.consultation_id], given.get(whose, []), led.get(whose, []), target
        )


class Ledger:
    """What the page of the ledger shows of what was asked for."""

    def __init__(self, asked: Any) -> None:
        self.form = LedgerForm(asked)
        self.asked = self.form.known()
        self.found = asked_for(self.asked)
        self.counts = counts(self.found)

    def page(self, number: str | None) -> Page[int]:
        """That page, the first for what is no number, the last for one past the end."""
        paginator = Paginator(in_order(self.found).values_list("pk", flat=True), PAGE)
        paginator.count = self.counts["all"]  # counted already
        return paginator.get_page(number)

    def entries(self, page: Page[int]) -> list[Entry]:
        return rows_of(list(page.object_list))


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
    """The keys of every row, in the ledger's order."""
    return list(in_order(asked_for({})).values_list("pk", flat=True))


def rows_of(keys: Sequence[int]) -> list[Entry]:
    """The rows of these, in that order."""
    found = Proposal.objects.only(*COLUMNS).in_bulk(keys)
    return list(entries([found[key] for key in keys if key in found]))
