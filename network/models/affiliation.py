"""Affiliations: who belongs to an organization, and who speaks for it."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.decision import Decision, Undoable
from network.models.deed import Deed
from network.models.edition import Edition
from network.models.letter import Letter
from network.models.member import Member
from network.models.organization import REASON_LENGTH, Organization
from network.models.user import User
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.states import Stateful

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def representatives(self) -> Self:
        """Those whose role was confirmed."""
        return self.filter(state=Affiliation.State.REPRESENTATIVE)

    def asked(self) -> Self:
        return self.filter(state=Affiliation.State.ASKED)

    def listed(self) -> Self:
        """Those who chose to be seen, and whose tie was confirmed."""
        confirmed = [Affiliation.State.MEMBER, Affiliation.State.REPRESENTATIVE]
        return self.filter(listed=True, state__in=confirmed)

    def confirmable_by(self, user: "User | AnonymousUser") -> Self:
        """Those that someone may know of, to confirm them: all for staff, theirs for
        representatives of organizations that are public, none for anyone else."""
        if user.is_staff and user.has_perm("network.change_affiliation"):
            return self.all()
        if not user.is_authenticated:
            return self.none()
        theirs = Affiliation.objects.representatives().filter(member__user=user)
        public = self.filter(organization__state=Organization.State.PUBLIC)
        return public.filter(organization__in=theirs.values("organization"))

    def waiting(self) -> Self:
        """Those that somebody there, or staff, has yet to confirm or refuse."""
        return self.filter(state__in=[Affiliation.State.CLAIMED, Affiliation.State.ASKED])

    def oldest(self) -> Self:
        return self.order_by("since", "pk").select_related("organization", "member__user")

    def shown(self) -> Self:
        """Those whose name stands on the page: chosen here, and agreed to by a moderator."""
        agreed = self.listed().filter(
            member__listing=Member.Listing.AGREED, member__user__is_active=True
        )
        return agreed.exclude(member__user__name="").select_related("member__user")


class Affiliation(Undoable, Stateful):
    """That a member says they belong to an organization, and whether it was confirmed.

    Staff, or a representative already there, confirm it. A mail domain that
    matches is a hint and decides nothing.
    """

    class State(models.TextChoices):
        CLAIMED = "claimed", _("Says they belong to it")
        ASKED = "asked", _("Asks to represent it")
        MEMBER = "member", _("Belongs to it")
        REPRESENTATIVE = "representative", _("Represents it")
        REFUSED = "refused", _("Refused")

    NEXT = {
        State.CLAIMED: {State.ASKED, State.MEMBER, State.REPRESENTATIVE, State.REFUSED},
        State.ASKED: {State.CLAIMED, State.MEMBER, State.REPRESENTATIVE, State.REFUSED},
        State.MEMBER: {State.ASKED, State.REPRESENTATIVE, State.REFUSED},
        State.REPRESENTATIVE: {State.MEMBER, State.REFUSED},
        State.REFUSED: {State.MEMBER, State.REPRESENTATIVE},
    }

    DECIDED = ("state", "decided_by", "decided_at", "reason_words")

    member = models.ForeignKey(
        Member,
        on_delete=models.CASCADE,
        related_name="affiliations",
        verbose_name=_("member"),
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="affiliations",
        verbose_name=_("organization"),
    )
    state = models.CharField(
        _("state"), max_length=14, choices=State.choices, default=State.CLAIMED
    )
    listed = models.BooleanField(
        _("shown on the organization’s page"),
        default=False,
        help_text=_("The member’s own choice; nothing is shown unless ticked."),
    )
    since = models.DateTimeField(_("since"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # Empty where it was refused before a reason was asked for.
    reason_words = models.TextField(
        _("the reason in a sentence"),
        max_length=REASON_LENGTH,
        blank=True,
        default="",
        db_default="",
    )

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "organization"], name="affiliation_once_an_organization"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "asked"])
                | Q(state__in=["member", "representative", "refused"], decided_at__isnull=False),
                name="affiliation_confirmed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.organization}"

    # --- Questions -------------------------------------------------------------

    @property
    def speaks(self) -> bool:
        return self.state == self.State.REPRESENTATIVE

    @property
    def waits(self) -> bool:
        return self.state in {self.State.CLAIMED, self.State.ASKED}

    @property
    def is_confirmed(self) -> bool:
        return self.state in {self.State.MEMBER, self.State.REPRESENTATIVE}

    @property
    def is_matched(self) -> bool:
        """Whether their address is at a domain of the organization. A hint, no more."""
        return self.organization.is_matched_by(self.member.user)

    def may_be_confirmed_by(self, user: "User | AnonymousUser") -> bool:
        """Staff; or a representative already there, but not about another representative.

        Never who it is about: of themselves a colleague decides.
        """
        if self.member.user_id == user.pk:
            return False
        if user.is_staff and user.has_perm("network.change_affiliation"):
            return True
        return self.state != self.State.REPRESENTATIVE and self.organization.is_represented_by(user)

    def may_be_undone_by(self, user: "User | AnonymousUser") -> bool:
        """Staff alone: it is undone at the desk."""
        return user.is_staff and user.has_perm("network.change_affiliation")

    # --- Verbs of the member ---------------------------------------------------

    @transaction.atomic
    def ask(self, *, represent: bool) -> None:
        """The member says again what they are there. Raises Refused once it was refused."""
        Edition.take_turn()
        wanted = self.State.ASKED if represent else self.State.CLAIMED
        if self.state == wanted:
            return
        if not represent and self.is_confirmed:
            raise Refused(_("You belong to this organization already."))
        was_shown = self.listed and self.is_confirmed
        if not self._move(wanted, decided_by=None, decided_at=None):
            raise Refused(_("This cannot be asked for again. Write to us if it is a mistake."))
        if was_shown:
            Edition.advance()

    @transaction.atomic
    def leave(self, *, by: Member) -> None:
        """The member no longer belongs to it. What was refused stays on record."""
        if by != self.member:
            raise PermissionDenied
        Edition.take_turn()
        decisions = Decision.objects.about(self)
        mine = Affiliation.objects.filter(pk=self.pk).exclude(state=self.State.REFUSED)
        if not mine.delete()[0]:
            raise Refused(_("There is nothing to leave any more."))
        # What waits for its hour to tell them that they belong would not be true any more.
        for decision in decisions:
            Letter.objects.filter(key__in=decision.letters).take_back()
        decisions.delete()
        Edition.advance()

    @transaction.atomic
    def show(self, listed: bool, *, by: Member) -> None:
        """The member chooses whether their name stands on the page."""
        if by != self.member:
            raise PermissionDenied
        Edition.take_turn()
        Affiliation.objects.filter(pk=self.pk).update(listed=listed)
        self.listed = listed
        Edition.advance()

    # --- Verbs of those who confirm --------------------------------------------

    @transaction.atomic
    def confirm(self, *, by: User, represents: bool) -> Decision | None:
        """They belong to it or, where `represents`, speak for it."""
        return self._decide(self.State.REPRESENTATIVE if represents else self.State.MEMBER, by=by)

    @transaction.atomic
    def refuse(self, *, by: User, words: str) -> Decision | None:
        """They do not belong to it, or nobody knows that they do; the member is told why."""
        if not words.strip():
            raise ValueError("A refusal has a sentence that says why.")
        return self._decide(self.State.REFUSED, by=by, words=words.strip())

    def _decide(self, state: State, *, by: User, words: str = "") -> Decision | None:
        Edition.take_turn()
        if not self.may_be_confirmed_by(by):
            raise PermissionDenied
        stood = self.stands()
        now = timezone.now()
        facts: dict[str, Any] = {"decided_by": by, "decided_at": now, "reason_words": words}
        if not self._move(state, **facts):
            raise Refused(_("Someone else has just decided this."))
        refused = state == self.State.REFUSED
        act = Deed.Act.REFUSED if refused else Deed.Act.AGREED
        Deed.record(act, self, by=by, why=words)
        Edition.advance()
        return self._decided(stood, by=by, newest=self.organization.newest_acts())

    def _ask_to_undo(self, decision: Decision) -> None:
        """What they did for the organization meanwhile stays theirs, and so does their role."""
        if self.organization.acted_since(decision, by=self.member.user):
            raise Refused(
                _(
                    "They have acted for the organization since, so this can no longer be undone. "
                    "You can decide otherwise."
                )
            )

    def _undone(self, decision: Decision, *, by: User) -> None:
        super()._undone(decision, by=by)
        Edition.advance()
