"""How allauth works here: nobody signs up by its form; one joins the network."""

import secrets
from enum import Enum
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponse

from network import limits
from network.actions import follow_new_address
from network.models import Letter, User
from opengov_portal.lib.languages import active


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts begin by joining the network, or by a colleague on staff."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox, as all letters: a mail server that is away fails no visitor.

        What is over its limit is written and thrown away, so that no page and no time
        tells. Who is signed in asks for letters to their own address as they like.
        """
        request = allauth_context.request
        site = get_current_site(request)
        whole = {"request": request, "email": email, "current_site": site, **context}
        message = self.render_mail(template_prefix, email, whole)
        user = context.get("user")
        known = EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
        mine = request is not None and getattr(request.user, "email", "") == email.lower()
        over = not mine and limits.wrote_of_an_account(email, known=known)
        letter = Letter.write(
            "network/emails/account",
            to=email,
            language=active(),
            key=f"account-{secrets.token_hex(16)}",
            context={"subject": message.subject, "words": message.body},
            user=user if isinstance(user, User) and user.pk else None,
        )
        if over:
            letter.delete()

    def is_safe_url(self, url: str) -> bool:
        """Whether to lead on to an address; not to one so broken that allauth cannot read it."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False


class SecondFactorAdapter(DefaultMFAAdapter):
    def build_totp_svg(self, url: str) -> str:
        """The QR code as an element of the page: a `data:` picture would need a weaker CSP."""
        drawn: str = super().build_totp_svg(url)
        return drawn[drawn.index("<svg") :]


def opens_by_mail(user: User, email: str) -> bool:
    """Whether showing that one reads the mail of an address is enough to be signed in.

    Not for staff, nor where a second factor is set up; nor where the account is under
    another address than the one shown, since `a+b@` may be somebody else's than `a@`.
    """
    return (
        user.is_active
        and not user.is_staff
        and not user.is_superuser
        and user.email == email.lower()
        and not Authenticator.objects.filter(user=user).exists()
    )


def sign_in(request: HttpRequest, user: User, *, to: str) -> HttpResponse:
    """Begin the session of someone who has just shown that the account's address is theirs."""
    record_authentication(request, user, method="code", email=user.email)
    answer: HttpResponse = perform_login(request, user, email=user.email, redirect_url=to)
    return answer


class SecondFactor(Enum):
    """How far someone who is signed in has come with their second factor."""

    MISSING = "missing"  # none is set up
    UNSHOWN = "unshown"  # there is one, but this session began without it
    SHOWN = "shown"
    NOT_ASKED = "not asked"  # REQUIRE_STAFF_MFA is off

    @property
    def is_enough(self) -> bool:
        return self in {SecondFactor.SHOWN, SecondFactor.NOT_ASKED}


FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
SET_UP_HERE = "second_factor_set_up_here"


def move_membership(request: HttpRequest, user: User, **signal: object) -> None:
    """allauth tells of an account's new address, once it is verified."""
    follow_new_address(user)


def remember_new_factor(
    request: HttpRequest, authenticator: Authenticator, **signal: object
) -> None:
    """Setting a factor up shows it: the session that did need not be asked at once again."""
    if authenticator.type in FACTORS:
        request.session[SET_UP_HERE] = authenticator.pk


def second_factor(request: HttpRequest) -> SecondFactor:
    """Asked of the session, not of the account: one that began before the second
    factor was set up elsewhere has never shown it."""
    if not settings.REQUIRE_STAFF_MFA:
        return SecondFactor.NOT_ASKED
    user = request.user
    if not isinstance(user, AbstractBaseUser):
        return SecondFactor.MISSING
    mine = Authenticator.objects.filter(user=user, type__in=FACTORS)
    factors = set(mine.values_list("pk", flat=True))
    if not factors:
        return SecondFactor.MISSING
    records = get_authentication_records(request, user)
    if request.session.get(SET_UP_HERE) in factors or any(
        record["method"] == "mfa" for record in records
    ):
        return SecondFactor.SHOWN
    return SecondFactor.UNSHOWN
