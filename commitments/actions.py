"""What is done when something about the promises changes for readers, whoever changed it."""

from collections.abc import Iterable

from django.db import transaction

from commitments.models import ActionPlan, Change, Commitment, SelfAssessment
from commitments.search.indexing import reindex
from commitments.tasks import rebuild_search_index
from network.models import Edition, User
from opengov_portal.lib.tasks import ask


@transaction.atomic
def publish_change(
    kind: Change.Kind, commitment: Commitment, fields: Iterable[str] = (), *, by: User | None
) -> None:
    """Write down what became different about a commitment, and let readers find it so.

    `fields` are names of its columns, and of its children as a whole: `milestones`.
    Call it after what was saved, and before what is deleted. It takes the turn of the
    edition, if its caller has not: changes are numbered in the order of their commits.
    """
    Edition.take_turn()
    Change.record(kind, commitment, fields=sorted(set(fields)), by=by)
    if kind != Change.Kind.REMOVED:
        commitment.save(update_fields=["changed_at"])
        reindex(commitment)
    Edition.advance()


@transaction.atomic
def file(assessment: SelfAssessment, *, by: User) -> None:
    """An institution says how a commitment goes that it leads; it is public at once."""
    Edition.take_turn()
    assessment.keep(by=by)
    publish_change(Change.Kind.CHANGED, assessment.commitment, ["assessments"], by=by)


@transaction.atomic
def publish_plan_change(
    kind: Change.Kind, plan: ActionPlan, fields: Iterable[str] = (), *, by: User | None
) -> None:
    """Write down what became different about a plan or its themes, and let readers see it."""
    Edition.take_turn()
    held = None if kind == Change.Kind.REMOVED else plan
    Change.objects.create(kind=kind, plan=held, code=plan.slug, fields=sorted(set(fields)), by=by)
    publish_surroundings()


@transaction.atomic
def publish_surroundings() -> None:
    """Let readers see a change to what stands around commitments: an institution, a subject.

    Any number of commitments may be found by its name, so all are indexed afresh,
    after the answer.
    """
    Edition.advance()
    ask(rebuild_search_index)
