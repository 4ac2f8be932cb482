"""Devices: what a browser says of itself, in words, and which of them were here before."""

import re

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from network.models import User

# The first that fits: browsers say that they are those they are built on, too.
BROWSERS = {
    r"Edg(e|A|iOS)?/": "Edge",
    r"OPR/|Opera": "Opera",
    r"SamsungBrowser/": "Samsung Internet",
    r"Vivaldi/": "Vivaldi",
    r"Firefox/|FxiOS/": "Firefox",
    r"Chrome/|CriOS/|Chromium/": "Chrome",
    r"Safari/": "Safari",
}
SYSTEMS = {
    r"iPhone": "iPhone",
    r"iPad": "iPad",
    r"Android": "Android",
    r"CrOS": "ChromeOS",
    r"Windows": "Windows",
    r"Mac OS X|Macintosh": "macOS",
    r"Linux|X11": "Linux",
}

COOKIE = f"{settings.COOKIE_PREFIX}device"
KEPT_FOR = 400 * 24 * 3600  # seconds: as long as browsers keep a cookie at most
SALT = "portal.device"


def named(user_agent: str) -> str:
    """“Firefox, Windows”: what of a browser's long name says something to a person."""
    found = [
        next((name for mark, name in names.items() if re.search(mark, user_agent)), "")
        for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or _("an unknown device")


def in_words(request: HttpRequest) -> str:
    return named(request.headers.get("user-agent", "")[:500])


def knows(request: HttpRequest, user: User) -> bool:
    """Whether this browser signed in to that account before."""
    return user.pk in accounts_of(request)


def accounts_of(request: HttpRequest) -> list[int]:
    try:
        known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return []
    return known if isinstance(known, list) else []


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let this browser show, the next time, that it is not new to that account.

    It opens nothing: it only spares its owner the letter on a new device.
    """
    known = [user.pk, *(one for one in accounts_of(request) if one != user.pk)][:5]
    response.set_cookie(
        COOKIE,
        signing.dumps(known, salt=SALT),
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
