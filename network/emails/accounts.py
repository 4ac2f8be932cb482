"""Letters to the owners of accounts: what was done with theirs, and where it moves."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from network.emails.words import language_of, stamp, unlinked, url_in
from network.models import AddressChange, Letter, User

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


def asked_there(user: User) -> QuerySet[Letter]:
    """What was written to the new address of an account that waits to move: is it theirs?"""
    keys = [
        f"will_you_read-{change.pk}-{stamp(change.asked_at)}-True"
        for change in AddressChange.objects.filter(user=user)
    ]
    return Letter.objects.filter(key__in=keys)


def cannot_move(change: AddressChange) -> Letter:
    """To an address that has an account: no other can move to it."""
    return about_move(change, "cannot_move", to=change.new)


def moved(change: AddressChange) -> list[Letter]:
    """To both: the account is under the new address from now on."""
    return [about_move(change, "moved", to=to) for to in (change.old, change.new)]


def moved_by_staff(user: User, old: str, new: str) -> list[Letter]:
    """To both: whoever cannot read the old mailbox asked staff; its owner may not have."""
    language, now = language_of(user), stamp(timezone.now())
    return [
        Letter.write(
            "network/emails/moved",
            to=to,
            language=language,
            key=f"moved-by-staff-{user.pk}-{now}-{to == new}",
            context={"new": unlinked(new), "by_staff": True},
            user=user if to == new else None,
        )
        for to in (old, new)
    ]


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
