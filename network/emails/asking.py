"""Letters to those who ask a room above for something."""

from collections.abc import Mapping
from typing import Any

from network.emails.words import reply_address, unlinked, url_in
from network.models import Confirmation, Letter

CONFIRMING_ASKED = "confirm-asked-"


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
