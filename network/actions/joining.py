"""Asking to join, and becoming a member."""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from network import emails
from network.models import (
    Affiliation,
    Block,
    Consent,
    Edition,
    JoinRequest,
    Member,
    Organization,
    Purpose,
    Sector,
    Stop,
    User,
)
from opengov_portal.lib.names import name_key


@transaction.atomic
def ask_to_join(
    email: str, *, headers: Mapping[str, str] | None = None, both: bool = False, **asked: Any
) -> JoinRequest | None:
    """Ask to join with an address, by the form or by a letter: the one door for both.

    Writes the one letter, whoever the address belongs to. None, and no letter,
    where it has had its letters for now, or is blocked. Takes what `JoinRequest.ask` takes;
    `headers` thread the letter under one that came in; `both` adds the other language.
    """
    blocked = Block.objects.stop(email, asked.get("origin", ""))
    request = None if blocked else JoinRequest.ask(email, **asked)
    member = Member.objects.of(email)
    if request:
        emails.confirm_joining(request, member=member, headers=headers, both=both)
    else:
        emails.rehearse(JoinRequest.unasked(email, **asked), member=member)
    return request


@transaction.atomic
def confirm(
    request: JoinRequest,
    *,
    how: Consent.How,
    origin: str = "",
    choices: Mapping[str, Any] | None = None,
) -> Member | None:
    """The address is its owner's: make them a member, on record, and welcome them.

    `choices` are what they ask for instead, as `JoinRequest.choose` takes it. None when
    the request was confirmed before, or came too late, or its address is blocked or its
    account closed by staff: nothing is changed. A member already stays as they are. Of
    two confirmations at once, for one request or for two of one address, there is one
    member in the end.
    """
    if (choices or {}).get("organization_name", request.organization_name):
        Edition.take_turn()  # of two who name one organization, the second finds the first's
    # Whoever confirms for this address waits for whoever does so already.
    list(JoinRequest.objects.of(request.email).select_for_update().order_by("pk"))
    if Block.objects.stop(request.email, origin):
        return None
    if choices:
        request.choose(**choices)
    if not request.mark_confirmed():
        return None
    member = Member.objects.of(request.email)
    user = member.user if member else account(request)
    if not user.is_active:
        return None
    member = member or Member.behind(user)
    if member is None or user.email == request.email.lower():
        Stop.lift(request.email)
    return member or _new_member(request, user, how=how, origin=origin)


def _new_member(request: JoinRequest, user: User, *, how: Consent.How, origin: str) -> Member:
    member = Member.objects.create(user=user, address=request.address, **request.profile())
    member.issues.set(request.issues.all())
    organization = request.organization or _named(request, by=user)
    if organization:
        Affiliation.objects.create(member=member, organization=organization)
    Consent.record(
        Consent.Act.GIVEN,
        [Purpose.MEMBERSHIP, *request.lists],
        user=user,
        email=request.email,
        language=request.words_language,
        how=how,
        words=request.consent_words,
        origin=origin or request.origin,
        asked_at=request.created_at,
    )
    emails.welcome(member)
    return member


def _named(request: JoinRequest, *, by: User) -> Organization | None:
    """The organization that was named: one that waits under that name, or else a new one."""
    name = request.organization_name
    if not name:
        return None
    known = Organization.objects.exclude(state=Organization.State.REFUSED).order_by("state", "pk")
    for organization in known:
        if name_key(name) in map(name_key, (organization.name_en, organization.name_fr)):
            return organization
    # Nobody's line of work as a person says what kind of organization theirs is.
    of_a_person = {Sector.CITIZEN, Sector.STUDENT}
    return Organization.objects.create(
        slug=Organization.free_slug(name),
        sector="" if request.sector in of_a_person else request.sector,
        province=request.province,
        proposed_by=by,
        **{f"name_{request.language}": name},
    )


def account(request: JoinRequest) -> User:
    """The account of an address that is shown to be its owner's; made when there is none.

    One that staff closed is given as it is.
    """
    of_address = Q(email__iexact=request.email) | Q(
        emailaddress__email__iexact=request.email, emailaddress__verified=True
    )
    found = User.objects.filter(of_address).order_by("pk").values_list("pk", flat=True).first()
    user = User.objects.select_for_update().get(pk=found) if found else None
    if user is None:
        user = User.objects.create_user(request.email, name=request.name)
    if user.is_active and user.email == request.email.lower():
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
    return user
