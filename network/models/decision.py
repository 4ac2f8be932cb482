"""Decisions of staff: what each changed, for the hour in which it can be taken back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.models.deed import Deed
from network.models.edition import Edition
from network.models.letter import Letter
from network.models.undone import Undone
from network.models.user import User
from opengov_portal.lib.errors import Refused

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Of every decision at the desk, whatever it is about (docs/decisions/0019).
UNDO_WITHIN = timedelta(hours=1)

Facts = dict[str, str | None]


def facts_of(thing: models.Model, names: Iterable[str]) -> Facts:
    """Columns of a row, as the database has them now, in plain words.

    Raises Refused where there is no such row any more.
    """
    names = list(names)
    row = type(thing)._base_manager.filter(pk=thing.pk).only(*names).first()
    if row is None:
        raise Refused(_("This is not here any more."))
    fields: Any = [row._meta.get_field(name) for name in names]
    return {
        field.name: None if field.value_from_object(row) is None else field.value_to_string(row)
        for field in fields
    }


def values_of(thing: models.Model, facts: Mapping[str, str | None]) -> dict[str, Any]:
    """The same columns as values. Of an account that is gone since, none."""
    values: dict[str, Any] = {}
    for name, said in facts.items():
        field: Any = thing._meta.get_field(name)
        value = None if said is None else field.to_python(said)
        if field.is_relation and value is not None:
            value = field.related_model._base_manager.filter(pk=value).first()
        values[name] = value
    return values


class DecisionQuerySet(models.QuerySet["Decision"]):
    def about(self, thing: models.Model) -> Self:
        return self.filter(thing=thing._meta.label_lower, key=thing.pk)

    def about_any(self, things: models.QuerySet[Any]) -> Self:
        """Those about any of these rows, which are of one kind."""
        return self.filter(thing=things.model._meta.label_lower, key__in=things.values("pk"))

    def standing(self) -> Self:
        """Those that were not undone."""
        return self.filter(undone_at__isnull=True)

    def stale(self, now: datetime) -> Self:
        """Those that nobody can undo any more."""
        return self.filter(at__lte=now - UNDO_WITHIN)

    def newest(self) -> Self:
        return self.order_by("-at", "-pk")


class Decision(Undone):
    """That staff decided about something: what stood before, what they made of it, and when.

    Kept so that it can be undone for an hour, and forgotten the night after: the record
    (`Deed`) tells for good what was done and that it was undone. A proposal's decision is
    its `Step`, and is undone there.
    """

    thing = models.CharField(gettext_lazy("kind of thing"), max_length=80)
    key = models.PositiveBigIntegerField(gettext_lazy("number"))
    at = models.DateTimeField(gettext_lazy("when"), default=timezone.now, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("by"),
    )
    before = models.JSONField(gettext_lazy("before"))
    after = models.JSONField(gettext_lazy("after"))
    # What else its undoing needs; each kind of thing knows what.
    kept = models.JSONField(default=dict)
    # The keys of the letters that tell of it, and wait until it can be undone no more.
    letters = models.JSONField(default=list)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("decision that can be undone")
        verbose_name_plural = gettext_lazy("decisions that can be undone")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["thing", "key", "at"], name="decision_about")]

    def __str__(self) -> str:
        return f"{self.thing} {self.key}"

    # --- Questions -------------------------------------------------------------

    @property
    def undo_until(self) -> datetime:
        return self.at + UNDO_WITHIN

    @property
    def is_open(self) -> bool:
        """Whether its hour lasts, and nobody has undone it."""
        return self.undone_at is None and timezone.now() < self.undo_until

    # --- Verbs -----------------------------------------------------------------

    def hold(self, letter: Letter | None) -> None:
        """The letter that tells of it goes once it can be undone no more.

        One of an earlier decision about the same thing that still waits is withheld: two
        letters that contradict each other hurt more than one that comes late.
        """
        for earlier in self._earlier():
            Letter.objects.filter(key__in=earlier.letters).withhold()
        if letter is None:
            return
        Letter.objects.filter(pk=letter.pk).hold(self.undo_until)
        self.letters.append(letter.key)
        self.save(update_fields=["letters"])

    def take_letters_back(self) -> bool:
        """What tells of it does not go. False where some of it has left already."""
        if Letter.objects.filter(key__in=self.letters).take_back():
            return False
        for earlier in self._earlier()[:1]:
            Letter.objects.filter(key__in=earlier.letters).hold(earlier.undo_until)
        return True

    def mark_undone(self, *, by: User) -> None:
        """It counts no more. Called by the verb that moves the thing back."""
        now = timezone.now()
        mine = Decision.objects.standing().filter(pk=self.pk)
        if not mine.update(undone_at=now, undone_by=by):
            raise Refused(_("Someone else has just undone this."))
        self.undone_at, self.undone_by = now, by

    def _earlier(self) -> models.QuerySet["Decision"]:
        """Those about the same thing that could be undone after it, the latest first."""
        same = Decision.objects.standing().filter(thing=self.thing, key=self.key)
        return same.filter(at__gt=timezone.now() - UNDO_WITHIN, pk__lt=self.pk).newest()


class Undoable(models.Model):
    """Something that staff decide about, and whose last decision they can undo for an hour.

    A verb takes `stands()` before it moves the thing and calls `_decided` with it after.
    Undoing puts the columns back, all at once and only if they are as the decision left
    them: whatever was done to the thing since is nobody's to overturn.
    """

    # The columns that a decision writes.
    DECIDED: ClassVar[tuple[str, ...]]

    class Meta:
        abstract = True

    def may_be_undone_by(self, user: "User | AnonymousUser") -> bool:
        """Whoever may decide may undo what another decided."""
        raise NotImplementedError

    @property
    def last_decision(self) -> Decision | None:
        """The latest that was not undone, if the night has not forgotten it."""
        return Decision.objects.about(self).standing().newest().first()

    @property
    def can_be_undone(self) -> bool:
        decision = self.last_decision
        return decision is not None and decision.is_open and self.stands() == decision.after

    def stands(self) -> Facts:
        """What a decision would change, as it is now. Within the turn of the edition."""
        return facts_of(self, self.DECIDED)

    def _decided(self, stood: Facts, *, by: User, **kept: Any) -> Decision | None:
        """Keep what a decision of staff changed; what others decide is not undone at the desk."""
        if not by.is_staff:
            return None
        return Decision.objects.create(
            thing=self._meta.label_lower,
            key=self.pk,
            by=by,
            before=stood,
            after=self.stands(),
            kept=kept,
        )

    @transaction.atomic
    def undo(self, *, by: User, seen: int | None = None) -> Decision:
        """Staff take the last decision back, within an hour of it; no letter tells of it.

        `seen` is the decision that they saw. Raises Refused, with the reason in words,
        for what can be undone no more.
        """
        if not self.may_be_undone_by(by):
            raise PermissionDenied
        Edition.take_turn()
        decision = self.last_decision
        if seen is not None and seen != (decision.pk if decision else 0):
            raise Refused(self._who_was_first())
        if decision is None or not decision.is_open:
            raise Refused(_("The hour in which this could be undone is over."))
        self._ask_to_undo(decision)
        if not decision.take_letters_back():
            raise Refused(_("The letter that tells of this has left: it can no longer be undone."))
        decision.mark_undone(by=by)
        mine = type(self)._base_manager.filter(pk=self.pk, **values_of(self, decision.after))
        if not mine.update(**values_of(self, decision.before)):
            raise Refused(_("Something was done about this since, so it can no longer be undone."))
        self.refresh_from_db()
        self._undone(decision, by=by)
        return decision

    def _ask_to_undo(self, decision: Decision) -> None:
        """Raises Refused where somebody has acted on what was decided."""

    def _undone(self, decision: Decision, *, by: User) -> None:
        """What undoing changes besides, and that it is on record."""
        self._record_undoing(decision, by=by)

    def _record_undoing(self, decision: Decision, *, by: User) -> None:
        was, now = decision.after, decision.before
        name = self.DECIDED[0]
        changes = [{"field": name, "before": was[name], "after": now[name]}]
        Deed.record(Deed.Act.UNDONE, self, by=by, changes=changes)

    def _who_was_first(self) -> str:
        """What the second of two is told."""
        last = Decision.objects.about(self).order_by("-pk").first()
        if last is None:
            return _("The hour in which this could be undone is over.")
        at = timezone.localtime(last.undone_at or last.at).strftime("%H:%M")
        who = last.undone_by if last.undone_at else last.by
        if last.undone_at:
            return _("%(who)s has undone this already, at %(when)s.") % {"who": who, "when": at}
        return _("%(who)s was first, at %(when)s. Look again.") % {"who": who, "when": at}
