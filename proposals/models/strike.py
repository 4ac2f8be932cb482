"""Strikes: personal data that staff took out of a proposal which is good otherwise."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.models import Deed, Edition, User
from network.models.undone import Undone
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import colon
from proposals.models.proposal import Proposal

# What the public reads instead, in the language of the words around it.
MARKS = {
    "en": "[personal information removed]",
    "fr": "[renseignements personnels retirés]",
}
FIELDS = {
    "title": gettext_lazy("title"),
    "problem": gettext_lazy("the problem"),
    "ask": gettext_lazy("what we call for"),
    "gain": gettext_lazy("who gains"),
    "links": gettext_lazy("links"),
}


def found(text: str, passage: str) -> list[int]:
    """Where a passage stands in a text, each place once; places may overlap."""
    places, start = [], text.find(passage) if passage else -1
    while start >= 0:
        places.append(start)
        start = text.find(passage, start + 1)
    return places


def marked(text: str, spans: list[tuple[int, int]], mark: str) -> str:
    """The text with a mark for each stretch of it that is struck; what touches is one stretch."""
    said: list[str] = []
    end = 0
    for start, stop in sorted(spans):
        if start > end or not said:
            said += [text[end:start], mark]
        end = max(end, stop)
    return "".join([*said, text[end:]])


class Original(models.Model):
    """A part of a proposal as its author wrote it, kept for staff once something is struck."""

    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.CASCADE,
        related_name="originals",
        verbose_name=gettext_lazy("proposal"),
    )
    field = models.CharField(gettext_lazy("where"), max_length=7, choices=list(FIELDS.items()))
    value = models.JSONField(gettext_lazy("as it was written"))

    class Meta:
        verbose_name = gettext_lazy("original")
        verbose_name_plural = gettext_lazy("originals")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "field"], name="original_once_a_field")
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}{colon()} {self.get_field_display()}"


class StrikeQuerySet(models.QuerySet["Strike"]):
    def standing(self) -> Self:
        return self.filter(undone_at__isnull=True)

    def newest(self) -> Self:
        return self.order_by("-at", "-pk")


class Strike(Undone):
    """That staff struck a passage out of a proposal: where, who, when and why.

    The proposal itself holds the words without it, so that no page, feed, file or
    search can show what is struck; what the author wrote is kept in `Original`. `start`
    and `length` count characters of that, or for links which of them.
    """

    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.CASCADE,
        related_name="strikes",
        verbose_name=gettext_lazy("proposal"),
    )
    field = models.CharField(gettext_lazy("where"), max_length=7, choices=list(FIELDS.items()))
    start = models.PositiveIntegerField(gettext_lazy("from character"))
    length = models.PositiveIntegerField(gettext_lazy("characters"))
    why = models.TextField(gettext_lazy("why"), max_length=1000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("by"),
    )
    at = models.DateTimeField(gettext_lazy("when"), default=timezone.now)

    objects = StrikeQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("strike")
        verbose_name_plural = gettext_lazy("strikes")
        constraints = [
            models.CheckConstraint(condition=Q(length__gte=1), name="strike_of_something"),
            models.CheckConstraint(condition=~Q(why=""), name="strike_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}{colon()} {self.get_field_display()}"

    # --- Verbs -----------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def out(
        cls, proposal: Proposal, *, field: str, passage: str, why: str, by: User
    ) -> "list[Strike]":
        """Staff strike a passage out of one part, wherever it stands in it; one row a place.

        Raises Refused when it does not stand there.
        """
        if field not in FIELDS or not passage.strip() or not why.strip():
            raise ValueError("A strike says where, what and why.")
        locked = cls._locked(proposal, by)
        original = locked.originals.filter(field=field).first()
        value = original.value if original else getattr(locked, field)
        if field == "links":
            spans = [(n, 1) for n, link in enumerate(value) if passage.strip() in link]
        else:
            words = passage.replace("\r\n", "\n")
            if not found(value, words):
                words = words.strip()
            spans = [(place, len(words)) for place in found(value, words)]
        if not spans:
            raise Refused(_("These words do not stand there. Copy them exactly as they are."))
        if original is None:
            locked.originals.create(field=field, value=value)
        struck = [
            Strike.objects.create(
                proposal=locked, field=field, start=start, length=length, why=why.strip(), by=by
            )
            for start, length in spans
        ]
        cls._show(locked, field, into=proposal)
        changed = [{"field": field}]
        Deed.record(Deed.Act.CHANGED, proposal, by=by, changes=changed, told_by=struck[0])
        return struck

    @transaction.atomic
    def undo(self, *, by: User) -> None:
        """Staff put a passage back, at any time; who struck it and who undid it stays."""
        locked = self._locked(self.proposal, by)
        mine = Strike.objects.standing().filter(pk=self.pk)
        if not mine.update(undone_at=timezone.now(), undone_by=by):
            raise Refused(_("Someone else has just undone this."))
        self._show(locked, self.field, into=self.proposal)
        Deed.record(Deed.Act.UNDONE, self.proposal, by=by, told_by=self)

    @staticmethod
    def _locked(proposal: Proposal, by: User) -> Proposal:
        if not proposal.may_be_moderated_by(by):
            raise PermissionDenied
        Edition.take_turn()
        return Proposal.objects.select_for_update().get(pk=proposal.pk)

    @classmethod
    def _show(cls, proposal: Proposal, field: str, *, into: Proposal) -> None:
        """Write down what the public reads: what the author wrote, less what is struck."""
        rows = cls.objects.standing().filter(proposal=proposal, field=field)
        spans = [(strike.start, strike.start + strike.length) for strike in rows]
        value: Any = proposal.originals.get(field=field).value
        if field == "links":
            gone = {start for start, _stop in spans}
            shown: Any = [link for n, link in enumerate(value) if n not in gone]
        else:
            shown = marked(value, spans, MARKS[proposal.language])
        if field == "title":
            shown = shown[:300]
        if not spans:
            proposal.originals.filter(field=field).delete()  # nothing is hidden any more
        for each in (proposal, into):
            setattr(each, field, shown)
        proposal.save(update_fields=[field])
        Edition.advance()
