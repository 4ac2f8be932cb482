"""Who asks, and how often."""

import ipaddress
import logging
import time
from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from opengov_portal.lib.errors import TooMany

log = logging.getLogger(__name__)

View = Callable[..., HttpResponseBase]


def network_of(request: HttpRequest) -> str:
    """The network address that asks, IPv6 by its /64; empty where none is known.

    Behind a front server (TRUST_PROXY) it is the last that X-Forwarded-For names:
    the one that server itself saw.
    """
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.TRUST_PROXY and forwarded:
        address = forwarded.rpartition(",")[2].strip()
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:  # as a server that listens to both writes IPv4
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)


def around(network: str) -> str:
    """The network that an address of `network_of` is in: IPv4 by its /24, IPv6 by its /64."""
    if not network or "/" in network:
        return network
    return str(ipaddress.ip_network((network, 24), strict=False))


def count(key: str, *, times: int, seconds: int) -> int:
    """Count one more of `key`; 0 while within `times` in `seconds`, else how long to wait.

    The windows are fixed. A cache that is away counts nothing, so it stops nobody.
    Without Redis each process counts for itself. The key is kept hashed.
    """
    now = int(time.time())
    window = now // seconds
    name = blake2b(f"{key}\n{seconds}\n{window}".encode(), digest_size=16).hexdigest()
    if cache.add(f"count-{name}", 1, seconds):
        return 0
    try:
        counted = cache.incr(f"count-{name}")
    except ValueError:  # the window has just ended, or the cache is away
        return 0
    return (window + 1) * seconds - now if counted and counted > times else 0


def limited(action: str, *, times: int, seconds: int) -> Callable[[View], View]:
    """Lets each network address ask a view `times` in `seconds`; beyond, it answers 429.

    The log names the action and never the address.
    """

    def decorator(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            wait = count(f"{action}\n{network_of(request)}", times=times, seconds=seconds)
            if wait:
                log.warning("Over the limit: %s", action)
                raise TooMany(
                    _("This was asked for too often from your internet connection."), wait=wait
                )
            return view(request, *args, **kwargs)

        return answer

    return decorator
