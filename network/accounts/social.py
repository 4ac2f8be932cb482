"""Signing in by another site's account, where SOCIAL_PROVIDERS is set: for members alone.

The other site says which address its account has, and that it has checked it; that is
as much as the code of a letter says. Nothing of that account is kept.
"""

from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from network.accounts import enter
from network.models import User


class SocialAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Accounts begin by joining the network."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Into the account with that address, or back; staff come in by their password alone.

        Whose account there is is not told: the same words for no account and for staff's.
        """
        address = next((one.email for one in sociallogin.email_addresses if one.verified), "")
        user = User.objects.filter(email__iexact=address).first() if address else None
        if user is None or not user.is_active or user.is_staff or user.is_superuser:
            messages.info(
                request,
                _(
                    "That account opens nothing here. Members come in with the address they "
                    "joined with; those who look after the portal, with their password."
                ),
            )
            raise ImmediateHttpResponse(redirect("account_login"))
        record_authentication(request, user, method="socialaccount")
        to = sociallogin.get_redirect_url(request)
        raise ImmediateHttpResponse(enter(request, user, to=to))
