"""What is done when something about the promises changes for readers, whoever changed it."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments import history
from commitments.models import ActionPlan, Change, Commitment, Filing, Institution, SelfAssessment
from commitments.search.indexing import reindex
from commitments.tasks import rebuild_search_index
from network.models import Deed, Edition, User
from opengov_portal.lib.differences import Change as Difference
from opengov_portal.lib.differences import State, differences
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import LANGUAGES, in_each
from opengov_portal.lib.tasks import ask


@transaction.atomic
def publish_change(
    kind: Change.Kind,
    commitment: Commitment,
    fields: Iterable[str] = (),
    *,
    by: User | None,
    stood: State | None = None,
    why: Mapping[str, str] | None = None,
) -> None:
    """Write down what became different about a commitment, and let readers find it so.

    `fields` are names of its columns, and of its children as a whole: `milestones`;
    `stood` is its state before (`history.state`), `why` the reason in each language.
    Call it after what was saved, and before what is deleted. It takes the turn of the
    edition, if its caller has not: changes are numbered in the order of their commits.
    Raises Refused where a promise of a published plan changes without a reason.
    """
    Edition.take_turn()
    why = why or {}
    said = all(why.get(language, "").strip() for language in LANGUAGES)
    plan = ActionPlan.objects.get(pk=commitment.plan_id)
    if kind != Change.Kind.ADDED and plan.is_published and not said:
        raise Refused(_("The plan is published: say why this is changed."))
    names = sorted(set(fields))
    changes: list[Difference] = [{"field": name} for name in names]
    if kind == Change.Kind.REMOVED:
        changes = differences(history.state(commitment), {})
    elif stood is not None:
        changes = differences(stood, history.state(commitment))
    deed = Deed.of(Deed.Act(kind.value), commitment, by=by, changes=changes, why=why)
    deed.save()
    Change.record(kind, commitment, fields=names, by=by, deed=deed)
    if kind != Change.Kind.REMOVED:
        commitment.save(update_fields=["changed_at"])
        reindex(commitment)
    Edition.advance()


@transaction.atomic
def file(assessment: SelfAssessment, *, by: User) -> None:
    """An institution says how a commitment goes that it leads; it is public at once."""
    Edition.take_turn()
    commitment = assessment.commitment
    stood, corrected = history.state(commitment), bool(assessment.pk)
    assessment.keep(by=by)
    why = filed_by(Filing.objects.get(assessment=assessment.pk).institution, corrected=corrected)
    publish_change(Change.Kind.CHANGED, commitment, ["assessments"], by=by, stood=stood, why=why)


def filed_by(institution: Institution, *, corrected: bool) -> dict[str, str]:
    """Why a commitment changed by what an institution says of it, in both languages.

    What it found, and the page that says so, the history shows beside it.
    """
    words = (
        gettext_lazy("Corrected by %(institution)s, which filed it.")
        if corrected
        else gettext_lazy("Filed by %(institution)s, which leads this commitment.")
    )
    return in_each(lambda: words % {"institution": institution.name.text})


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
