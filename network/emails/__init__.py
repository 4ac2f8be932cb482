"""The letters of the network: one function a letter, written with the change it tells of."""

from network.emails.accounts import (
    account_notice,
    asked_there,
    cannot_move,
    may_move,
    moved,
    moved_by_staff,
    will_you_read,
)
from network.emails.asking import confirm_asked, confirmation_behind, letter_about, rehearse_asked
from network.emails.joining import (
    confirm_joining,
    letter_of,
    name_refused,
    rehearse,
    request_behind,
    welcome,
)
from network.emails.organizations import (
    affiliation_waits,
    organization_public,
    organization_refused,
    revision_applied,
    revision_refused,
    role_confirmed,
    role_refused,
)
from network.emails.staff import answer_message, many_asking, many_joining

__all__ = [
    "account_notice",
    "affiliation_waits",
    "answer_message",
    "asked_there",
    "cannot_move",
    "confirm_asked",
    "confirm_joining",
    "confirmation_behind",
    "letter_about",
    "letter_of",
    "many_asking",
    "many_joining",
    "may_move",
    "moved",
    "moved_by_staff",
    "name_refused",
    "organization_public",
    "organization_refused",
    "rehearse",
    "rehearse_asked",
    "request_behind",
    "revision_applied",
    "revision_refused",
    "role_confirmed",
    "role_refused",
    "welcome",
    "will_you_read",
]
