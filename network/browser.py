"""What a browser has asked for a moment ago, and whose it is."""

import secrets

from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from network.models import Confirmation, User
from network.models.confirmable import Confirmable

HANDLE_BYTES = 32  # as many as the digest of a secret has


class Handle:
    """Which request the code is typed for, in a cookie of its own.

    Not in a session: nothing is kept of a visitor, and pages that are the same for
    all stay so. It goes with the code. It holds the digest of the letter's secret,
    which cannot be turned back, or what looks the same.
    """

    def __init__(self, name: str) -> None:
        self.name = f"{settings.COOKIE_PREFIX}{name}"

    def of(self, request: HttpRequest) -> str:
        return request.COOKIES.get(self.name, "")[: HANDLE_BYTES * 2].replace("\0", "")

    def give(self, response: HttpResponseBase, handle: str) -> None:
        response.set_cookie(
            self.name,
            handle,
            max_age=Confirmable.CODE_VALID,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )

    def drop(self, request: HttpRequest, response: HttpResponseBase) -> None:
        if self.name in request.COOKIES:
            response.delete_cookie(self.name, samesite="Lax")

    @staticmethod
    def blank() -> str:
        """One that no code fits."""
        return secrets.token_hex(HANDLE_BYTES)


JOINING, ASKING = Handle("joining"), Handle("asking")


def asked_here(request: HttpRequest) -> Confirmation | None:
    """What was last asked for in this browser, while the code of its letter is good."""
    handle = ASKING.of(request)
    return Confirmation.objects.filter(secret_digest=handle).first() if handle else None


def known_here(request: HttpRequest) -> Confirmation | None:
    """What this browser asked for within PACE and is not confirmed: more may hang on it.

    For `here=` of `actions.ask_to_confirm`, which looks at the address.
    """
    asked = asked_here(request)
    if asked is None or not asked.may_be_confirmed:
        return None
    return asked if timezone.now() - asked.created_at < Confirmation.PACE else None


def address_here(request: HttpRequest) -> str:
    """The confirmed address of whoever is signed in, else "": no letter need ask them again."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return ""
    mine = EmailAddress.objects.filter(user=user, verified=True, primary=True)
    return mine.values_list("email", flat=True).first() or ""
