"""Accounts: how allauth works here, the second factor, and where someone is signed in."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse

from network.accounts.factors import SecondFactor, second_factor
from network.models import User

__all__ = ["SecondFactor", "enter", "opens_by_mail", "second_factor", "sign_in"]


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
    return enter(request, user, to=to)


def enter(request: HttpRequest, user: User, *, to: str | None) -> HttpResponse:
    """Begin a session, or ask for the second factor that the account has."""
    answer: HttpResponse = perform_login(request, user, email=user.email, redirect_url=to)
    return answer
