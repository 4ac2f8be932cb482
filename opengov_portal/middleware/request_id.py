"""The number of a request, by which all that was logged for it is found."""

import re
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from opengov_portal.lib.logs import of_request

NUMBER = re.compile(r"[0-9A-Za-z-]{8,64}")


class RequestIdMiddleware:
    """Gives each request a number, and says it in the answer: `X-Request-ID`.

    The number that the front server gave is kept (TRUST_PROXY), so that its log and ours
    are of one request; anybody else's is not believed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.META.get("HTTP_X_REQUEST_ID", "") if settings.TRUST_PROXY else ""
        number = given if NUMBER.fullmatch(given) else secrets.token_hex(16)
        with of_request(number):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = number
        return response
