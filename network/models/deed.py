"""Deeds: the record of what staff did and looked at. Nothing in here is ever changed."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.consent import erased_mark
from network.models.user import User
from opengov_portal.lib import keeping
from opengov_portal.lib.differences import Change
from opengov_portal.lib.languages import Words, active, colon, pick

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

NAME_LENGTH = 300  # characters
ONE_LOOK = timedelta(minutes=10)  # that what a box suggests while one types counts as one
PERSON = "network.person"  # no model: somebody, whatever is held on them


class DeedQuerySet(models.QuerySet["Deed"]):
    def about(self, thing: models.Model) -> Self:
        """Those about one thing; what hangs on it has its own."""
        return self.filter(thing=thing._meta.label_lower, key=str(thing.pk))

    def about_any(self, things: Iterable[models.Model]) -> Self:
        """Those about any of these things."""
        each = [Q(thing=one._meta.label_lower, key=str(one.pk)) for one in things]
        return self.filter(Q(*each, _connector=Q.OR))

    def done(self) -> Self:
        """Those that changed something."""
        return self.exclude(act__in=LOOKING)

    def looks_of_late(self, model: type[models.Model], *, by: "User | AnonymousUser") -> Self:
        """That someone looked at a list of such things within the last minutes."""
        mine = self.filter(by_id=by.pk, at__gt=timezone.now() - ONE_LOOK)
        return mine.filter(act=Deed.Act.SEEN, thing=model._meta.label_lower, key="")

    def newest(self) -> Self:
        return self.order_by("-at", "-pk")

    def oldest(self) -> Self:
        return self.order_by("at", "pk")

    def update(self, **fields: Any) -> NoReturn:
        raise TypeError("The record is only ever added to.")

    def delete(self) -> NoReturn:
        raise TypeError("The record is only ever added to.")


class Deed(models.Model):
    """One thing that staff did, or looked at: who, when, to what, what was before and after, why.

    Append-only, and the database holds it so (`lib.append_only`). It therefore holds
    nothing of a person: of what tells of one only which row and which field, never the
    value or a name (`lib.keeping` says which). What has a public history of its own, as
    a proposal's `Step`, is not written twice: `told_by` says where it is told.
    """

    class Act(models.TextChoices):
        ADDED = "added", _("Added")
        CHANGED = "changed", _("Changed")
        REMOVED = "removed", _("Removed")
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Turned down")
        DECIDED = "decided", _("Decided")
        UNDONE = "undone", _("Taken back")
        SENT = "sent", _("Sent out")
        SEEN = "seen", _("Looked at")
        EXPORTED = "exported", _("Exported")
        ERASED = "erased", _("Erased")

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    # Held by its number alone: an account that is erased takes nothing from the record.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
        verbose_name=_("who"),
        help_text=_("Empty where it was a command at the console, or a file that was loaded."),
    )
    act = models.CharField(_("what was done"), max_length=8, choices=Act.choices)
    thing = models.CharField(_("kind of thing"), max_length=80)
    key = models.CharField(_("number"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    changes = models.JSONField(_("before and after"), default=list, blank=True)
    why_en = models.TextField(_("why (English)"), blank=True)
    why_fr = models.TextField(_("why (French)"), blank=True)
    told_by = models.CharField(
        _("told by"),
        max_length=80,
        blank=True,
        help_text=_("The entry of another history which tells what was before, after, and why."),
    )

    objects = DeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the record")
        verbose_name_plural = _("the record")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["thing", "key", "at"], name="deed_about"),
            models.Index(fields=["by", "at"], name="deed_by"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    act__in=[
                        "added", "changed", "removed", "agreed", "refused", "decided", "undone",
                        "sent", "seen", "exported", "erased",
                    ]
                ),
                name="deed_act_known",
            ),
            models.CheckConstraint(condition=~Q(thing=""), name="deed_to_something"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_act_display()}{colon()} {self.name or self.key or self.thing}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The record is only ever added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The record is only ever added to.")

    # --- Recording -------------------------------------------------------------

    @classmethod
    def record(
        cls, act: "Deed.Act", thing: models.Model, *, by: "User | AnonymousUser | None", **said: Any
    ) -> "Deed | None":
        """Write down what was done, in the transaction that does it. Takes what `of` takes.

        None, and nothing is written, where it was done by someone who is not staff: what
        members do with what is theirs is nobody's record.
        """
        if by is not None and not by.is_staff:
            return None
        deed = cls.of(act, thing, by=by, **said)
        deed.save()
        return deed

    @classmethod
    def of(
        cls,
        act: "Deed.Act",
        thing: models.Model,
        *,
        by: "User | AnonymousUser | None",
        changes: Iterable[Change] = (),
        why: str | Mapping[str, str] = "",
        told_by: models.Model | None = None,
        at: Any = None,
    ) -> "Deed":
        """One that is not yet kept. `why` is one sentence, or one in each language."""
        label = thing._meta.label_lower
        reasons = why if isinstance(why, Mapping) else {active(): why}
        return cls(
            **{"at": at} if at else {},
            act=act,
            by=by if isinstance(by, User) else None,
            thing=label,
            key=str(thing.pk or ""),
            name="" if keeping.is_about_people(thing) else str(thing)[:NAME_LENGTH],
            changes=without_people(type(thing), changes),
            why_en=reasons.get("en", "").strip(),
            why_fr=reasons.get("fr", "").strip(),
            told_by=f"{told_by._meta.label_lower}:{told_by.pk}" if told_by else "",
        )

    @classmethod
    def about_person(cls, act: "Deed.Act", address: str, *, by: User | None) -> "Deed":
        """All that is held on somebody was shown, exported or erased.

        In the place of the address stands the mark of decision 0013: whoever has the
        address can tell that it was theirs, and nobody else can.
        """
        return cls.objects.create(act=act, by=by, thing=PERSON, key=erased_mark(address))

    @classmethod
    def moved(cls, thing: Any, before: str, *, by: "User | AnonymousUser") -> None:
        """Staff moved a thing from that state to the one it is in."""
        change = {"field": "state", "before": before, "after": str(thing.state)}
        cls.record(cls.Act.DECIDED, thing, by=by, changes=[change])

    @classmethod
    def seen(
        cls, model: "type[models.Model] | models.Model", *, by: "User | AnonymousUser"
    ) -> None:
        """Staff look at what tells of people: one thing, or a list of them."""
        thing = model() if isinstance(model, type) else model
        cls.record(cls.Act.SEEN, thing, by=by)

    # --- Questions -------------------------------------------------------------

    @property
    def why(self) -> Words:
        return pick(self, "why")

    @property
    def model(self) -> type[models.Model] | None:
        """The kind of thing; None where there is no such kind any more."""
        try:
            return apps.get_model(self.thing)
        except LookupError:
            return None


LOOKING = (Deed.Act.SEEN, Deed.Act.EXPORTED)


def without_people(model: type[models.Model], changes: Iterable[Change]) -> list[Change]:
    """Changes as the record may hold them: of what tells of a person only that it changed."""
    return [_without_person(model, change) for change in changes]


def _without_person(model: type[models.Model], change: Change) -> Change:
    relation, _dot, column = change["field"].partition(".")
    if "of" not in change:
        told = tells_of_a_person(model, relation)
        return {"field": relation} if told else dict(change)
    rows = related(model, relation)
    if column:
        told = rows is not None and tells_of_a_person(rows, column)
        return {"field": change["field"], "of": change["of"]} if told else dict(change)
    if rows is None:
        return dict(change)
    kept = dict(change)
    for side in ("before", "after"):
        if row := change.get(side):
            kept[side] = {
                name: value for name, value in row.items() if not tells_of_a_person(rows, name)
            }
    return kept


def tells_of_a_person(model: type[models.Model], field: str) -> bool:
    """Whether a field names an account, or `lib.keeping` has it among what is kept of people."""
    if keeping.is_personal(model._meta.label, field):
        return True
    found = {one.name: one for one in model._meta.get_fields()}.get(field)
    return found is not None and found.related_model is User


def related(model: type[models.Model], relation: str) -> type[models.Model] | None:
    found: Any = {one.name: one for one in model._meta.get_fields()}.get(relation)
    return found.related_model if found is not None and found.is_relation else None
