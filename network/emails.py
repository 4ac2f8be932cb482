"""The letters of the network: one function a letter, written with the change it tells of."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from network.models import (
    AddressChange,
    Affiliation,
    Confirmation,
    InboundMessage,
    JoinRequest,
    Letter,
    Member,
    Organization,
    Revision,
    User,
)
from opengov_portal.lib.languages import other

CONFIRMING = "confirm-joining-"
CONFIRMING_ASKED = "confirm-asked-"
# What mail programs make links of.
LINKED = re.compile(r"(?<=\w)(?:\.(?=[^\W\d_]{2})|@(?=\w)|:(?=//))")


def reply_address(secret: str) -> str:
    """Where a reply to the confirming letter goes: with its secret, in letters of any case."""
    name, _at, host = settings.JOIN_ADDRESS.rpartition("@")
    return f"{name}+{secret}@{host}"


def url_in(language: str, name: str, *args: str) -> str:
    """The whole address of a page, in the language of the letter."""
    with override(language):
        return settings.SITE_URL + reverse(name, args=args)


def letter_of(asked: JoinRequest) -> Letter | None:
    """The letter that asked to confirm this request."""
    return Letter.objects.filter(key=f"{CONFIRMING}{asked.pk}").first()


def request_behind(letter: Letter) -> JoinRequest | None:
    """The request that this letter asked to confirm, if it is of that kind."""
    number = letter.key.removeprefix(CONFIRMING)
    return JoinRequest.objects.filter(pk=number).first() if number.isdecimal() else None


def confirm_joining(
    asked: JoinRequest,
    *,
    member: Member | None,
    headers: Mapping[str, str] | None = None,
    both: bool = False,
) -> Letter:
    """The letter from join@ that asks a newcomer to confirm; one a request.

    To a member it says that they are one, with a way in. `asked` is as `ask` gave
    it, with its secret and code. `headers` thread it under a letter that came in.
    `both` adds a way on in the other language, for who did not show which is theirs.
    """
    return Letter.write(
        template_for(member),
        key=f"{CONFIRMING}{asked.pk}",
        headers=headers,
        user=member.user if member else None,
        **confirming(asked, both=both),
    )


def rehearse(asked: JoinRequest, *, member: Member | None) -> None:
    """All the work of that letter but keeping it, so that no time tells whether one was written."""
    key = f"rehearsed-{asked.secret_digest}"
    Letter.write(template_for(member), key=key, **confirming(asked)).delete()


def template_for(member: Member | None) -> str:
    return "network/emails/already_member" if member else "network/emails/confirm_joining"


def confirming(asked: JoinRequest, *, both: bool = False) -> dict[str, Any]:
    """What both letters take. They go even where others were refused: who owns the address
    asks for it, perhaps to be written to again."""
    twin = other(asked.language)
    return {
        "to": asked.email,
        "language": asked.language,
        "kind": Letter.Kind.CONFIRM,
        "reply_to": reply_address(asked.secret),
        "context": {
            "asked": asked,
            # Typed on the page where it was asked for; who wrote a letter has no such page.
            "code": asked.code if asked.how == asked.How.FORM else "",
            "confirm_url": url_in(asked.language, "network:confirm", asked.secret),
            "sign_in_url": url_in(asked.language, "account_login"),
            "other_language": twin if both else "",
            "other_url": url_in(twin, "network:confirm", asked.secret) if both else "",
        },
    }


# --- Asking to confirm what a room above does ----------------------------------------


def letter_about(confirmation: Confirmation) -> Letter | None:
    """The last letter that asked to say yes to this."""
    mine = Letter.objects.filter(key__startswith=f"{CONFIRMING_ASKED}{confirmation.pk}-")
    return mine.order_by("-pk").first()


def confirmation_behind(letter: Letter) -> Confirmation | None:
    """What this letter asked to say yes to, if it is of that kind."""
    number = letter.key.removeprefix(CONFIRMING_ASKED).partition("-")[0]
    return Confirmation.objects.filter(pk=number).first() if number.isdecimal() else None


def confirm_asked(
    confirmation: Confirmation,
    lines: list[str],
    others: list[str],
    headers: Mapping[str, str] | None = None,
) -> Letter:
    """The letter that asks the owner of an address to say yes: what to, and how.

    `lines` say what was asked for, `others` what else was asked for with this address
    and had no letter. One for each list of lines; `headers` thread it.
    """
    key = f"{CONFIRMING_ASKED}{confirmation.pk}-{confirmation.told[:16]}"
    return Letter.write(
        "network/emails/confirm_asked",
        key=key,
        headers=headers,
        **asking(confirmation, lines, others),
    )


def rehearse_asked(unasked: Confirmation, lines: list[str], others: list[str]) -> None:
    """All the work of that letter but keeping it, so that no time tells whether one was written."""
    key = f"rehearsed-{unasked.secret_digest}"
    Letter.write("network/emails/confirm_asked", key=key, **asking(unasked, lines, others)).delete()


def asking(confirmation: Confirmation, lines: list[str], others: list[str]) -> dict[str, Any]:
    return {
        "to": confirmation.email,
        "language": confirmation.language,
        "kind": Letter.Kind.CONFIRM,
        "reply_to": reply_address(confirmation.secret),
        "context": {
            "lines": [unlinked(line) for line in lines],
            "others": [unlinked(line) for line in others],
            "code": confirmation.code,
            "confirm_url": url_in(
                confirmation.language, "network:confirm_asked", confirmation.secret
            ),
        },
    }


def unlinked(line: str) -> str:
    """A line without what leads anywhere: strangers' words go to whatever address they type."""
    return LINKED.sub(lambda found: f"{found[0]} ", line)


def welcome(member: Member) -> Letter:
    """The first letter to a member: what they asked for, and how to change it or to leave."""
    return Letter.write(
        "network/emails/welcome",
        to=member.user.email,
        language=member.language,
        key=f"welcome-{member.pk}-{member.joined_at:%Y%m%d%H%M%S}",
        context={
            "member": member,
            "member_url": url_in(member.language, "network:member"),
            "sign_in_url": url_in(member.language, "account_login"),
        },
        user=member.user,
    )


# --- Organizations -------------------------------------------------------------------


def language_of(user: User) -> str:
    """In which language someone with an account is written to."""
    member = Member.behind(user)
    return member.language if member else user.language or "en"


def about_organization(
    name: str, organization: Organization, user: User | None, key: str, **context: Any
) -> Letter | None:
    """A letter on an organization; none where whoever it concerns is gone."""
    if user is None or not user.is_active:
        return None
    language = language_of(user)
    with override(language):
        page = settings.SITE_URL + organization.get_absolute_url()
        named = " ".join(organization.name.text.split())
    return Letter.write(
        f"network/emails/{name}",
        to=user.email,
        language=language,
        key=f"{name}-{key}",
        context={"organization": organization, "name": named, "page_url": page, **context},
        user=user,
    )


def stamp(moment: datetime | None) -> str:
    """A moment in a key: what is decided anew is told anew."""
    return f"{moment:%Y%m%d%H%M%S%f}" if moment else ""


def organization_public(organization: Organization) -> Letter | None:
    """To whoever put an organization in: it is listed."""
    key = f"{organization.pk}-{stamp(organization.decided_at)}"
    return about_organization("organization_public", organization, organization.proposed_by, key)


def organization_refused(organization: Organization) -> Letter | None:
    """To whoever put an organization in: it is not listed, and why."""
    key = f"{organization.pk}-{stamp(organization.decided_at)}"
    return about_organization("organization_refused", organization, organization.proposed_by, key)


def revision_applied(revision: Revision) -> Letter | None:
    """To the representative: the page now says what they wanted."""
    key = f"{revision.pk}-{stamp(revision.decided_at)}"
    return about_organization(
        "revision_applied", revision.organization, revision.proposed_by, key, revision=revision
    )


def revision_refused(revision: Revision) -> Letter | None:
    """To the representative: the page stays as it is, and why."""
    key = f"{revision.pk}-{stamp(revision.decided_at)}"
    return about_organization(
        "revision_refused", revision.organization, revision.proposed_by, key, revision=revision
    )


def role_confirmed(affiliation: Affiliation) -> Letter | None:
    """To a member: they belong to an organization, or speak for it."""
    key = f"{affiliation.pk}-{stamp(affiliation.decided_at)}"
    return about_organization(
        "role_confirmed",
        affiliation.organization,
        affiliation.member.user,
        key,
        affiliation=affiliation,
    )


def role_refused(affiliation: Affiliation) -> Letter | None:
    """To a member: nobody confirmed that they belong to an organization."""
    key = f"{affiliation.pk}-{stamp(affiliation.decided_at)}"
    return about_organization(
        "role_refused",
        affiliation.organization,
        affiliation.member.user,
        key,
        affiliation=affiliation,
    )


def affiliation_waits(affiliation: Affiliation) -> None:
    """To each who speaks for an organization: someone waits to be confirmed. Once a day.

    It names nobody: who is a member is told on the page, after signing in.
    """
    organization = affiliation.organization
    there = organization.affiliations.representatives().exclude(pk=affiliation.pk)
    for each in there.select_related("member__user"):
        key = f"{organization.pk}-{each.pk}-{timezone.localdate():%Y%m%d}"
        about_organization("affiliation_waits", organization, each.member.user, key)


# --- Accounts ------------------------------------------------------------------------

NOTICES = {
    "new_device": _("Someone signed in with a device that is new to your account"),
    "factor_failed": _("A wrong code was typed as your second factor"),
    "factor_added": _("A second factor was added to your account"),
    "factor_removed": _("A second factor was removed from your account"),
    "codes_made": _("New recovery codes were made for your account"),
    "password_changed": _("The password of your account was changed"),
}


def account_notice(user: User, what: str, *, device: str = "", moment: str = "") -> Letter:
    """To the owner of an account: what was done with it. One for each moment given."""
    now = timezone.now()
    language = language_of(user)
    with override(language):
        said = str(NOTICES[what])
    return Letter.write(
        "network/emails/account_notice",
        to=user.email,
        language=language,
        key=f"notice-{what}-{user.pk}-{moment or stamp(now)}",
        context={
            "what": said,
            "wrong": what == "factor_failed",
            "device": device,
            "at": now,
            "sessions_url": url_in(language, "usersessions_list"),
            "password_url": url_in(language, "account_change_password"),
        },
        user=user,
    )


def may_move(change: AddressChange) -> Letter:
    """To the old address: may the account go? One a request."""
    return about_move(change, "may_move", to=change.old, secret=change.old_secret)


def will_you_read(change: AddressChange) -> Letter:
    """To the new address: is it theirs? One a request."""
    return about_move(change, "will_you_read", to=change.new, secret=change.new_secret)


def cannot_move(change: AddressChange) -> Letter:
    """To an address that has an account: no other can move to it."""
    return about_move(change, "cannot_move", to=change.new)


def moved(change: AddressChange) -> list[Letter]:
    """To both: the account is under the new address from now on."""
    return [about_move(change, "moved", to=to) for to in (change.old, change.new)]


def about_move(change: AddressChange, name: str, *, to: str, secret: str = "") -> Letter:
    language = language_of(change.user)
    return Letter.write(
        f"network/emails/{name}",
        to=to,
        language=language,
        key=f"{name}-{change.pk}-{stamp(change.asked_at)}-{to == change.new}",
        kind=Letter.Kind.CONFIRM,
        context={
            "new": unlinked(change.new),
            "agree_url": url_in(language, "account_move", secret) if secret else "",
            "sign_in_url": url_in(language, "account_login"),
        },
        user=change.user if to == change.old else None,
    )


# --- What came to join@ --------------------------------------------------------------


def answer_message(
    message: InboundMessage, *, text: str, language: str, headers: Mapping[str, str]
) -> Letter:
    """What staff write back to someone; one a message."""
    return Letter.write(
        "network/emails/answer_message",
        to=message.sender,
        language=language,
        key=f"answer-message-{message.pk}",
        context={"words": text, "about": message.subject},
        headers=headers,
    )


# --- To staff ------------------------------------------------------------------------


def many_joining(kind: str) -> Letter:
    """To staff: far more ask to join than is usual (SECURITY.md D3); once an hour a kind."""
    return many("many_joining", kind, f"many-joining-{kind}")


def many_asking(kind: str, what: str) -> Letter:
    """To staff: far more is put forward, supported or followed than is usual; as above."""
    return many("many_asking", kind, f"many-{what}-{kind}")


def many(name: str, kind: str, key: str) -> Letter:
    return Letter.write(
        f"network/emails/{name}",
        to=settings.CONTACT_ADDRESS,
        language=settings.LANGUAGE_CODE,
        key=f"{key}-{timezone.now():%Y%m%d%H}",
        context={"kind": kind, "admin_url": settings.SITE_URL + reverse("admin:index")},
    )
