"""Changes: what became different about the promises, and when, for feeds and the home page."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.models.commitment import Commitment
from commitments.models.plan import ActionPlan


class ChangeQuerySet(models.QuerySet["Change"]):
    def newest(self) -> Self:
        return self.order_by("-at", "-pk")


class Change(models.Model):
    """One public change to one commitment: added, changed or removed.

    `fields` lists what changed, by the names the data dictionary uses. `code`
    keeps the commitment's stable id after it has been removed.
    """

    class Kind(models.TextChoices):
        ADDED = "added", _("Added")
        CHANGED = "changed", _("Changed")
        REMOVED = "removed", _("Removed")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    plan = models.ForeignKey(
        ActionPlan, on_delete=models.SET_NULL, null=True, related_name="changes"
    )
    commitment = models.ForeignKey(
        Commitment, on_delete=models.SET_NULL, null=True, related_name="changes"
    )
    code = models.CharField(_("stable id"), max_length=60)
    fields = models.JSONField(_("what changed"), default=list, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["added", "changed", "removed"]),
                name="change_kind_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_kind_display()}"

    @classmethod
    def record(cls, kind: "Change.Kind", commitment: Commitment, **facts: Any) -> "Change":
        """Write down a change, in the transaction that makes it."""
        return cls.objects.create(
            kind=kind,
            plan_id=commitment.plan_id,
            commitment=None if kind == cls.Kind.REMOVED else commitment,
            code=commitment.code,
            **facts,
        )
