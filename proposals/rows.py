"""What the page of one proposal is drawn from: its rows, worded once, asked together."""

from collections import defaultdict
from typing import Any

from django.db.models import F, OuterRef
from django.http import Http404

from commitments.catalogue import Catalogue as Commitments
from commitments.models import Assessment, Milestone
from network.models import Organization, Subject
from opengov_portal.lib.queries import Worded, at_once
from proposals.catalogue import Catalogue
from proposals.models import Brief, Lineage, Proposal, Response, Step, Support

LARGEST = 2**63 - 1  # what a key can be; a longer address finds nothing

# All of a proposal that is public, and nothing else of it: no address, no consent.
SHOWN = (
    "title", "problem", "ask", "gain", "language", "links", "name", "name_shown", "consultation",
    "organization", "vouched_at", "state", "created_at", "confirmed_at", "published_at",
    "merged_into", "supporters", "import_key", "source_url", "dated", "votes_elsewhere",
    "comments_elsewhere",
)  # fmt: skip
# What its page says of its organization comes with it.
ORGANIZATION = ("slug", "name_en", "name_fr", "state")
PLAN = ("title_en", "title_fr", "starts", "released")
first_brief = Brief.objects.filter(proposal=OuterRef("pk")).order_by("pk")
first_support = Support.objects.confirmed().filter(proposal=OuterRef("pk")).order_by("confirmed_at")

find_proposal = Worded(
    lambda number: (
        Proposal.objects.filter(pk=number)
        .only(*SHOWN)
        .annotate(
            brief_size=first_brief.values("size")[:1],
            brief_off=first_brief.values("taken_off")[:1],
            first_supported=first_support.values("confirmed_at")[:1],
            **{f"whose_{field}": F(f"organization__{field}") for field in ORGANIZATION},
        )
    )
)
find_issues = Worded(lambda number: Subject.objects.filter(proposals=number).order_by("slug"))
find_related = Worded(
    lambda number: Proposal.commitments.through.objects.filter(proposal=number).order_by(
        "commitment"
    )
)
find_answers = Worded(
    lambda number: Response.objects.filter(proposal=number).order_by("-written_at", "-pk")
)
# The commitments that its answers point to, in plan order.
find_promised = Worded(
    lambda number: Response.commitments.through.objects.filter(response__proposal=number).order_by(
        "-commitment__plan__ordinal", "commitment__number"
    )
)
find_steps = Worded(lambda number: Step.objects.standing().filter(proposal=number).oldest())
# Those of what was merged into it.
find_steps_here = Worded(
    lambda number: Step.objects.standing().filter(proposal__merged_into=number).oldest()
)
find_merged_here = Worded(
    lambda number: (
        Proposal.objects.filter(merged_into=number)
        .only("title", "language", "state", "name", "name_shown", "organization", "vouched_at")
        .annotate(**{f"whose_{field}": F(f"organization__{field}") for field in ORGANIZATION})
        .order_by("published_at", "pk")
    )
)
# In the order of their support; those that are not public are counted, and not named.
find_organizations = Worded(
    lambda number: (
        Organization.objects.filter(supports__proposal=number, supports__confirmed_at__isnull=False)
        .only(*ORGANIZATION)
        .order_by("supports__confirmed_at")
    )
)
find_lineages = Worded(
    lambda number: (
        Lineage.objects.filter(proposal=number)
        .annotate(**{f"plan_{field}": F(f"commitment__plan__{field}") for field in PLAN})
        .order_by("commitment__plan__ordinal", "commitment__number")
    )
)
# Of the commitments that it became.
find_milestones = Worded(
    lambda number: Milestone.objects.filter(commitment__lineages__proposal=number).order_by(
        "order", "pk"
    )
)
find_findings = Worded(
    lambda number: Assessment.objects.filter(commitment__lineages__proposal=number)
)
EVERYTHING: list[Worded[Any]] = [
    find_proposal,
    find_issues,
    find_related,
    find_answers,
    find_promised,
    find_steps,
    find_steps_here,
    find_merged_here,
    find_organizations,
    find_lineages,
    find_milestones,
    find_findings,
]


class Told:
    """One proposal, with all the rows that its page is drawn from."""

    def __init__(self, number: int) -> None:
        """Raises Http404 for one that has no page, as it was never public."""
        # Before the rows, so that no part drawn of older rows is kept for its edition.
        self.catalogue, self.promises = Catalogue.current(), Commitments.current()
        found = at_once(EVERYTHING, min(number, LARGEST))
        if not found[0] or not found[0][0].is_addressed:
            raise Http404
        # Any, here and below: they bear what the query annotates.
        self.proposal: Any = found[0][0]
        self.issues: list[Subject] = found[1]
        self.related = self.promises.entries(row.commitment_id for row in found[2])
        self.answers = self._complete(found[3], found[4])
        self.steps: list[Step] = found[5]
        self.steps_here: list[Step] = found[6]
        self.merged_here: list[Any] = found[7]
        self.organizations: list[Organization] = found[8]
        self.lineages: list[Any] = found[9]
        self.milestones: list[Milestone] = found[10]
        self.findings: list[Assessment] = found[11]
        for one in (self.proposal, *self.merged_here):
            if one.organization_id:
                whose = {name: getattr(one, f"whose_{name}") for name in ORGANIZATION}
                one.organization = Organization(pk=one.organization_id, **whose)
        if call := self.catalogue.calls.get(self.proposal.consultation_id):
            self.proposal.consultation = call

    def answers_to(self, other: Proposal) -> list[Any]:
        """Those of another proposal, whose answer this one shares."""
        return self._complete(*at_once([find_answers, find_promised], other.pk))

    def _complete(self, answers: list[Any], pairs: list[Any]) -> list[Any]:
        """Answers, each with its institution and the commitments it points to (`promised`)."""
        promised: dict[int, list[int]] = defaultdict(list)
        for pair in pairs:
            promised[pair.response_id].append(pair.commitment_id)
        for one in answers:
            one.promised = self.promises.entries(promised[one.pk])
            if known := self.promises.institutions.get(one.institution_id):
                one.institution = known
        return answers
