"""What happens to every request and answer, whichever room it is for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render

from opengov_portal.lib.errors import Refused

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PageCacheMiddleware:
    """Keeps pages drawn for readers until the edition changes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)


class ResponseHeadersMiddleware:
    """The headers that no library sets for us, on every answer (SECURITY.md, H2)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response


class LanguageMiddleware(LocaleMiddleware):
    """The language of the address; without one, what the browser asks for."""


class RefusedMiddleware:
    """Answers a `Refused` with a 409 page that says what can no longer be done."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return render(request, "409.html", {"reason": str(exception)}, status=409)
        return None
