"""Answering with a page: the page or its part, for readers or for one person."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.http import http_date
from django.utils.translation import get_language_from_path, get_language_from_request, override

from opengov_portal.lib import replica
from opengov_portal.lib.addresses import address_in
from opengov_portal.lib.languages import LANGUAGES, active, other

View = Callable[..., HttpResponseBase]


def render_page(
    request: HttpRequest, page: str, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The whole page, or the part of it that htmx asked for."""
    htmx = getattr(request, "htmx", None)
    template = part if htmx and not htmx.history_restore_request else page
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def is_reader(request: HttpRequest) -> bool:
    """Whether this is someone who only reads: no session, so the page is the same for all."""
    # Most readers bring no cookie at all; then there is none to read through.
    return (
        not request.META.get("HTTP_COOKIE") or settings.SESSION_COOKIE_NAME not in request.COOKIES
    )


def is_public(response: HttpResponseBase) -> bool:
    """Whether an answer says that it is the same for everyone, so that it may be kept."""
    return "public" in response.headers.get("Cache-Control", "")


def for_readers(view: View) -> View:
    """Marks a view's pages as the same for everyone who only reads.

    Their answers say `Cache-Control: public` and PageCacheMiddleware keeps them
    until the edition changes; a signed-in person's are private.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_reader(request) and request.method in {"GET", "HEAD"}:
            caught_up = getattr(request, "replica_has_caught_up", lambda: False)
            response = replica.read(lambda: view(request, *args, **kwargs), caught_up)
        else:
            response = view(request, *args, **kwargs)
        if is_reader(request) and response.status_code == 200:
            patch_cache_control(response, public=True, max_age=60)
        else:
            patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ["Cookie"])
        return response

    return answer


# Kept so long here, and as long again by a browser: what is shown is a minute old at most.
COUNTS_SECONDS = 30


def with_counts(view: View) -> View:
    """Marks pages that show numbers which raise no edition, such as how many support an idea.

    Outermost, around `for_readers`: their answers are kept for COUNTS_SECONDS alone.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if is_public(response):
            patch_cache_control(response, max_age=COUNTS_SECONDS, s_maxage=COUNTS_SECONDS)
        return response

    return answer


def told_to_nobody(view: View) -> View:
    """For the single-use address of a letter (SECURITY.md A5)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answer


def with_form(
    request: HttpRequest, page: str, form: BaseForm, wait: int = 0, **context: Any
) -> HttpResponse:
    """The page with its form as it was filled in; 429 with when to try again if there is a wait.

    The page includes `network/_wait.html`, which says so.
    """
    context |= {"form": form, "wait": wait, "minutes": -(-wait // 60)}
    response = render(request, page, context, status=429 if wait else 200)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def true_until(response: HttpResponseBase, moment: datetime) -> None:
    """Says that what a page tells stops being true at a moment, such as the days left.

    It is kept no longer than that, by readers or by PageCacheMiddleware.
    """
    seconds = (moment - timezone.now()).total_seconds()
    patch_cache_control(response, max_age=max(int(seconds), 0))
    response.headers["Expires"] = http_date(moment.timestamp())


def address_language(request: HttpRequest) -> str | None:
    """The language that the address names; None for one outside /en/ and /fr/."""
    return get_language_from_path(request.path_info)


def error_page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    """The page of an error, `templates/<status>.html`, in the language of the address."""
    with override(address_language(request) or get_language_from_request(request)):
        return render(request, f"{status}.html", context, status=status)


def plain_page(request: HttpRequest, status: int) -> HttpResponse:
    """A page of an error that leans on nothing: no database, no session, no catalogue of files.

    In the language of the address; where it names none, in both.
    """
    try:
        stylesheet = static("css/portal.css")
    except ValueError:  # the catalogue of static files is missing or older than the page
        stylesheet = ""
    named = address_language(request)
    context = {"languages": [named] if named else LANGUAGES, "stylesheet": stylesheet}
    return HttpResponse(render_to_string(f"{status}.html", context), status=status)


def closed_page(request: HttpRequest, *, retry_after: int) -> HttpResponse:
    """The page of a portal that cannot answer now (503); `retry_after` in seconds."""
    response = plain_page(request, 503)
    response.headers["Retry-After"] = str(retry_after)
    return response


def twin_url(request: HttpRequest) -> str:
    """The address of the same page, query and all, in the other language."""
    address, match = request.get_full_path(), request.resolver_match
    if match is None or not match.url_name:
        return translate_url(address, other(active()))
    # What its address means is known by now: finding it again would cost twice as much.
    _path, mark, query = address.partition("?")
    if match.args:
        with override(other(active())):
            return reverse(match.view_name, args=match.args) + mark + query
    return address_in(other(active()), match.view_name, match.kwargs) + mark + query


def section(path: str) -> str:
    """Which part of the site a path is in: `plans` for a plan, `plans/` for their list.

    Empty for the home page, and for a path that begins with no language of ours:
    `/zz/plans/` is no page of plans, and must not be drawn as one.
    """
    parts = path.split("/", 3)
    if len(parts) < 4 or parts[1] not in LANGUAGES:
        return ""
    return parts[2] + ("" if parts[3] else "/")


def site(request: HttpRequest) -> dict[str, Any]:
    """What every template may use."""
    return {
        "site_url": settings.SITE_URL,
        "join_address": settings.JOIN_ADDRESS,
        "contact_address": settings.CONTACT_ADDRESS,
        "reader_language": active(),
        "other_language": other(active()),
        "twin_url": SimpleLazyObject(lambda: twin_url(request)),
        "page_url": settings.SITE_URL + request.path,
        "section": section(request.path),
    }
