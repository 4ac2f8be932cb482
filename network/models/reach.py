"""The reach: how many members the network had, by kind, when they were last counted."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reach(models.Model):
    """What readers may know of how many members there are, as counted on one day.

    One row. Its figures are rounded before they are kept (`network.reach`): the exact
    numbers are nowhere but in the rows that were counted.
    """

    ONLY = 1

    figures: Any = models.JSONField(_("figures, as they are shown"), default=dict)
    counted_at = models.DateTimeField(_("counted"), default=timezone.now)

    class Meta:
        verbose_name = _("reach")
        verbose_name_plural = _("reach")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="reach_is_one_row")]

    def __str__(self) -> str:
        return self.counted_at.date().isoformat()

    @classmethod
    def latest(cls) -> "Reach | None":
        """The last count; None while there was none."""
        return cls.objects.filter(pk=cls.ONLY).first()

    def of(self, table: str, cell: str) -> int:
        """At least how many there are of a kind; 0 for fewer than five."""
        shown: int = self.figures.get(table, {}).get(cell, 0)
        return shown
