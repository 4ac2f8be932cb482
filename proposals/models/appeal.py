"""Appeals: a refused author asks, once, that another moderator decides."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.models import Edition, User
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.seals import TOKEN_LENGTH, sealed, unsealed
from proposals.models.proposal import Proposal
from proposals.models.step import Step

APPEAL_WORDS_LENGTH = 2000  # characters
PURPOSE = "appeal"


class AppealQuerySet(models.QuerySet["Appeal"]):
    def waiting(self) -> Self:
        return self.filter(decision__isnull=True)

    def oldest(self) -> Self:
        return self.order_by("at", "pk")


class Appeal(models.Model):
    """That the author of a refused proposal asked for a second look; there is one at most.

    Another moderator than who refused it decides, whatever their rights.
    """

    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.CASCADE,
        related_name="appeal",
        verbose_name=gettext_lazy("proposal"),
    )
    refusal = models.ForeignKey(
        Step, on_delete=models.CASCADE, related_name="+", verbose_name=gettext_lazy("refusal")
    )
    words = models.TextField(
        gettext_lazy("in their words"), max_length=APPEAL_WORDS_LENGTH, blank=True
    )
    at = models.DateTimeField(gettext_lazy("when"), default=timezone.now)
    decision = models.OneToOneField(
        Step,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="appeal_decided",
        verbose_name=gettext_lazy("decision"),
    )

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("appeal")
        verbose_name_plural = gettext_lazy("appeals")

    if TYPE_CHECKING:
        decision_id: int | None

    def __str__(self) -> str:
        return f"{self.proposal}"

    # --- The link in the letter ----------------------------------------------------

    @staticmethod
    def token_for(refusal: Step) -> str:
        """What the letter's link carries: nobody but us can make it."""
        return sealed(f"{refusal.pk:0{TOKEN_LENGTH}}", PURPOSE)

    @staticmethod
    def refusal_of(token: str) -> Step | None:
        """The refusal that a link is of; None for one that we did not make, or was undone."""
        number = unsealed(token, PURPOSE)
        if number is None or not number.isdecimal():
            return None
        refusals = Step.objects.standing().filter(after=Proposal.State.REFUSED)
        return refusals.select_related("proposal__appeal").filter(pk=int(number)).first()

    # --- Questions -------------------------------------------------------------

    @property
    def waits(self) -> bool:
        return self.decision_id is None

    @property
    def was_granted(self) -> bool:
        return self.decision is not None and self.decision.after == Proposal.State.PUBLISHED

    def may_be_decided_by(self, user: User | AnonymousUser) -> bool:
        """Never by who refused it."""
        return self.proposal.may_be_moderated_by(user) and user.pk != self.refusal.by_id

    # --- Verbs -----------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def put(cls, refusal: Step, *, words: str = "") -> "Appeal":
        """The author of a refused proposal appeals: once, and while it is refused."""
        Edition.take_turn()  # of two clicks, one makes the row
        proposal = Proposal.objects.get(pk=refusal.proposal_id)
        if cls.objects.filter(proposal=proposal).exists():
            raise Refused(_("You have appealed already. One appeal is all there is."))
        last = proposal.last_move
        if proposal.state != Proposal.State.REFUSED or last is None or last.pk != refusal.pk:
            raise Refused(_("This decision no longer stands, so there is nothing to appeal."))
        return cls.objects.create(proposal=proposal, refusal=refusal, words=words.strip())

    @transaction.atomic
    def grant(self, *, by: User, seen: int | None = None) -> Step:
        """Another moderator agrees with the author: it is published."""
        self._ask(by, seen)
        return self._decided(self.proposal._publish(by=by))

    @transaction.atomic
    def deny(self, *, by: User, words: str, seen: int | None = None) -> Step:
        """Another moderator agrees with the refusal, and says why. It is the last word."""
        if not words.strip():
            raise ValueError("That an appeal is turned down has a sentence which says why.")
        self._ask(by, seen)
        step = self.proposal.steps.create(
            before=Proposal.State.REFUSED,
            after=Proposal.State.REFUSED,
            by=by,
            reason=self.refusal.reason,
            words=words.strip(),
        )
        Edition.advance()  # the log counts it
        return self._decided(step)

    def reopen(self) -> None:
        """What was decided is undone: it waits again. Called by `Proposal.undo`."""
        Appeal.objects.filter(pk=self.pk).update(decision=None)
        self.decision = None

    def _ask(self, by: User, seen: int | None) -> None:
        if not self.may_be_decided_by(by):
            raise PermissionDenied
        self.proposal._ask(by, seen)
        if not Appeal.objects.waiting().filter(pk=self.pk).exists():
            raise Refused(_("Someone else has just decided about this appeal."))

    def _decided(self, step: Step) -> Step:
        Appeal.objects.waiting().filter(pk=self.pk).update(decision=step)
        self.decision = step
        return step
