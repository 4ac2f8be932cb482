"""What an author, and the organization they speak for, do with a proposal."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import Edition, User
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.seals import new_token, sealed, unsealed
from opengov_portal.lib.states import Stateful

PRIVATE = "a proposal of one’s own"  # the purpose of the seal of a private address


class Authored(Stateful):
    """The verbs of authors and of organizations. Each writes a `Step`.

    An author is whoever has the private address of the proposal; their verbs take nobody,
    since the view that calls them was asked for by that address.
    """

    # One person's ideas that wait for a moderator; and those of a month in one call, of
    # which one never closes.
    MOST_WAITING = 5
    MOST_IN_CALL = 20
    MONTH = timedelta(days=30)

    token = models.CharField(max_length=16, unique=True, default=new_token, editable=False)

    if TYPE_CHECKING:
        State: Any
        steps: Any
        state: str
        address: str
        consultation: Any
        consultation_id: int
        organization: Any
        organization_id: int | None
        _tell: Any

    class Meta:
        abstract = True

    # --- Questions -------------------------------------------------------------

    @property
    def secret(self) -> str:
        """What its private address ends with. Made from our key, so the database cannot tell it."""
        return sealed(self.token, PRIVATE)

    @classmethod
    def token_of(cls, secret: str) -> str:
        """What `secret` is made from; of no proposal where it is none of ours."""
        return unsealed(secret, PRIVATE) or "-"

    @property
    def is_over(self) -> bool:
        """Whether its author has as many with the moderators, or put as many in, as one may."""
        ideas: Any = type(self)._default_manager
        mine = ideas.filter(address=self.address).exclude(pk=self.pk)
        waiting = mine.filter(state__in=[self.State.VOUCHING, self.State.WAITING]).count()
        gone = [self.State.UNCONFIRMED, self.State.WITHDRAWN]
        here = mine.filter(consultation=self.consultation_id).exclude(state__in=gone)
        lately = here.filter(created_at__gt=timezone.now() - self.MONTH).count()
        return bool(waiting >= self.MOST_WAITING or lately >= self.MOST_IN_CALL)

    @property
    def is_denied(self) -> bool:
        """Whether the organization said that it is not theirs."""
        me: Any = self
        return self.state == self.State.VOUCHING and me.denied_at is not None

    @property
    def may_be_withdrawn(self) -> bool:
        return self.State.WITHDRAWN in self.NEXT[self.state]

    def may_be_vouched_for_by(self, user: User | AnonymousUser) -> bool:
        """Whether someone may say that it is the organization's: who speaks for it, or staff."""
        if self.organization is None:
            return False
        if user.is_staff and user.has_perm("network.change_affiliation"):
            return True
        represented: bool = self.organization.is_represented_by(user)
        return represented

    # --- Verbs of the author ---------------------------------------------------

    @transaction.atomic
    def settle(self, user: User | None) -> bool:
        """Its author has confirmed: on to the moderators, or first to its organization.

        False, and it stays where it is, while too many of theirs wait; or when it was
        settled before. `user` is the account of its address, if there is one.
        """
        Edition.take_turn()  # of two of one author at once, the second counts the first
        if self.is_over:
            return False
        now = timezone.now()
        facts: dict[str, Any] = {"confirmed_at": now, "user": user}
        organization = self.organization
        if organization and not organization.is_public:
            organization = facts["organization"] = None
        if not organization:
            return self._walk(self.State.WAITING, **facts, waiting_since=now)
        if user and organization.is_represented_by(user):
            return self._walk(self.State.WAITING, **facts, waiting_since=now, vouched_at=now)
        return self._walk(self.State.VOUCHING, **facts)

    @transaction.atomic
    def speak_for_oneself(self) -> None:
        """Its author takes the organization's name away, and it goes to the moderators."""
        gone = {"organization": None, "denied_at": None}
        if self.state != self.State.VOUCHING or not self._walk(
            self.State.WAITING, waiting_since=timezone.now(), **gone
        ):
            raise Refused(_("This idea no longer waits for an organization."))

    @transaction.atomic
    def withdraw(self) -> None:
        """Its author takes it back. Of a public one, a mark stays that something was here."""
        Edition.take_turn()
        was_public = self.state == self.State.PUBLISHED
        if not self._walk(self.State.WITHDRAWN):
            raise Refused(_("This idea can no longer be withdrawn."))
        if was_public:
            Edition.advance()
            self._tell(self.State.PUBLISHED)

    # --- Verbs of the organization ---------------------------------------------

    @transaction.atomic
    def vouch(self, *, by: User) -> None:
        """Who speaks for the organization says that it is the organization's."""
        self._ask_vouching(by)
        now = timezone.now()
        undecided = Q(denied_at__isnull=True)
        if not self._walk(self.State.WAITING, undecided, by=by, waiting_since=now, vouched_at=now):
            raise Refused(_("Someone else has just answered this."))

    @transaction.atomic
    def deny(self, *, by: User) -> None:
        """Who speaks for the organization says that it is not; its author chooses what then."""
        self._ask_vouching(by)
        undecided = {"pk": self.pk, "state": self.State.VOUCHING, "denied_at": None}
        now = timezone.now()
        ideas: Any = type(self)._default_manager
        if not ideas.filter(**undecided).update(denied_at=now):
            raise Refused(_("Someone else has just answered this."))
        me: Any = self
        me.denied_at = now

    def _ask_vouching(self, by: User) -> None:
        if not self.may_be_vouched_for_by(by):
            raise PermissionDenied
        if self.state != self.State.VOUCHING:
            raise Refused(_("This idea no longer waits for an organization."))

    def _walk(
        self, state: Any, only: Q | None = None, by: User | None = None, **facts: Any
    ) -> bool:
        before = self.state
        if not self._move(state, only, **facts):
            return False
        self.steps.create(before=before, after=state, by=by)
        return True
