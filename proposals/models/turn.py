"""Turns: what was done to a call for ideas, when, and why. Nothing in here is ever edited."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opengov_portal.lib.languages import Words, colon, pick


class TurnQuerySet(models.QuerySet["Turn"]):
    def newest(self) -> Self:
        return self.order_by("-at", "-pk")


class Turn(models.Model):
    """Something that was done to a call: announced, extended, paused, resumed, concluded.

    Append-only and public, with the reason in both languages. By whom is for staff.
    """

    class Act(models.TextChoices):
        PUBLISHED = "published", _("Announced")
        EXTENDED = "extended", _("Extended")
        PAUSED = "paused", _("Paused")
        RESUMED = "resumed", _("Resumed")
        CONCLUDED = "concluded", _("Concluded")
        REOPENED = "reopened", _("Reopened")
        RECORDED = "recorded", _("Added here, from where it was held")

    consultation = models.ForeignKey(
        "proposals.Consultation",
        on_delete=models.CASCADE,
        related_name="turns",
        verbose_name=_("call for ideas"),
    )
    act = models.CharField(_("what was done"), max_length=9, choices=Act.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    closed_before = models.DateTimeField(_("would have closed"), null=True, blank=True)
    closes_now = models.DateTimeField(_("closes now"), null=True, blank=True)
    due_before = models.DateField(_("answers were due by"), null=True, blank=True)
    due_now = models.DateField(_("answers are due by now"), null=True, blank=True)
    reason_en = models.TextField(_("reason (English)"), blank=True)
    reason_fr = models.TextField(_("reason (French)"), blank=True)

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn of a call")
        verbose_name_plural = _("turns of calls")
        constraints = [
            models.CheckConstraint(
                condition=Q(reason_en="", reason_fr="") | ~Q(reason_en="") & ~Q(reason_fr=""),
                name="turn_reason_in_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(act__in=["published", "concluded", "resumed", "recorded"])
                | Q(act__in=["extended", "paused", "reopened"]) & ~Q(reason_en=""),
                name="turn_has_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(act="extended")
                | Q(closed_before__isnull=False, closes_now__gt=models.F("closed_before")),
                name="turn_extends_to_a_later_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation}{colon()} {self.get_act_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("What was done is on record: a turn is never changed.")
        super().save(*args, **kwargs)

    @property
    def reason(self) -> Words:
        return pick(self, "reason")

    @property
    def moved_closing(self) -> bool:
        """Whether the day of closing is another since."""
        return self.closes_now is not None and self.closes_now != self.closed_before

    @property
    def moved_answers(self) -> bool:
        """Whether the day by when answers are due is another since."""
        return self.due_now is not None and self.due_now != self.due_before
