"""Words: every word the commitments are written in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Word(models.Model):
    """A word some commitment is found by: what a misspelt one may have meant.

    Kept by `commitments.search.indexing`, beside the index. `folded` and `token` are
    those of `commitments.search.folding`; `commitments` says in how many it stood
    when the index was last rebuilt.
    """

    folded = models.CharField(_("folded"), max_length=40)
    token = models.CharField(_("token"), max_length=41)
    written = models.CharField(_("as it is written"), max_length=80)
    commitments = models.PositiveIntegerField(_("commitments"), default=1)

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        constraints = [
            models.UniqueConstraint(fields=["folded", "token"], name="word_once"),
        ]

    def __str__(self) -> str:
        return self.written
