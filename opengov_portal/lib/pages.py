"""Answering with a page: the page or its part, for readers or for one person."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import translate_url
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import SimpleLazyObject

from opengov_portal.lib.languages import active, other

View = Callable[..., HttpResponseBase]


def render_page(
    request: HttpRequest, page: str, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The whole page, or the part of it that htmx asked for."""
    htmx = getattr(request, "htmx", None)
    template = part if htmx and not htmx.history_restore_request else page
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def is_reader(request: HttpRequest) -> bool:
    """Whether this is someone who only reads: no session, so the page is the same for all."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES


def for_readers(view: View) -> View:
    """Marks a view's pages as the same for everyone who only reads.

    Their answers say `Cache-Control: public` and PageCacheMiddleware keeps them
    until the edition changes; a signed-in person's are private.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if is_reader(request) and response.status_code == 200:
            patch_cache_control(response, public=True, max_age=60)
        else:
            patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie"])
        return response

    return answer


def twin_url(request: HttpRequest) -> str:
    """The address of the same page, query and all, in the other language."""
    return translate_url(request.get_full_path(), other(active()))


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
    }
