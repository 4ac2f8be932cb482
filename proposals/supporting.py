"""Supporting a proposal, and no longer doing so: by a person, or by an organization.

A person is an address. Whoever has an account supports at once; anyone else asks, and
confirms by the letter; to withdraw they ask again, and confirm again. Every answer is
the same for each address, whether it supports the proposal already or not.

Whoever changes supports locks the rows of their proposals first, lowest first, and takes
the turn of the edition, where one is needed, before that.
"""

from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import Confirmation, Edition, Organization, User
from network.models.consent import erased_mark, same_person
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.mail import canonical
from proposals.happenings import Kind, record
from proposals.models import Proposal, Support
from proposals.models.merge import destinations
from proposals.rows import Told

NEEDED = ("state", "merged_into", "address", "title", "language", "supporters")


def locked(numbers: Iterable[int]) -> dict[int, Proposal]:
    """These proposals and those they were merged into, nobody else's until the commit."""
    wanted = set(numbers)
    wanted = wanted.union(*destinations(wanted).values())
    rows = Proposal.objects.filter(pk__in=wanted).only(*NEEDED)
    return {row.pk: row for row in rows.select_for_update().order_by("pk")}


def of_person(proposal: Proposal, address: str) -> QuerySet[Support]:
    """The support of an address, if it stands; its owner may have been erased since."""
    same = Support.objects.of_people().filter(address__in=same_person(address))
    return same.filter(proposal=proposal)


def supports(proposal: Proposal, address: str) -> bool:
    return bool(address) and of_person(proposal, canonical(address)).exists()


def is_own(proposal: Proposal, address: str) -> bool:
    """Whether whoever has this address put it forward: their support is in it already."""
    return bool(proposal.address) and proposal.address == canonical(address)


# --- By mail -------------------------------------------------------------------------


def hang(
    confirmation: Confirmation, proposal: Proposal, *, email: str, withdrawing: bool = False
) -> None:
    """What is asked for waits for this confirmation; of two wishes for one, the last counts."""
    Support.objects.update_or_create(
        proposal=proposal,
        confirmation=confirmation,
        confirmed_at=None,
        defaults={
            "email": email,
            "address": canonical(email),
            "withdrawing": withdrawing,
            "asked_at": timezone.now(),
        },
    )


def asked(confirmation: Confirmation) -> list[str]:
    """What hangs on a confirmation, a line each. Of a proposal no longer public, no word."""
    waiting = confirmation.supports.filter(confirmed_at__isnull=True)
    lines = []
    for row in waiting.select_related("proposal").order_by("pk"):
        if not is_readable(row.proposal):
            lines.append(_("A proposal that is no longer public"))
            continue
        words = _("No longer support “%(title)s”") if row.withdrawing else _("Support “%(title)s”")
        lines.append(words % {"title": row.proposal.title})
    return lines


def is_readable(proposal: Proposal) -> bool:
    return proposal.state in {Proposal.State.PUBLISHED, Proposal.State.MERGED}


def confirm(confirmation: Confirmation, *, origin: str = "") -> str:
    """Its owner said yes: what hangs on it counts, or counts no longer; the page that says so."""
    waiting = Support.objects.filter(
        address=confirmation.address, confirmed_at__isnull=True, organization__isnull=True
    )
    mine = list(waiting.filter(confirmation=confirmation).order_by("pk"))
    if not mine:
        return ""
    if Proposal.objects.filter(address=confirmation.address, state="unconfirmed").exists():
        Edition.take_turn()  # it may be confirmed in this transaction too, and takes it then
    # All that waits for this address, since other confirmations may follow in this transaction.
    held = locked(waiting.values_list("proposal", flat=True))
    return [settle(row, held) for row in mine][-1]


def settle(row: Support, held: Mapping[int, Proposal]) -> str:
    """Do what one row asks for; the address of the page that says what came of it."""
    proposal = destination(held[row.proposal_id], held)
    before = of_person(proposal, row.address).first()
    if row.withdrawing:
        row.delete()
        take_back(before, proposal)
        return reverse("proposals:withdrawn", args=[proposal.pk])
    if before or proposal.address == row.address or not proposal.is_public:
        row.delete()
        return page_of(before) if before else proposal.get_absolute_url()
    row.proposal, row.confirmed_at = proposal, timezone.now()
    row.save(update_fields=["proposal", "confirmed_at"])
    Proposal.objects.filter(pk=proposal.pk).update(supporters=F("supporters") + 1)
    return page_of(row)


def destination(proposal: Proposal, held: Mapping[int, Proposal]) -> Proposal:
    """Where a proposal's supporters are now. Raises Refused if it was merged this moment."""
    while proposal.state == Proposal.State.MERGED:
        into = held.get(proposal.merged_into_id or 0)
        if into is None:
            raise Refused(_("Someone else has just moved this proposal. Look again."))
        proposal = into
    return proposal


def stands_in(support: Support) -> Proposal | None:
    """The proposal that a support counts for now; None where it no longer does, for any."""
    number = support.proposal_id
    last = destinations([number]).get(number, [number])[-1]
    found = Proposal.objects.public().filter(pk=last).first()
    return found if found and of_person(found, support.address).exists() else None


def page_of(support: Support) -> str:
    return reverse("proposals:supported", args=[support.token])


def take_back(support: Support | None, proposal: Proposal) -> None:
    """One fewer, if there was one; its proposal is locked."""
    if support and Support.objects.filter(pk=support.pk).delete()[0]:
        fewer = Proposal.objects.filter(pk=proposal.pk, supporters__gt=0)
        fewer.update(supporters=F("supporters") - 1)


# --- At once -------------------------------------------------------------------------


@transaction.atomic
def support(proposal: Proposal, email: str, *, user: User) -> Support:
    """Someone signed in supports a proposal; a second time it is the same support.

    Raises Refused for one's own, and for a proposal that is not public.
    """
    held = locked([proposal.pk])[proposal.pk]
    check_public(held)
    if held.address == canonical(email) or proposal.is_of(user):
        raise Refused(_("You put this proposal forward yourself: your support is in it already."))
    before = of_person(held, canonical(email)).first()
    if before:
        return before
    made = Support.objects.create(
        proposal=held,
        email=email,
        address=canonical(email),
        user=user,
        confirmed_at=timezone.now(),
    )
    Proposal.objects.filter(pk=held.pk).update(supporters=F("supporters") + 1)
    return made


@transaction.atomic
def withdraw(proposal: Proposal, email: str) -> None:
    """Someone signed in supports it no longer; a second time nothing changes."""
    held = locked([proposal.pk])[proposal.pk]
    take_back(of_person(held, canonical(email)).first(), held)


@transaction.atomic
def withdraw_one(support: Support) -> None:
    """Whoever was led to the private page of their support takes it back, wherever it is now."""
    held = locked([support.proposal_id])
    into = destination(held[support.proposal_id], held)
    take_back(of_person(into, support.address).first(), into)


def check_public(proposal: Proposal) -> None:
    if not proposal.is_public:
        raise Refused(_("This proposal is not open for support any more."))


# --- Organizations -------------------------------------------------------------------


@transaction.atomic
def support_as(organization: Organization, proposal: Proposal, *, by: User) -> None:
    """An organization supports a proposal, by name; whoever speaks for it says so."""
    if not organization.is_represented_by(by):
        raise PermissionDenied
    Edition.take_turn()
    held = locked([proposal.pk])[proposal.pk]
    check_public(held)
    if proposal.organization_id == organization.pk:
        raise Refused(_("This proposal is your organization’s own."))
    _support, made = Support.objects.get_or_create(
        proposal=held,
        organization=organization,
        defaults={"user": by, "confirmed_at": timezone.now()},
    )
    if made:
        record(Kind.SUPPORTED, proposal=held, organization=organization)
        Edition.advance()


@transaction.atomic
def withdraw_as(organization: Organization, proposal: Proposal, *, by: User) -> None:
    """An organization supports it no longer; anyone who speaks for it may say so."""
    if not organization.is_represented_by(by):
        raise PermissionDenied
    Edition.take_turn()
    held = locked([proposal.pk])[proposal.pk]
    if Support.objects.filter(proposal=held, organization=organization).delete()[0]:
        Edition.advance()


def organizations_behind(proposal: Proposal) -> list[Organization]:
    """Those that support it and are public, in the order of their support."""
    theirs = Q(supports__proposal=proposal, supports__confirmed_at__isnull=False)
    return list(Organization.objects.public().filter(theirs).order_by("supports__confirmed_at"))


# --- Pages, and people's records -----------------------------------------------------


def shown_on(told: Told) -> dict[str, Any]:
    """What the page of a proposal shows of its support; the same for all who only read."""
    return {
        "supporters": told.proposal.supporters,
        "organizations_behind": [one for one in told.organizations if one.is_public],
    }


def held(addresses: Set[str], users: QuerySet[User]) -> dict[str, QuerySet[Any]]:
    """The supports of a person."""
    theirs = Support.objects.filter(Q(address__in=addresses) | Q(user__in=users))
    return {"supports": theirs.order_by("pk")}


def forget(addresses: Set[str], user: User | None) -> None:
    """A member leaves: whom they supported still counts, and nobody can read who it was.

    The address becomes a mark that only who has it can make again, so that it still
    supports once, and may still withdraw.
    """
    Support.objects.filter(address__in=addresses, confirmed_at__isnull=True).delete()
    for row in Support.objects.of_people().filter(address__in=addresses).order_by("pk"):
        mark = erased_mark(row.address)
        Support.objects.filter(pk=row.pk).update(email=mark, address=mark, user=None)


def move(old: str, new: str) -> None:
    """An account has another address: what it supports goes along, and counts once.

    What both addresses supported is one person's now; and what one of them put forward has
    the support of the other in it already.
    """
    before, after = canonical(old), canonical(new)
    theirs = Support.objects.of_people().filter(address__in=[before, after])
    there = Support.objects.of_people().filter(address=after).values("proposal")
    twice = theirs.filter(
        Q(address=before, proposal__in=there) | Q(proposal__address__in=[before, after])
    )
    with transaction.atomic():
        held = locked(twice.values_list("proposal", flat=True))
        for row in twice.order_by("pk"):
            take_back(row, held[row.proposal_id])
        theirs.filter(address=before).update(email=new, address=after)


def forget_unconfirmed(now: datetime) -> int:
    """Delete what was asked for and never confirmed."""
    stale = now - Confirmation.KEPT
    return Support.objects.filter(confirmed_at__isnull=True, asked_at__lte=stale).delete()[0]
