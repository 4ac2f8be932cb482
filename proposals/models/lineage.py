"""Lineages: which proposal led to which commitment."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.models import Commitment
from opengov_portal.lib.languages import Words, pick
from proposals.models.proposal import Proposal
from proposals.models.response import Response


class Lineage(models.Model):
    """This proposal led to that commitment: the answer says so, or a source does."""

    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="lineages", verbose_name=_("proposal")
    )
    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="lineages", verbose_name=_("commitment")
    )
    response = models.ForeignKey(
        Response,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="lineages",
        verbose_name=_("answer that says so"),
    )
    note_en = models.TextField(_("how (English)"), blank=True)
    note_fr = models.TextField(_("how (French)"), blank=True)
    source_url = models.URLField(_("source"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("descent of a commitment")
        verbose_name_plural = _("descents of commitments")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "commitment"], name="lineage_once"),
            models.CheckConstraint(
                condition=Q(response__isnull=False) | ~Q(source_url=""),
                name="lineage_says_where_it_is_from",
            ),
            models.CheckConstraint(
                condition=Q(note_en="", note_fr="") | ~Q(note_en="") & ~Q(note_fr=""),
                name="lineage_note_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} → {self.commitment}"

    @property
    def note(self) -> Words:
        return pick(self, "note")
