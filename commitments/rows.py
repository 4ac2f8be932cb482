"""What the page of one commitment is drawn from: its rows, worded once, asked together."""

from typing import Any, NamedTuple, Self

from django.apps import apps
from django.db.models import F, Model, QuerySet
from django.urls import reverse

from commitments.models import (
    Assessment,
    Commitment,
    Indicator,
    Institution,
    Milestone,
    Source,
    ValueClaim,
)
from opengov_portal.lib.languages import Words, pick
from opengov_portal.lib.queries import Worded

LARGEST = 32_767  # what a PositiveSmallIntegerField holds; a longer address finds nothing


# What the page says of its plan and its theme comes with the commitment itself.
PLAN = ("slug", "title_en", "title_fr", "starts", "ends", "official_url_en", "official_url_fr")
THEME = ("name_en", "name_fr")
BESIDE = {f"plan_{field}": F(f"plan__{field}") for field in PLAN} | {
    f"theme_{field}": F(f"theme__{field}") for field in THEME
}


def key_of(slug: str, number: int) -> QuerySet[Commitment, Any]:
    """The key of the one asked for, within the queries of what belongs to it."""
    return Commitment.objects.filter(plan__slug=slug).filter(number=number).values("pk")[:1]


find_commitment = Worded(
    lambda slug, number: (
        Commitment.objects.filter(plan__slug=slug).filter(number=number).annotate(**BESIDE)
    )
)
# An institution that both leads and supports is there twice, each time with its `role`.
find_institutions = Worded(
    lambda *asked: (
        Institution.objects.filter(leads__commitment=key_of(*asked))
        .annotate(role=F("leads__role"))
        .order_by("leads__order", "leads__pk")
    )
)
# A row for each milestone and institution that leads it (`leader`).
find_milestones = Worded(
    lambda *asked: (
        Milestone.objects.filter(commitment=key_of(*asked))
        .annotate(leader=F("institutions"))
        .order_by("order", "pk", "leader")
    )
)
find_assessments = Worded(lambda *asked: Assessment.objects.filter(commitment=key_of(*asked)))
find_claims = Worded(lambda *asked: ValueClaim.objects.filter(commitment=key_of(*asked)))
find_indicators = Worded(
    lambda *asked: Indicator.objects.filter(commitment=key_of(*asked)).order_by("order", "pk")
)
find_sources = Worded(
    lambda *asked: Source.objects.filter(commitment=key_of(*asked)).order_by("order", "pk")
)


def origins(*asked: Any) -> QuerySet[Model, Any]:
    """What led to it, as a higher room says: this one knows it by its name alone.

    Of a proposal that is not public nothing is shown; `state` tells.
    """
    lineages: Any = apps.get_model("proposals", "Lineage")
    found: QuerySet[Model, Any] = (
        lineages.objects.filter(commitment=key_of(*asked))
        .annotate(
            state=F("proposal__state"),
            title=F("proposal__title"),
            language=F("proposal__language"),
        )
        .order_by("proposal__published_at", "pk")
    )
    return found


find_origins = Worded(origins)
EVERYTHING: list[Worded[Any]] = [
    find_commitment,
    find_institutions,
    find_milestones,
    find_assessments,
    find_claims,
    find_indicators,
    find_sources,
    find_origins,
]


class Origin(NamedTuple):
    """A proposal that led to a commitment, and who says so: a source, or the answer to it."""

    url: str
    title: Words
    note: Words
    source_url: str

    @classmethod
    def of(cls, lineage: Any) -> Self:
        return cls(
            reverse("proposals:proposal", args=[lineage.proposal_id]),
            Words(lineage.title, lineage.language),
            pick(lineage, "note"),
            lineage.source_url,
        )
