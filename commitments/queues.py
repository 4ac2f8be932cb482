"""What editors have still to find or to write, for the desk."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from commitments.gaps import INSTITUTION_IN_ONE_LANGUAGE, PLAN_IN_ONE_LANGUAGE, lacking
from commitments.models import ActionPlan, Commitment, Institution
from network.desk import Queue, who_may

EDIT = who_may("commitments.change_commitment")


def missing(name: str) -> QuerySet[Commitment]:
    """Those that lack what the list's own filter calls so."""
    return Commitment.objects.filter(lacking(name))


QUEUES = (
    Queue(
        label=_("Commitments with a fact without a source"),
        page="commitments_commitment",
        filters="missing=sources",
        may_see=EDIT,
        waiting=lambda _user: missing("sources"),
    ),
    Queue(
        label=_("Commitments without an update for six months"),
        page="commitments_commitment",
        filters="missing=update",
        may_see=EDIT,
        waiting=lambda _user: missing("update"),
        since="changed_at",
    ),
    Queue(
        label=_("Commitments with a text in one language only"),
        page="commitments_commitment",
        filters="missing=translation",
        may_see=EDIT,
        waiting=lambda _user: missing("translation"),
    ),
    Queue(
        label=_("Plans with a text in one language only"),
        page="commitments_actionplan",
        filters="missing=translation",
        may_see=who_may("commitments.change_actionplan"),
        waiting=lambda _user: ActionPlan.objects.filter(PLAN_IN_ONE_LANGUAGE),
    ),
    Queue(
        label=_("Institutions with an acronym in one language only"),
        page="commitments_institution",
        filters="missing=translation",
        may_see=who_may("commitments.change_institution"),
        waiting=lambda _user: Institution.objects.filter(INSTITUTION_IN_ONE_LANGUAGE),
    ),
)
