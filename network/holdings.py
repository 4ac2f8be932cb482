"""All that is held on one person (CASL s. 13, PIPEDA principle 4.9): for them, or for staff."""

from collections.abc import Set
from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import BinaryField, Model, Q, QuerySet

from network.actions import known_addresses
from network.models import (
    AddressChange,
    Block,
    Confirmation,
    Consent,
    InboundMessage,
    JoinRequest,
    Letter,
    Member,
    Stop,
    User,
)
from network.rooms import ROOMS
from opengov_portal.lib.mail import canonical

# What is kept hashed or sealed opens things, and says nothing of a person.
SECRETS = {
    *("password", "secret_digest", "code_digest", "old_digest", "new_digest"),
    *("token", "raw", "key", "told", "session_key"),
}


def record(row: Model, mine: Set[int] = frozenset()) -> dict[str, Any]:
    """Every field of a row by its name, what it leads to as words; nothing that opens things.

    Of accounts it names those of `mine` alone: who of staff decided is theirs to say.
    """
    fields: dict[str, Any] = {}
    for field in row._meta.get_fields():
        if field.auto_created or field.name in SECRETS or isinstance(field, BinaryField):
            continue
        if field.many_to_many:
            fields[field.name] = [str(one) for one in getattr(row, field.name).all()]
        elif field.is_relation:
            led_to = getattr(row, field.name)
            if isinstance(led_to, User) and led_to.pk not in mine:
                continue
            fields[field.name] = str(led_to) if led_to else None
        else:
            fields[field.name] = getattr(row, field.name)
    return fields


def held_on(address: str) -> dict[str, list[dict[str, Any]]]:
    """All rows that an address is found in, however it is typed, by what they are."""
    mine = Q(member__address=canonical(address)) | Q(email__iexact=address.strip())
    return held(User.objects.filter(mine).distinct(), {canonical(address)})


def held_on_account(user: User) -> dict[str, list[dict[str, Any]]]:
    """All rows on whoever is signed in; none of another whose address is like theirs."""
    return held(User.objects.filter(pk=user.pk), known_addresses(user))


def held(users: QuerySet[User], addresses: set[str]) -> dict[str, list[dict[str, Any]]]:
    of_members = Member.objects.filter(user__in=users)
    theirs = Q(address__in=addresses) | Q(user__in=users)
    rows: dict[str, QuerySet[Any]] = {
        "accounts": users.order_by("pk"),
        "sessions": UserSession.objects.filter(user__in=users).order_by("pk"),
        "changes_of_address": AddressChange.objects.filter(user__in=users),
        "memberships": of_members,
        "requests_to_join": JoinRequest.objects.filter(address__in=addresses).newest(),
        "confirmations": Confirmation.objects.filter(address__in=addresses).newest(),
        "consents": Consent.objects.filter(theirs).oldest(),
        "blocks": Block.objects.filter(value__in=addresses).newest(),
        "stops": Stop.objects.filter(address__in=addresses).newest(),
        "letters_to_you": Letter.objects.filter(theirs).order_by("pk"),
        "messages_from_you": InboundMessage.objects.filter(sender_address__in=addresses).newest(),
    }
    for room in ROOMS:
        rows |= room.held(addresses, users)
    mine = set(users.values_list("pk", flat=True))
    everything = {name: [record(row, mine) for row in found] for name, found in rows.items()}
    everything["organizations"] = [
        record(tie, mine) for member in of_members for tie in member.affiliations.all()
    ]
    return everything
