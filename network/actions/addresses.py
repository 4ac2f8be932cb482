"""Another address for an account, and what goes along with it."""

from allauth.account.models import EmailAddress
from django.db import transaction

from network import emails, limits
from network.models import AddressChange, Edition, Member, User
from network.rooms import ROOMS
from opengov_portal.lib.mail import canonical


def is_taken(address: str, user: User) -> bool:
    """Whether an address is another's, however it is typed. For letters alone to tell."""
    return (
        User.objects.filter(email__iexact=address).exclude(pk=user.pk).exists()
        or EmailAddress.objects.filter(email__iexact=address).exclude(user=user).exists()
        or Member.objects.filter(address=canonical(address)).exclude(user=user).exists()
    )


@transaction.atomic
def ask_to_move(user: User, new: str) -> None:
    """Ask both mailboxes whether an account may move; the same whoever's the new one is.

    What is over the limit of letters is written and thrown away, as all letters of
    accounts, so that nothing tells.
    """
    change = AddressChange.ask(user, new)
    taken = is_taken(change.new, user)
    for letter, over in (
        (emails.may_move(change), limits.wrote_of_an_account(change.old, known=True)),
        (
            emails.cannot_move(change) if taken else emails.will_you_read(change),
            limits.wrote_of_an_account(change.new, known=taken),
        ),
    ):
        if over:
            letter.delete()


@transaction.atomic
def agree_to_move(change: AddressChange, secret: str) -> bool:
    """One mailbox says yes; once both have, the account moves. Returns whether it did."""
    Edition.take_turn()
    locked = AddressChange.objects.select_for_update().filter(pk=change.pk).first()
    if locked is None:  # another has just finished it
        return False
    locked.agree(secret)
    if not locked.is_agreed or is_taken(locked.new, locked.user):
        return False
    move_account(locked.user, locked.new)
    emails.moved(locked)
    locked.delete()
    return True


@transaction.atomic
def move_account(user: User, new: str) -> None:
    """An account is under another address from now on; its membership and all else go along."""
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=new, primary=True, verified=True)
    old = User.objects.get(pk=user.pk).email
    User.objects.filter(pk=user.pk).update(email=new)
    user.email = new
    follow_new_address(user)
    if canonical(old) != canonical(new):
        for room in ROOMS:
            room.move(old, new)


def follow_new_address(user: User) -> None:
    """The membership goes along when its account gets another address.

    Where that address is another member's the old one stays: two memberships of one
    person are theirs to mend, and nobody is told of the other.
    """
    taken = Member.objects.filter(address=canonical(user.email)).exclude(user=user)
    if not taken.exists():
        Member.objects.filter(user=user).update(address=canonical(user.email))
