"""Members of the network: people who asked to belong, and confirmed it."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.community import Community
from network.models.consent import Consent, ConsentWords
from network.models.decision import Decision, Undoable
from network.models.deed import Deed
from network.models.edition import Edition
from network.models.organization import REASON_LENGTH
from network.models.profile import LISTS, Profile, Purpose
from network.models.stop import Stop
from network.models.user import User
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.mail import ADDRESS_LENGTH, canonical

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class MemberQuerySet(models.QuerySet["Member"]):
    def of(self, address: str) -> "Member | None":
        """The member with an address, however it is typed."""
        return self.filter(address=canonical(address)).first()

    def receiving(self, purpose: Purpose) -> Self:
        """Those who ticked that box."""
        return self.filter(**{purpose.value: True})

    def listed(self) -> Self:
        """Those who chose to be seen by name, and whose name a moderator agreed to."""
        return self.filter(listing=Member.Listing.AGREED)


class Member(Undoable, Profile):
    """Someone who belongs to the network; there is a row only for as long as they do.

    Leaving deletes it: what stays is the record of consent and of leaving. Nothing
    about a member is public unless they ticked it (`listing`).
    """

    class Listing(models.TextChoices):
        """Whether their name may be shown on pages they belong to."""

        NO = "no", _("Not shown")
        WAITING = "waiting", _("Asks to be shown; waiting for a moderator")
        AGREED = "agreed", _("Shown")
        REFUSED = "refused", _("Refused by a moderator")

    DECIDED = ("listing", "listing_reason", "listing_since")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="member",
        verbose_name=_("account"),
    )
    address = models.CharField(
        _("address"),
        max_length=ADDRESS_LENGTH,
        unique=True,
        editable=False,
        help_text=_("In small letters and without what stands after a +."),
    )
    communities = models.ManyToManyField(
        Community, verbose_name=_("communities of practice"), blank=True, related_name="members"
    )
    listing = models.CharField(
        _("shown by name"), max_length=7, choices=Listing.choices, default=Listing.NO
    )
    # Why a moderator does not show it. Empty where that was before a reason was asked for.
    listing_reason = models.TextField(
        _("the reason in a sentence"),
        max_length=REASON_LENGTH,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    listing_since = models.DateTimeField(
        _("so since"),
        null=True,
        editable=False,
        help_text=_("Empty where that was before it was written down."),
    )
    founding = models.BooleanField(_("of the founding circle"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            *Profile.Meta.constraints,
            models.CheckConstraint(condition=~Q(address=""), name="member_has_an_address"),
            models.CheckConstraint(
                condition=Q(listing__in=["no", "waiting", "agreed", "refused"]),
                name="member_listing_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    def behind(cls, user: object) -> "Member | None":
        """The membership of whoever asks; None for a visitor, or for staff who did not join."""
        if not isinstance(user, User):
            return None
        try:
            return user.member
        except ObjectDoesNotExist:
            return None

    # --- Questions -------------------------------------------------------------

    @property
    def email(self) -> str:
        """The address of this membership, as typed.

        Where the account's is found under another member's (`ada+x@` under `ada@`), it
        may be somebody else's mailbox: then nothing is done to what is held on it.
        """
        email: str = self.user.email
        return email if canonical(email) == self.address else self.address

    @property
    def is_stopped(self) -> bool:
        """Whether none of their letters go: they stopped them, or the address refused some."""
        return Stop.objects.of(self.email).exists()

    def may_be_moderated_by(self, user: "User | AnonymousUser") -> bool:
        return user.is_staff and user.has_perm("network.change_member")

    def may_be_undone_by(self, user: "User | AnonymousUser") -> bool:
        return self.may_be_moderated_by(user)

    # --- Verbs -----------------------------------------------------------------

    @transaction.atomic
    def receive(self, purposes: Collection[Purpose], *, how: Consent.How, origin: str = "") -> None:
        """From now on these letters and no others; what changes is put on record.

        What the member's lists were is read under a lock, so that of two who ask
        at once each record tells of a change that was made. Once letters were stopped,
        whatever is wanted is asked for anew.
        """
        now = Member.objects.select_for_update().get(pk=self.pk)
        had = [] if self.is_stopped else now.lists
        more = [one for one in LISTS if one in purposes and one not in had]
        fewer = [one for one in now.lists if one not in purposes]
        for act, changed in ((Consent.Act.GIVEN, more), (Consent.Act.WITHDRAWN, fewer)):
            Consent.record(
                act,
                changed,
                user=self.user,
                email=self.email,
                language=self.language,
                how=how,
                words=ConsentWords.current(self.language) if act == Consent.Act.GIVEN else None,
                origin=origin,
                asked_at=timezone.now(),
            )
        for purpose in LISTS:
            setattr(self, purpose.value, purpose in purposes)
        self.save(update_fields=[purpose.value for purpose in LISTS])
        if more:
            Stop.lift(self.email)

    @transaction.atomic
    def show_name(self, shown: bool) -> None:
        """Their own choice: asked for, it waits for a moderator; taken back, it holds at once."""
        if shown == (self.listing != self.Listing.NO):
            return
        self._list(self.Listing.WAITING if shown else self.Listing.NO)

    @transaction.atomic
    def rename(self, name: str) -> None:
        """Another name. One that was shown waits for a moderator again."""
        if name == self.user.name:
            return
        User.objects.filter(pk=self.user_id).update(name=name)
        self.user.name = name
        if self.listing != self.Listing.NO:
            self._list(self.Listing.WAITING)

    def agree_to_listing(self, *, by: User) -> Decision | None:
        """A moderator has read the name, and it may be shown. Raises Refused unless it waits."""
        return self._moderate(self.Listing.AGREED, by=by)

    def refuse_listing(self, *, by: User, words: str) -> Decision | None:
        """A moderator does not want the name shown, and says why; the member reads it."""
        if not words.strip():
            raise ValueError("A refusal has a sentence that says why.")
        return self._moderate(self.Listing.REFUSED, by=by, words=words.strip())

    @transaction.atomic
    def _moderate(self, listing: "Member.Listing", *, by: User, words: str = "") -> Decision | None:
        if not self.may_be_moderated_by(by):
            raise PermissionDenied
        if self.listing == self.Listing.NO or self.listing == listing:
            raise Refused(_("This member does not ask to be shown, or was decided on already."))
        Edition.take_turn()
        stood = self.stands()
        self._list(listing, reason=words)
        agreed = listing == self.Listing.AGREED
        Deed.record(Deed.Act.AGREED if agreed else Deed.Act.REFUSED, self, by=by, why=words)
        return self._decided(stood, by=by)

    def _undone(self, decision: Decision, *, by: User) -> None:
        super()._undone(decision, by=by)
        Edition.advance()

    def _list(self, listing: "Member.Listing", *, reason: str = "") -> None:
        """Compare and set; pages that show the name are drawn anew."""
        Edition.take_turn()
        row = Member.objects.filter(pk=self.pk, listing=self.listing)
        now = timezone.now()
        if not row.update(listing=listing, listing_reason=reason, listing_since=now):
            raise Refused(_("This was changed at the same time elsewhere. Look again."))
        self.listing, self.listing_reason, self.listing_since = listing, reason, now
        Edition.advance()
