"""What is done to people and belongs to no single one of our nouns."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from network import emails
from network.models import (
    Affiliation,
    Community,
    Consent,
    Edition,
    InboundMessage,
    JoinRequest,
    Letter,
    Member,
    Organization,
    Purpose,
    Revision,
    Sector,
    Stop,
    Subject,
    User,
)
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.mail import canonical
from opengov_portal.lib.names import name_key


@transaction.atomic
def ask_to_join(
    email: str, *, headers: Mapping[str, str] | None = None, both: bool = False, **asked: Any
) -> JoinRequest | None:
    """Ask to join with an address, by the form or by a letter: the one door for both.

    Writes the one letter, whoever the address belongs to. None, and no letter,
    where it has had its letters for now. Takes what `JoinRequest.ask` takes;
    `headers` thread the letter under one that came in; `both` adds the other language.
    """
    request = JoinRequest.ask(email, **asked)
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
    the request was confirmed before, or came too late, or its account was closed by
    staff: nothing is changed. A member already stays as they are. Of two confirmations
    at once, for one request or for two of one address, there is one member in the end.
    """
    if (choices or {}).get("organization_name", request.organization_name):
        Edition.take_turn()  # of two who name one organization, the second finds the first's
    # Whoever confirms for this address waits for whoever does so already.
    list(JoinRequest.objects.of(request.email).select_for_update().order_by("pk"))
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


@transaction.atomic
def leave_lists(letter: Letter, *, how: Stop.How) -> None:
    """The reader of a letter wants no more of its kind; asking twice changes nothing more.

    Every box of the member is unticked, and that is put on record.
    """
    Stop.put(letter.to, how=how)
    member = Member.objects.of(letter.to)
    if member:
        member.receive([], how=Consent.How(how.value))


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
    kinds = ContentType.objects.get_for_models(Member, User)
    named = Q(content_type=kinds[Member], object_id=str(member.pk))
    if not user.is_staff:
        named |= Q(content_type=kinds[User], object_id=str(user.pk))
    LogEntry.objects.filter(named).update(object_repr="—")
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
    for address in addresses:
        JoinRequest.objects.of(address).delete()
        InboundMessage.objects.of(address).delete()
        Letter.objects.to_address(address).exclude(state=Letter.State.CLAIMED).delete()
    member.delete()
    if not user.is_staff:
        user.delete()
    Edition.advance()


@transaction.atomic
def erase(member: Member, *, how: Consent.How) -> None:
    """As leaving; and in what stays on record the address becomes a mark (`erased_mark`)."""
    Edition.take_turn()
    if not Member.objects.filter(pk=member.pk).exists():
        return
    addresses = known_addresses(member.user)
    leave(member, how=how)
    for address in addresses:
        Stop.lift(address)
        Consent.objects.forget(address)


def known_addresses(user: User) -> set[str]:
    """Their address, and those they had before; none of another member."""
    before = Consent.objects.filter(user=user).values_list("address", flat=True)
    known = {canonical(user.email), *before}
    others = Member.objects.filter(address__in=known).exclude(user=user)
    return known - set(others.values_list("address", flat=True))


def follow_new_address(user: User) -> None:
    """The membership goes along when its account gets another address.

    Where that address is another member's the old one stays: two memberships of one
    person are theirs to mend, and nobody is told of the other.
    """
    taken = Member.objects.filter(address=canonical(user.email)).exclude(user=user)
    if not taken.exists():
        Member.objects.filter(user=user).update(address=canonical(user.email))


# --- Organizations: the verb of the noun, and the letter that tells of it, in one ----


@transaction.atomic
def publish_organization(organization: Organization, *, by: User) -> None:
    """A moderator agrees; whoever put it in is told."""
    organization.publish(by=by)
    emails.organization_public(organization)


@transaction.atomic
def refuse_organization(organization: Organization, *, by: User, reason: str, words: str) -> None:
    """A moderator says no, and why; whoever put it in is told."""
    organization.refuse(by=by, reason=reason, words=words)
    emails.organization_refused(organization)


@transaction.atomic
def apply_revision(revision: Revision, *, by: User) -> None:
    """A moderator agrees to a change; whoever proposed it is told."""
    revision.apply(by=by)
    emails.revision_applied(revision)


@transaction.atomic
def refuse_revision(revision: Revision, *, by: User, reason: str, words: str) -> None:
    """A moderator says no to a change, and why; whoever proposed it is told."""
    revision.refuse(by=by, reason=reason, words=words)
    emails.revision_refused(revision)


@transaction.atomic
def claim_affiliation(organization: Organization, *, by: Member, represent: bool) -> Affiliation:
    """A member says that they belong; those who speak for it are asked to confirm."""
    affiliation = organization.claim(by=by, represent=represent)
    if affiliation.waits:
        emails.affiliation_waits(affiliation)
    return affiliation


@transaction.atomic
def confirm_affiliation(affiliation: Affiliation, *, by: User, represents: bool) -> None:
    """Somebody there, or staff, confirms what a member is; the member is told."""
    affiliation.confirm(by=by, represents=represents)
    emails.role_confirmed(affiliation)


@transaction.atomic
def refuse_affiliation(affiliation: Affiliation, *, by: User) -> None:
    """Somebody there, or staff, does not confirm it; the member is told."""
    affiliation.refuse(by=by)
    emails.role_refused(affiliation)
