"""The journey: one line of time of a proposal, from the day it was put forward."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.models import Assessment, Milestone
from commitments.voices import Voice, voices_of
from opengov_portal.lib.dates import PartialDate
from opengov_portal.lib.languages import Words, pick
from proposals.models import Lineage, Proposal, Step
from proposals.models.proposal import the_day
from proposals.rows import Told

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
    "put_forward", "confirmed", "published", "merged", "supported", "brief", "hidden",
    "restored", "withdrawn", "answered", "became",
)  # fmt: skip


@dataclass(frozen=True)
class Promise:
    """A commitment that it became: its steps, and what each assessor says of it."""

    lineage: Lineage
    milestones: list[Milestone]
    voices: list[Voice]


def shown_on(told: Told) -> dict[str, Any]:
    """`journey`, for the page of a proposal."""
    parts = (beginning(told.proposal), steps(told), supports(told), answers(told), became(told))
    moments = [moment for part in parts for moment in part]
    return {"journey": sorted(moments, key=lambda one: one.place)}


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


def steps(told: Told) -> Iterator[Moment]:
    """Merged, by either side, and taken off the site or put back."""
    merged_here = {one.pk: one for one in told.merged_here}
    standing = [*told.steps, *told.steps_here]
    for step in sorted(standing, key=lambda one: (one.at, one.pk)):
        when = the_day(step.at)
        if step.proposal_id != told.proposal.pk:
            other = merged_here.get(step.proposal_id)
            if other and step.after == State.MERGED and not step.brief:
                said = _("Another was merged into this one:")
                yield Moment("merged", when, said, other.get_absolute_url(), other.heading)
        elif step.brief:
            is_off = step.brief == Step.OfBrief.OFF
            said = _("Its file was taken off by a moderator")
            new = _("A cleaned file was put in its place by a moderator")
            yield Moment("brief", when, said if is_off else new)
        elif step.after == State.MERGED and told.proposal.merged_into:
            into = told.proposal.merged_into
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


def supports(told: Told) -> Iterator[Moment]:
    """By how many so far, since when."""
    first, people = told.proposal.first_supported, told.proposal.supporters
    groups = len(told.organizations)
    if first is None or (not people and not groups):
        return
    said = ngettext("%(count)d person", "%(count)d people", people)
    organizations = ngettext("%(count)d organization", "%(count)d organizations", groups)
    facts = {
        "people": said % {"count": people},
        "organizations": organizations % {"count": groups},
    }
    text = _("First supported; so far by %(people)s and %(organizations)s")
    if not groups:
        text = _("First supported; so far by %(people)s")
    elif not people:
        text = _("First supported; so far by %(organizations)s")
    yield Moment("supported", the_day(first), text % facts)


def answers(told: Told) -> Iterator[Moment]:
    """Each answer, the first and those that took its place."""
    for n, response in enumerate(reversed(told.answers)):
        text = (
            _("The answer changed: %(outcome)s, says %(institution)s")
            if n
            else _("Answered: %(outcome)s, says %(institution)s")
        )
        facts = {"outcome": response.label, "institution": response.institution.name}
        when = PartialDate(response.answered_on.isoformat())
        yield Moment("answered", when, text % facts, "#answer")


def became(told: Told) -> Iterator[Moment]:
    """The commitments it led to, from the day their plan was released, with all of theirs."""
    milestones: dict[int, list[Milestone]] = defaultdict(list)
    for step in told.milestones:
        milestones[step.commitment_id].append(step)
    findings: dict[int, list[Assessment]] = defaultdict(list)
    for finding in told.findings:
        findings[finding.commitment_id].append(finding)
    for lineage in told.lineages:
        for promise in told.promises.entries([lineage.commitment_id]):
            text = _("Became commitment %(number)d of “%(plan)s”:") % {
                "number": promise.number,
                "plan": pick(lineage, "plan_title"),
            }
            steps = milestones[lineage.commitment_id]
            known = Promise(lineage, steps, voices_of(findings[lineage.commitment_id]))
            yield Moment("became", day_of(lineage, told), text, promise.url, promise.title, known)


def day_of(lineage: Any, told: Told) -> PartialDate | None:
    """When it became one: the plan's release, or the answer that says so, if that is later."""
    released: PartialDate | None = lineage.plan_released or lineage.plan_starts
    said = [one.answered_on for one in told.answers if one.pk == lineage.response_id]
    if not said:
        return released
    answered = PartialDate(said[0].isoformat())
    return max(released, answered, key=lambda one: one.first_day) if released else answered
