"""Words: every word that the proposals are written in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models.word import KnownWord


class ProposalWord(KnownWord):
    """A word that some proposal is found by."""

    COUNTED = "proposals"

    proposals = models.PositiveIntegerField(_("proposals"), default=1)

    class Meta:
        verbose_name = _("word of proposals")
        verbose_name_plural = _("words of proposals")
        constraints = [
            models.UniqueConstraint(fields=["folded", "token"], name="proposal_word_once"),
        ]
