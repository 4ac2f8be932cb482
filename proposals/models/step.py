"""Steps: the history of a proposal. Nothing in here is ever edited."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models import Deed, User
from network.models.undone import Undone
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import colon
from proposals.models.proposal import Proposal


class StepQuerySet(models.QuerySet["Step"]):
    def standing(self) -> Self:
        """Those that were not undone."""
        return self.filter(undone_at__isnull=True)

    def moves(self) -> Self:
        """Those of the proposal itself, and not of its brief."""
        return self.filter(brief="")

    def oldest(self) -> Self:
        return self.order_by("at", "pk")

    def newest(self) -> Self:
        return self.order_by("-at", "-pk")


class Step(Undone):
    """That a proposal moved from one state to another: when, by whom, with what reason.

    Append-only; one that was undone stays, marked (`undone_at`), and counts no more. When,
    whereto and the reason code are public once the proposal is; by whom is for staff,
    and `words` for staff and the author. What was done to its brief alone is a step too,
    from the state it is in to the same.
    """

    class OfBrief(models.TextChoices):
        OFF = "off", _("Its file was taken off")
        NEW = "new", _("A cleaned file was put in its place")

    S = Proposal.State
    # What a moderator decided, from which state to which; an author's own moves are not theirs.
    DECISIONS = (
        (S.WAITING, S.PUBLISHED),
        (S.WAITING, S.REFUSED),
        (S.REFUSED, S.PUBLISHED),
        (S.REFUSED, S.REFUSED),  # an appeal that was turned down
        (S.PUBLISHED, S.HIDDEN),
        (S.HIDDEN, S.PUBLISHED),
        (S.PUBLISHED, S.MERGED),
    )

    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="steps", verbose_name=_("proposal")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    before = models.CharField(_("from"), max_length=11, choices=Proposal.State.choices, blank=True)
    after = models.CharField(_("to"), max_length=11, choices=Proposal.State.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("Empty where it was the author, or nobody in particular."),
    )
    reason = models.CharField(
        _("reason"), max_length=18, choices=Proposal.Reason.choices, blank=True
    )
    words = models.TextField(_("the reason in a sentence"), max_length=1000, blank=True)
    brief = models.CharField(
        _("of its brief"), max_length=3, choices=OfBrief.choices, blank=True, db_default=""
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        indexes = [
            models.Index(fields=["proposal", "at"], name="step_of_proposal"),
            models.Index(fields=["after", "at"], name="step_for_the_log"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(after__in=["refused", "hidden"]) | ~Q(reason="") & ~Q(words=""),
                name="step_no_refusal_without_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(brief__in=["", "new"]) | Q(brief="off") & ~Q(reason="") & ~Q(words=""),
                name="step_no_file_taken_off_without_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}{colon()} {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Where it is of staff's doing, the record points to it."""
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new and self.by:
            Deed.record(Deed.Act.DECIDED, self.proposal, by=self.by, told_by=self)

    # --- Questions -------------------------------------------------------------

    @property
    def label(self) -> str:
        """What was done, in words."""
        return self.get_brief_display() if self.brief else self.get_after_display()

    @property
    def undo_until(self) -> datetime:
        return self.at + Proposal.UNDO_WITHIN

    @property
    def can_be_undone(self) -> bool:
        """Whether it is a moderator's decision of less than an hour ago."""
        return (
            self.undone_at is None
            and self.by_id is not None
            and (bool(self.brief) or (self.before, self.after) in self.DECISIONS)
            and timezone.now() < self.undo_until
        )

    # --- Verbs -----------------------------------------------------------------

    def mark_undone(self, *, by: User) -> None:
        """It counts no more. Called by the verb that moves the proposal back."""
        now = timezone.now()
        mine = Step.objects.standing().filter(pk=self.pk)
        if not mine.update(undone_at=now, undone_by=by):
            raise Refused(_("Someone else has just undone this."))
        self.undone_at, self.undone_by = now, by
        Deed.record(Deed.Act.UNDONE, self.proposal, by=by, told_by=self)
