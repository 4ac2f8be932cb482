"""Sources: where the facts about a commitment were taken from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """A page that facts about a commitment were taken from, and which facts."""

    commitment = models.ForeignKey(
        "commitments.Commitment", on_delete=models.CASCADE, related_name="sources"
    )
    url = models.URLField(
        _("address"), max_length=500, help_text=_("The page that facts were taken from.")
    )
    used_for = models.JSONField(
        _("used for"), default=list, blank=True, help_text=_("Which facts, one a line.")
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Its place in the list: the lowest comes first.")
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.UniqueConstraint(fields=["commitment", "url"], name="source_once_a_commitment")
        ]

    def __str__(self) -> str:
        return self.url
