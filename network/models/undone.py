"""That something was undone: what a decision, a move, a merge and a strike have in common."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Undone(models.Model):
    """When something was undone, and by whom; neither is known while it stands."""

    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )

    class Meta:
        abstract = True
