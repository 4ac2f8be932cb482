"""The second factor of staff: whether there is one, and whether this session showed it."""

import logging
from enum import Enum

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from network import emails
from network.accounts.devices import in_words
from network.accounts.locking import PURPOSE
from network.models import User
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.locks import NoKey, locked, unlocked

log = logging.getLogger(__name__)


class SecondFactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        """Whoever has a copy of the database has nobody's second factor."""
        return locked(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises Refused where SECRET_KEY is another than it was: the factor is lost then."""
        try:
            return unlocked(encrypted_text, PURPOSE)
        except NoKey as error:
            log.error("A second factor cannot be opened: see SECRET_KEY_FALLBACKS.")
            lost = _("Your second factor can no longer be read. Ask a colleague to take it off.")
            raise Refused(lost) from error

    def build_totp_svg(self, url: str) -> str:
        """The QR code as an element of the page: a `data:` picture would need a weaker CSP."""
        drawn: str = super().build_totp_svg(url)
        return drawn[drawn.index("<svg") :]

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """What a passkey is called until its owner calls it something else."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number}


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


def remember_new_factor(
    request: HttpRequest, authenticator: Authenticator, **signal: object
) -> None:
    """Setting a factor up shows it: the session that did need not be asked at once again."""
    if authenticator.type in FACTORS:
        request.session[SET_UP_HERE] = authenticator.pk


def tell_of_a_wrong_code(request: HttpRequest, user: User, **signal: object) -> None:
    """allauth tells of a second factor that failed: whoever has the password was here."""
    hour = f"{timezone.now():%Y%m%d%H}"
    emails.account_notice(user, "factor_failed", device=in_words(request), moment=hour)


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
