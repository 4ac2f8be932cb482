"""Words: every word the commitments are written in."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class KnownWord(models.Model):
    """A word some thing is found by: what a misspelt one may have meant.

    Kept by `commitments.search.indexing`, beside the index. `folded` and `token` are
    those of `commitments.search.folding`. The field that COUNTED names says in how many
    things it stood when the index was last rebuilt.
    """

    COUNTED: ClassVar[str]

    folded = models.CharField(_("folded"), max_length=40)
    token = models.CharField(_("token"), max_length=41)
    written = models.CharField(_("as it is written"), max_length=80)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.written

    @classmethod
    def known(cls, folded: str, token: str, written: str, count: int) -> Self:
        return cls(folded=folded, token=token, written=written, **{cls.COUNTED: count})

    @classmethod
    def all_known(cls) -> models.QuerySet[Self, tuple[str, str, str, int]]:
        """Rows of what a `Vocabulary` is made of."""
        return cls._default_manager.values_list("folded", "token", "written", cls.COUNTED)


class Word(KnownWord):
    """A word some commitment is found by."""

    COUNTED = "commitments"

    commitments = models.PositiveIntegerField(_("commitments"), default=1)

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        constraints = [
            models.UniqueConstraint(fields=["folded", "token"], name="word_once"),
        ]
