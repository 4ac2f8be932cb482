"""When each session was last in use."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class SeenMiddleware:
    """Keeps when a session was last in use, for the page on which its owner ends it.

    Looks only at a session that the answer looked at anyway, and writes at most every
    ten minutes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        # It needs the models of a room that middleware are loaded before.
        from network.accounts.sessions import seen

        self.get_response = get_response
        self.seen = seen

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        self.seen(request)
        return response
