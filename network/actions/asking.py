"""Asking with an address for what a room above does, and its owner's yes."""

from collections.abc import Callable, Mapping

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from network import emails
from network.models import Block, Confirmation, Letter
from network.models.confirmation import seal_of
from network.models.user import User
from network.rooms import ROOMS, all_asked
from opengov_portal.lib.errors import Refused

OTHERS_MOST = 10  # of what else waits for an address that a letter and a page tell of


@transaction.atomic
def ask_to_confirm(
    email: str,
    *,
    language: str,
    origin: str = "",
    here: Confirmation | None = None,
    hang: Callable[[Confirmation], object],
) -> Confirmation:
    """Ask the owner of an address to say yes to something; one letter, whoever they are.

    `hang` makes what is asked for, with the confirmation it is given. `here` is what
    this browser asked for before (`browser.known_here`): within PACE the letter that
    was written will do, and its page tells of both. Where no letter is due, or the
    address or its network is blocked, the same work is done, so that no time tells.
    """
    blocked = Block.objects.stop(email, origin)
    confirmation = Confirmation.ask(
        email, language=language, origin=origin, here=here, may_write=not blocked
    )
    hang(confirmation)
    with override(confirmation.language):
        lines = all_asked(confirmation)
        others = [line for _each, more in also_asked(confirmation) for line in more]
    if confirmation.secret:
        confirmation.tell(lines)
        emails.confirm_asked(confirmation, lines, others)
    else:
        unasked = Confirmation.unasked(email, language=language, origin=origin)
        emails.rehearse_asked(unasked, lines, others)
    return confirmation


def also_asked(confirmation: Confirmation) -> list[tuple[Confirmation, list[str]]]:
    """What else was asked for with this address and had no letter, and what each asks."""
    told = [(each, all_asked(each)) for each in confirmation.others()[:OTHERS_MOST]]
    return [(each, lines) for each, lines in told if lines]


@transaction.atomic
def confirm_asked(
    confirmation: Confirmation,
    *,
    origin: str = "",
    seen: str | None = None,
    also: Mapping[Confirmation, str] | None = None,
) -> str | None:
    """The owner of the address says yes: what hangs on it is done.

    The address of the page to go to; None, and nothing is done, where it was confirmed
    before, or came too late. `seen` is the seal of the lines that were shown, `also`
    holds others of this address that were chosen there, with theirs; raises Refused if
    anything was added since, or where staff closed the account of the address or block it.
    """
    chosen = {confirmation: seen, **(also or {})}
    numbers = [each.pk for each in chosen]
    # What hangs on them stays as it is until this is done.
    list(Confirmation.objects.filter(pk__in=numbers).order_by("pk").select_for_update())
    if not confirmation.mark_confirmed():
        return None
    theirs = Q(email__iexact=confirmation.email) | Q(email=confirmation.address)
    closed = User.objects.filter(theirs, is_active=False).exists()
    if closed or Block.objects.stop(confirmation.email, origin):
        raise Refused(_("Nothing can be confirmed with this address. Write to us to ask why."))
    for each, shown in chosen.items():
        if shown is not None and shown != seal_of(all_asked(each)):
            raise Refused(_("More was asked for with this address meanwhile. Look again."))
    pages = []
    for each in chosen:
        if each is confirmation or each.mark_confirmed():
            pages += [room.confirm(each, origin=origin) for room in ROOMS]
    return next(filter(None, pages), reverse("network:confirm_done"))


def was_told_all(confirmation: Confirmation) -> bool:
    """Whether its letter listed all that hangs on it by now."""
    with override(confirmation.language):
        return seal_of(all_asked(confirmation)) == confirmation.told


def confirm_by_reply(confirmation: Confirmation) -> bool:
    """A reply to the letter says yes to what it listed. False when it came twice, or too late."""
    with override(confirmation.language):
        return confirm_asked(confirmation, seen=confirmation.told) is not None


@transaction.atomic
def tell_anew(confirmation: Confirmation, *, headers: Mapping[str, str]) -> Letter:
    """A second letter with the same link, for a yes to less than hangs on it by now.

    Its `secret` is set by whoever knows it. A reply to this letter says yes to all.
    """
    with override(confirmation.language):
        lines = all_asked(confirmation)
    confirmation.tell(lines)
    return emails.confirm_asked(confirmation, lines, [], headers=headers)
