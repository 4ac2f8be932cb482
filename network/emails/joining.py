"""Letters to those who ask to join, and to those who just did."""

from collections.abc import Mapping
from typing import Any

from network.emails.words import reply_address, url_in
from network.models import Decision, JoinRequest, Letter, Member
from opengov_portal.lib.languages import other

CONFIRMING = "confirm-joining-"


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


def name_refused(member: Member, decision: Decision) -> Letter:
    """To a member whose name is not shown: why, and that it can be changed."""
    return Letter.write(
        "network/emails/name_refused",
        to=member.user.email,
        language=member.language,
        key=f"name-refused-{member.pk}-{decision.pk}",
        context={"member": member, "member_url": url_in(member.language, "network:member")},
        user=member.user,
    )
