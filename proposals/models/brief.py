"""Briefs: the one PDF that may come with an idea."""

from datetime import timedelta
from hashlib import sha256
from typing import Self

from django.core.signing import BadSignature, Signer
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.models import Edition, User
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.uploads import FILE_MOST
from proposals.models.draft import Draft
from proposals.models.proposal import Proposal
from proposals.models.step import Step

BRIEF_MOST = FILE_MOST
SIGNED = Signer(salt="portal.brief")


class BriefQuerySet(models.QuerySet["Brief"]):
    def light(self) -> Self:
        """All that is known of them but what is in them."""
        return self.defer("content")

    def signed(self, mark: str) -> "Brief | None":
        """The one that a form carries along, until it is put forward."""
        try:
            number = SIGNED.unsign(mark)
        except BadSignature:
            return None
        return self.light().filter(pk=number, proposal__isnull=True).first()

    def to_be_deleted(self) -> Self:
        """Those taken off for good: that can be undone no more."""
        then = timezone.now() - Proposal.UNDO_WITHIN
        return self.filter(taken_off__at__lte=then).exclude(digest="")

    def stale(self) -> Self:
        """Those whose idea was never put forward."""
        old = timezone.now() - Brief.KEPT
        return self.filter(proposal__isnull=True, draft__isnull=True, created_at__lte=old)


class Brief(models.Model):
    """A PDF of at most ten megabytes, as it was handed in; looked at by `proposals.pdf`.

    In the database, so that it comes and goes with its proposal (docs/decisions/0018).
    It is only ever answered as a download (`views.brief`). Of one that moderators took off
    the row stays, as the mark that it was here; what was in it is deleted an hour later.
    """

    KEPT = timedelta(days=2)
    S = Proposal.State
    # Where a moderator has it in their hands; the brief of a refused idea nobody else gets.
    MODERATED = (S.WAITING, S.PUBLISHED, S.HIDDEN, S.MERGED)

    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="brief",
        verbose_name=gettext_lazy("proposal"),
    )
    draft = models.ForeignKey(
        Draft,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="briefs",
        verbose_name=gettext_lazy("draft"),
    )
    content = models.BinaryField(gettext_lazy("content"))
    size = models.PositiveIntegerField(gettext_lazy("size in bytes"))
    # Empty once what was in it is deleted.
    digest = models.CharField(gettext_lazy("SHA-256"), max_length=64, blank=True)
    created_at = models.DateTimeField(gettext_lazy("handed in"), default=timezone.now)
    taken_off = models.OneToOneField(
        Step,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=gettext_lazy("taken off"),
    )

    objects = BriefQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("brief")
        verbose_name_plural = gettext_lazy("briefs")
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=BRIEF_MOST), name="brief_not_too_large"
            ),
            models.CheckConstraint(
                condition=~Q(digest="") | Q(taken_off__isnull=False),
                name="brief_emptied_only_once_taken_off",
            ),
        ]

    def __str__(self) -> str:
        return f"PDF, {self.size} B"

    @classmethod
    def keep(cls, content: bytes) -> "Brief":
        """Keep a file that was looked at, until its idea is put forward."""
        digest = sha256(content).hexdigest()
        return cls.objects.create(content=content, size=len(content), digest=digest)

    @property
    def mark(self) -> str:
        """What the form carries along, which nobody else can make."""
        return SIGNED.sign(str(self.pk))

    @property
    def may_be_taken_off(self) -> bool:
        """Whether moderators have it in their hands, and it is there."""
        return self._state_of_it in self.MODERATED and self.taken_off_id is None

    @property
    def may_be_replaced(self) -> bool:
        """Whether a cleaned file may take its place."""
        is_hidden = self._state_of_it == self.S.HIDDEN
        return (
            self.taken_off_id is not None and self._state_of_it in self.MODERATED and not is_hidden
        )

    @property
    def _state_of_it(self) -> str:
        return self.proposal.state if self.proposal else ""

    # --- Verbs -----------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def take_off(
        cls, proposal: Proposal, *, by: User, reason: str, words: str, seen: int | None = None
    ) -> Step:
        """A moderator takes the file off, with a reason and a sentence for its author.

        Nobody gets it any more, from any address. The proposal stays as it is.
        """
        said = proposal._reason(reason, words)
        state = cls._asked(proposal, by, seen)
        found = cls.objects.light().filter(proposal=proposal).first()
        if found is None or not found.may_be_taken_off:
            raise Refused(_("There is no file here that could be taken off."))
        step = Step.objects.create(
            proposal=proposal, before=state, after=state, by=by, brief=Step.OfBrief.OFF, **said
        )
        cls.objects.filter(pk=found.pk).update(taken_off=step)
        Edition.advance()
        return step

    @classmethod
    @transaction.atomic
    def put_in(
        cls, proposal: Proposal, content: bytes, *, by: User, seen: int | None = None
    ) -> Step:
        """A moderator puts a cleaned file, that its author sent, where one was taken off."""
        state = cls._asked(proposal, by, seen)
        found = cls.objects.light().filter(proposal=proposal).first()
        if found is None or not found.may_be_replaced:
            raise Refused(_("No file was taken off here, in whose place another could be put."))
        step = Step.objects.create(
            proposal=proposal, before=state, after=state, by=by, brief=Step.OfBrief.NEW
        )
        digest = sha256(content).hexdigest()
        cls.objects.filter(pk=found.pk).update(
            content=content, size=len(content), digest=digest, created_at=step.at, taken_off=None
        )
        Edition.advance()
        return step

    @classmethod
    def undo(cls, step: Step) -> None:
        """What was done to it is undone. Called by `Proposal.undo`."""
        mine = cls.objects.filter(proposal=step.proposal_id)
        if step.brief == Step.OfBrief.OFF:
            if not mine.filter(taken_off=step).exclude(digest="").update(taken_off=None):
                raise Refused(_("The file is deleted already: ask its author for another."))
            return
        before = Step.objects.standing().filter(proposal=step.proposal_id, brief="off")
        mine.update(content=b"", digest="", taken_off=before.newest().first())

    @classmethod
    @transaction.atomic
    def delete_taken_off(cls) -> int:
        """Delete what was in those that were taken off an hour ago; how many."""
        Edition.take_turn()  # who undoes it at this moment is waited for
        return cls.objects.to_be_deleted().update(content=b"", digest="")

    @staticmethod
    def _asked(proposal: Proposal, by: User, seen: int | None) -> str:
        """In which state the proposal is, for whoever may decide, once it is their turn."""
        proposal._ask(by, seen)
        proposal.refresh_from_db(fields=["state"])
        return proposal.state
