"""How allauth works here: nobody signs up by its form; one joins the network."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponse

from network import emails, limits
from network.accounts import devices, sessions
from network.models import Letter, User
from opengov_portal.lib.languages import active

# Which letter tells of what allauth did to an account.
NOTICES = {
    "account/email/password_changed": "password_changed",
    "account/email/password_reset": "password_changed",
    "account/email/password_set": "password_changed",
    "mfa/email/totp_activated": "factor_added",
    "mfa/email/totp_deactivated": "factor_removed",
    "mfa/email/webauthn_added": "factor_added",
    "mfa/email/webauthn_removed": "factor_removed",
    "mfa/email/recovery_codes_generated": "codes_made",
}


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts begin by joining the network, or by a colleague on staff."""
        return False

    def post_login(self, request: HttpRequest, user: User, **facts: Any) -> HttpResponse:
        """Staff are told of a browser that their account has not seen."""
        sessions.begin(request)
        response: HttpResponse = super().post_login(request, user, **facts)
        if user.is_staff or user.is_superuser:
            if not devices.knows(request, user):
                emails.account_notice(user, "new_device", device=devices.in_words(request))
            devices.remember(request, response, user)
        return response

    def send_notification_mail(
        self, template_prefix: str, user: User, context: Any = None, email: Any = None
    ) -> None:
        """By a letter of ours: in the owner's language, and never lost."""
        if what := NOTICES.get(template_prefix):
            emails.account_notice(user, what, device=devices.in_words(allauth_context.request))

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
            # Whoever reads it has just asked for it, as for what asks to confirm.
            kind=Letter.Kind.CONFIRM,
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
