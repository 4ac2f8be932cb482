"""What becomes of a membership: its choices, its letters, leaving and being erased."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network import emails
from network.models import (
    Community,
    Confirmation,
    Consent,
    Decision,
    Deed,
    Edition,
    InboundMessage,
    JoinRequest,
    Letter,
    Member,
    Purpose,
    Stop,
    Subject,
    User,
)
from network.rooms import ROOMS
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.mail import canonical


@transaction.atomic
def leave_lists(letter: Letter, *, how: Stop.How) -> None:
    """The reader of a letter wants no more of its kind; asking twice changes nothing more.

    Every box of the member is unticked, and that is put on record; the rooms above do
    the same with theirs. Of an account that has moved since, so it is where it is now.
    """
    Stop.put(letter.to, how=how)
    member = Member.objects.of(letter.to) or Member.behind(letter.user)
    if member:
        Stop.put(member.email, how=how)
        member.receive([], how=Consent.How(how.value))
    for room in ROOMS:
        room.leave(letter)


@dataclass(frozen=True)
class Choices:
    """What a member wants from now on, as their page's form has it once it is valid."""

    name: str
    shown: bool
    purposes: Collection[Purpose]
    facts: Mapping[str, Any]  # of Profile: language, sector, province
    issues: Iterable[Subject]
    communities: Iterable[Community]


@transaction.atomic
def change_membership(member: Member, wanted: Choices, *, origin: str = "") -> None:
    """A member's own choices, all or none; what changes of their lists is put on record."""
    Edition.take_turn()
    if not Member.objects.filter(pk=member.pk).exists():  # they have just left
        raise Refused(_("This was changed at the same time elsewhere. Look again."))
    for name, value in wanted.facts.items():
        setattr(member, name, value)
    member.save(update_fields=list(wanted.facts))
    member.issues.set(wanted.issues)
    before = set(member.communities.all())
    member.communities.set(wanted.communities)
    member.rename(wanted.name)
    member.show_name(wanted.shown)
    member.receive(wanted.purposes, how=Consent.How.MEMBER, origin=origin)
    if member.listing == Member.Listing.AGREED and before != set(member.communities.all()):
        Edition.advance()


@transaction.atomic
def refuse_name(member: Member, *, by: User, words: str) -> None:
    """A moderator does not show a member's name, and says why; the member is told in an hour."""
    if decision := member.refuse_listing(by=by, words=words):
        decision.hold(emails.name_refused(member, decision))


@transaction.atomic
def leave(member: Member, *, how: Consent.How, origin: str = "") -> None:
    """A member leaves the network, at once.

    What stays is the record of what was agreed to, of leaving, and that the address
    is not written to: the law asks for it (CASL s. 13). All else that is held on
    them goes, what is written and not yet posted with it; staff keep their account.
    Of two who ask at once for one member, the second changes nothing.
    """
    Edition.take_turn()
    if not Member.objects.filter(pk=member.pk).exists():
        return
    user, email = member.user, member.email
    addresses = known_addresses(user)
    Consent.record(
        Consent.Act.WITHDRAWN,
        [Purpose.MEMBERSHIP, *member.lists],
        user=None,
        email=email,
        language=member.language,
        how=how,
        origin=origin,
        asked_at=timezone.now(),
    )
    Stop.put(email, how=Stop.How.MEMBER)
    _forget(addresses, user)
    member.delete()
    if not user.is_staff:
        user.delete()
    Edition.advance()


def _forget(addresses: Collection[str], user: User | None) -> None:
    """All that is held under these addresses goes, but for what is on record."""
    # First what hangs in the rooms leads to, as who says yes does: so neither waits for ever.
    waiting = Confirmation.objects.filter(address__in=addresses)
    list(waiting.order_by("pk").select_for_update())
    for room in ROOMS:
        room.forget(set(addresses), user)
    waiting.delete()
    if user and not user.is_staff:  # whose account stays, and may go on moving
        emails.asked_there(user).exclude(state=Letter.State.CLAIMED).delete()
    for address in addresses:
        JoinRequest.objects.of(address).delete()
        theirs = InboundMessage.objects.of(address)
        Decision.objects.about_any(theirs).delete()  # what staff typed to them, for an hour
        theirs.delete()
        Letter.objects.to_address(address).exclude(state=Letter.State.CLAIMED).delete()


@transaction.atomic
def erase(member: Member, *, how: Consent.How) -> None:
    """As leaving; and in what stays on record the address becomes a mark (`erased_mark`)."""
    Edition.take_turn()
    if not Member.objects.filter(pk=member.pk).exists():
        return
    addresses = known_addresses(member.user)
    leave(member, how=how)
    _leave_a_mark(addresses)


@transaction.atomic
def erase_person(email: str, *, by: User | None = None) -> None:
    """All that is held on an address goes, whether it is a member's or not; that is on record.

    For a request under privacy law, once it is known that the address is theirs. `by` is
    who of staff saw to it; None at the console. A colleague's account stays.
    """
    Edition.take_turn()
    address = canonical(email)
    member = Member.objects.of(email)
    if member:
        erase(member, how=Consent.How.STAFF)
    user = User.objects.filter(email__iexact=email.strip(), is_staff=False).first()
    _forget({address}, user)
    if user:
        user.delete()
    _leave_a_mark({address})
    Deed.about_person(Deed.Act.ERASED, email, by=by)
    Edition.advance()


def _leave_a_mark(addresses: Collection[str]) -> None:
    for address in addresses:
        Stop.lift(address)
        Consent.objects.forget(address)


def known_addresses(user: User) -> set[str]:
    """Their address, and those they had before; none of another member."""
    before = Consent.objects.filter(user=user).values_list("address", flat=True)
    known = {canonical(user.email), *before}
    others = Member.objects.filter(address__in=known).exclude(user=user)
    return known - set(others.values_list("address", flat=True))
