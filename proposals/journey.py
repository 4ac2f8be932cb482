"""The journey: one line of time of a proposal, from the day it was put forward."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.models import ActionPlan, Assessment, Commitment, Milestone
from commitments.voices import Voice, voices_of
from opengov_portal.lib.dates import PartialDate
from opengov_portal.lib.languages import Words
from proposals.models import Lineage, Proposal, Response, Step
from proposals.models.proposal import the_day

State = Proposal.State
LAST = date.max


@dataclass(frozen=True)
class Moment:
    """Something that happened to it: when, as precisely as is known, and in what words.

    `about` is the title of the page that `url` leads to. `promise` is the commitment
    that it became.
    """

    kind: str
    when: PartialDate | None
    text: str
    url: str = ""
    about: Words | None = None
    promise: "Promise | None" = None

    @property
    def place(self) -> tuple[date, int]:
        """Where it stands in the line: by its day; on one day, in the order of ORDER."""
        return (self.when.first_day if self.when else LAST, ORDER.index(self.kind))


# What comes first of what came on one day.
ORDER = (
    "put_forward", "confirmed", "published", "merged", "supported", "hidden", "restored",
    "withdrawn", "answered", "became",
)  # fmt: skip


@dataclass(frozen=True)
class Promise:
    """A commitment that it became: its steps, and what each assessor says of it."""

    commitment: Commitment
    lineage: Lineage
    milestones: list[Milestone]
    voices: list[Voice]


def shown_on(proposal: Proposal, request: HttpRequest) -> dict[str, Any]:
    """`journey`, for the page of a proposal; in a constant number of queries."""
    parts = (beginning(proposal), steps(proposal), supports(proposal), answers(proposal))
    moments = [moment for part in parts for moment in part]
    return {"journey": sorted([*moments, *became(proposal)], key=lambda one: one.place)}


def beginning(proposal: Proposal) -> Iterator[Moment]:
    """Put forward, confirmed, published; elsewhere only the first is known."""
    if proposal.is_from_elsewhere:
        text = _("Put forward in an earlier consultation, on another site")
        votes = proposal.votes_elsewhere
        if votes is not None:
            said = ngettext("%(count)d vote there", "%(count)d votes there", votes)
            text = f"{text} ({said % {'count': votes}})"
        yield Moment("put_forward", proposal.put_forward_on, text, proposal.source_url)
        return
    yield Moment("put_forward", proposal.put_forward_on, _("Put forward"))
    if proposal.confirmed_at:
        yield Moment("confirmed", the_day(proposal.confirmed_at), _("Confirmed by its author"))
    if proposal.published_at:
        yield Moment("published", the_day(proposal.published_at), _("Published by a moderator"))


def steps(proposal: Proposal) -> Iterator[Moment]:
    """Merged, by either side, and taken off the site or put back."""
    mine, theirs = Q(proposal=proposal), Q(proposal__merged_into=proposal, after=State.MERGED)
    standing = Step.objects.filter(mine | theirs, undone_at__isnull=True)
    for step in standing.select_related("proposal__merged_into").oldest():
        when, other = the_day(step.at), step.proposal
        if step.proposal_id != proposal.pk:
            said = _("Another was merged into this one:")
            yield Moment("merged", when, said, other.get_absolute_url(), other.heading)
        elif step.after == State.MERGED and other.merged_into:
            into = other.merged_into
            if into.is_gone:  # what is hidden is named nowhere
                yield Moment("merged", when, str(State.MERGED.label))
                continue
            said = _("Merged into another, where its journey goes on:")
            yield Moment("merged", when, said, into.get_absolute_url(), into.heading)
        elif step.after == State.HIDDEN:
            yield Moment("hidden", when, _("Hidden by a moderator"))
        elif step.after == State.WITHDRAWN:
            yield Moment("withdrawn", when, _("Withdrawn by its author"))
        elif step.before == State.HIDDEN and step.after == State.PUBLISHED:
            yield Moment("restored", when, _("Put back by a moderator"))


def supports(proposal: Proposal) -> Iterator[Moment]:
    """By how many so far, since when."""
    found = proposal.supports.confirmed().aggregate(
        first=Min("confirmed_at"),
        people=Count("pk", filter=Q(organization__isnull=True)),
        organizations=Count("pk", filter=Q(organization__isnull=False)),
    )
    if not found["people"] and not found["organizations"]:
        return
    people = ngettext("%(count)d person", "%(count)d people", found["people"])
    organizations = ngettext(
        "%(count)d organization", "%(count)d organizations", found["organizations"]
    )
    facts = {
        "people": people % {"count": found["people"]},
        "organizations": organizations % {"count": found["organizations"]},
    }
    text = _("First supported; so far by %(people)s and %(organizations)s")
    if not found["organizations"]:
        text = _("First supported; so far by %(people)s")
    elif not found["people"]:
        text = _("First supported; so far by %(organizations)s")
    yield Moment("supported", the_day(found["first"]), text % facts)


def answers(proposal: Proposal) -> Iterator[Moment]:
    """Each answer, the first and those that took its place."""
    given = Response.objects.filter(proposal=proposal).select_related("institution")
    for n, response in enumerate(given.order_by("written_at", "pk")):
        text = (
            _("The answer changed: %(outcome)s, says %(institution)s")
            if n
            else _("Answered: %(outcome)s, says %(institution)s")
        )
        facts = {"outcome": response.label, "institution": response.institution.name}
        when = PartialDate(response.answered_on.isoformat())
        yield Moment("answered", when, text % facts, "#answer")


def became(proposal: Proposal) -> Iterator[Moment]:
    """The commitments it led to, from the day their plan was released, with all of theirs."""
    led = list(
        Lineage.objects.filter(proposal=proposal)
        .select_related("commitment__plan", "response")
        .order_by("commitment__plan__ordinal", "commitment__number")
    )
    promised = [one.commitment_id for one in led]
    milestones: dict[int, list[Milestone]] = defaultdict(list)
    for step in Milestone.objects.filter(commitment__in=promised).order_by("order", "pk"):
        milestones[step.commitment_id].append(step)
    findings: dict[int, list[Assessment]] = defaultdict(list)
    for finding in Assessment.objects.filter(commitment__in=promised):
        findings[finding.commitment_id].append(finding)
    for lineage in led:
        promise, plan = lineage.commitment, lineage.commitment.plan
        text = _("Became commitment %(number)d of “%(plan)s”:") % {
            "number": promise.number,
            "plan": plan.title,
        }
        url = reverse("commitments:commitment", args=[plan.slug, promise.number])
        known = Promise(promise, lineage, milestones[promise.pk], voices_of(findings[promise.pk]))
        yield Moment("became", day_of(lineage, plan), text, url, promise.title, known)


def day_of(lineage: Lineage, plan: ActionPlan) -> PartialDate | None:
    """When it became one: the plan's release, or the answer that says so, if that is later."""
    released: PartialDate | None = plan.released or plan.starts
    if lineage.response is None:
        return released
    answered = PartialDate(lineage.response.answered_on.isoformat())
    return max(released, answered, key=lambda one: one.first_day) if released else answered
