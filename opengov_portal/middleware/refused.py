"""Clear answers to what was understood and cannot be had."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseNotAllowed

from opengov_portal.lib.errors import Refused
from opengov_portal.lib.pages import error_page

LONGEST = 32_000  # bytes of what an address asks for: each link to another view repeats it


class RefusedMiddleware:
    """Answers a `Refused` with the page of its status; gives a bare 405 its page.

    What asks for more than anybody types gets the page of what was not understood.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if len(request.META.get("QUERY_STRING", "")) > LONGEST:
            return error_page(request, 400)
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = error_page(request, 405)
            response.content = page.content
            response.headers["Content-Type"] = page.headers["Content-Type"]
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        page = error_page(request, exception.status, reason=str(exception))
        for name, value in exception.headers.items():
            page.headers[name] = value
        return page
