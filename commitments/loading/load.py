"""Loading a checked file: all of it, in one transaction, or none of it."""

from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from commitments import history
from commitments.loading.checking import check
from commitments.loading.comparing import overwrite
from commitments.loading.editorial import apply_editorial
from commitments.loading.outcome import ASIDE, Load, Outcome, Say
from commitments.loading.plan_writer import PlanWriter
from commitments.loading.problems import BadFile
from commitments.loading.reading import read_json
from commitments.loading.records import Values
from commitments.loading.wanted import WantedFile, digest
from commitments.models import ActionPlan, Change, Commitment, Institution
from commitments.tasks import rebuild_search_index
from network.models import Deed, Edition, Subject
from opengov_portal.lib.differences import differences
from opengov_portal.lib.tasks import ask


def load(path: Path, *, editorial: Path | None, prune: bool, say: Say) -> Outcome:
    """Make the portal say what the file says, and tell `say` of it line by line.

    Raises BadFile, and changes nothing, when the file or its editorial supplement
    cannot be loaded.
    """
    wanted = check(read_json(path), path.name)
    if editorial:
        apply_editorial(read_json(editorial), editorial.name, wanted)
    try:
        with transaction.atomic():
            return _write(wanted, prune=prune, say=say)
    except ProtectedError as error:
        held = ", ".join(sorted(str(row) for row in error.protected_objects)[:3])
        raise BadFile(f"{path.name}: what is gone from it is still in use by {held}.") from error
    except DatabaseError as error:
        reason = str(error).splitlines()[0]
        raise BadFile(f"{path.name}: the database refuses it: {reason}.") from error


def _write(wanted: WantedFile, *, prune: bool, say: Say) -> Outcome:
    Edition.take_turn()
    run = Load(file=wanted.name, now=timezone.now(), prune=prune, say=say)
    _keep_named(Institution, "institution", wanted.institutions, run)
    if wanted.subjects is not None:
        _keep_named(Subject, "subject", wanted.subjects, run)
    run.learn_ids()
    _drop_plans(wanted, run)
    _make_way(wanted, run)
    for plan in sorted(wanted.plans.values(), key=lambda one: one.values["ordinal"]):
        PlanWriter(plan, run).write()
    _drop_named(Institution, "institution", wanted.institutions, run)
    if wanted.subjects is not None:
        _drop_named(Subject, "subject", wanted.subjects, run)
    run.finish()
    if run.outcome.touched:
        Edition.advance()
        ask(rebuild_search_index)
    return run.outcome


def _keep_named(model: type[Any], noun: str, wanted: dict[str, Values], run: Load) -> None:
    """Add and change institutions or subjects, which stand beside the plans."""
    standing = {row.slug: row for row in model.objects.all()}
    added, changed = [], []
    columns: set[str] = set()
    for slug, values in wanted.items():
        settled = run.is_settled(f"{noun} {slug}", digest(values))
        row = standing.get(slug)
        if row is None:
            added.append(model(**values))
        elif not settled and (different := overwrite(row, values)):
            run.say(f"  changed {noun} {slug}: {', '.join(sorted(different))}")
            changed.append(row)
            columns |= different
    model.objects.bulk_create(added)
    if changed:
        model.objects.bulk_update(changed, sorted(columns))
    run.outcome.touched |= bool(added or changed)


def _drop_named(model: type[Any], noun: str, wanted: dict[str, Values], run: Load) -> None:
    gone = model.objects.exclude(slug__in=list(wanted))
    for slug in gone.order_by("slug").values_list("slug", flat=True):
        run.gone(f"{noun} {slug}")
    if run.prune:
        gone.delete()


def _drop_plans(wanted: WantedFile, run: Load) -> None:
    """Whole plans that are gone from the file; first, so that their places are free."""
    places = {plan.values["ordinal"]: plan.slug for plan in wanted.plans.values()}
    for plan in ActionPlan.objects.exclude(slug__in=list(wanted.plans)).order_by("ordinal"):
        run.gone(f"plan {plan.slug}")
        if run.prune:
            promised = Commitment.objects.filter(plan=plan)
            stood = history.states(promised.values_list("pk", flat=True))
            for row in promised.order_by("number"):
                lost = differences(stood[row.pk], {})
                deed = Deed.of(Deed.Act.REMOVED, row, by=None, changes=lost, at=run.now)
                run.note(Change(kind=Change.Kind.REMOVED, code=row.code, deed=deed))
            run.note(Change(kind=Change.Kind.REMOVED, code=plan.slug))
            promised.delete()
            plan.delete()
        elif plan.ordinal in places:
            raise BadFile(
                f"{run.file}: plan {places[plan.ordinal]}, ordinal: {plan.ordinal} is that of "
                f"plan {plan.slug}, which is not in the file; --prune would remove it."
            )


def _make_way(wanted: WantedFile, run: Load) -> None:
    """Put aside the plans that get another ordinal, so that none meets another on its way."""
    moving = []
    for plan in ActionPlan.objects.filter(slug__in=list(wanted.plans)):
        theirs = wanted.plans[plan.slug]
        settled = run.is_settled(f"plan {plan.slug}", theirs.fingerprint)
        if plan.ordinal != theirs.values["ordinal"] and not settled:
            moving.append(plan.pk)
    ActionPlan.objects.filter(pk__in=moving).update(ordinal=F("ordinal") + ASIDE)
