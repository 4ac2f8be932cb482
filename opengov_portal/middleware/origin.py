"""Forms on pages that are told to nobody."""

from collections.abc import Callable
from contextlib import suppress

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OriginMiddleware:
    """Believes the browser that a form was sent from a page of ours.

    From a page under `Referrer-Policy: no-referrer`, as those of a letter's links are,
    a form comes with `Origin: null`, which the check of CSRF refuses. What no page can
    forge, `Sec-Fetch-Site`, then says whose page it was; the token is still asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.META
        if asked.get("HTTP_ORIGIN") == "null" and asked.get("HTTP_SEC_FETCH_SITE") == "same-origin":
            with suppress(DisallowedHost):
                asked["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return self.get_response(request)
