"""Words that staff use again and again: reasons and answers, in both languages, with blanks."""

import re
from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opengov_portal.lib.languages import active

LABEL_LENGTH = 100
SAVED_LENGTH = 5000
BLANK = re.compile("_{3,}")  # is filled in before the words go to anyone


class SavedWordsQuerySet(models.QuerySet["SavedWords"]):
    def for_use(self, kind: "SavedWords.Kind") -> Self:
        """Those of a kind, by their names in the language of who reads."""
        return self.filter(kind=kind).order_by(f"label_{active()}", "pk")


class SavedWords(models.Model):
    """A reason or an answer that staff have at hand, the same in both languages.

    What is left open in it is written as three underscores or more: a blank.
    """

    class Kind(models.TextChoices):
        PROPOSAL = "proposal", _("Refusing or hiding a proposal")
        APPEAL = "appeal", _("Turning an appeal down, or keeping what was flagged")
        ORGANIZATION = "organization", _("Refusing an organization or a change to it")
        MESSAGE = "message", _("Answering a message")
        ANSWER = "answer", _("Answering proposals")

    kind = models.CharField(_("used for"), max_length=12, choices=Kind.choices)
    label_en = models.CharField(
        _("name in English"),
        max_length=LABEL_LENGTH,
        help_text=_("As staff choose it from the list. Nobody else reads it."),
    )
    label_fr = models.CharField(_("name in French"), max_length=LABEL_LENGTH)
    words_en = models.TextField(
        _("words in English"),
        max_length=SAVED_LENGTH,
        help_text=_("Write ___ for what is filled in each time. Nothing goes out with a blank."),
    )
    words_fr = models.TextField(_("words in French"), max_length=SAVED_LENGTH)

    objects = SavedWordsQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved words")
        verbose_name_plural = _("saved words")
        indexes = [models.Index(fields=["kind"], name="saved_words_of_a_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["proposal", "appeal", "organization", "message", "answer"]),
                name="saved_words_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(label_en="") & ~Q(label_fr="") & ~Q(words_en="") & ~Q(words_fr=""),
                name="saved_words_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return str(getattr(self, f"label_{active()}"))

    def in_languages(self, languages: Iterable[str]) -> str:
        """The words in one language, or in several one after the other."""
        return "\n\n".join(getattr(self, f"words_{language}") for language in languages)
