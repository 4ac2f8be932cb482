"""The pages that belong to no single room: home, about, health."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from opengov_portal.lib.pages import for_readers


@require_safe
def front_door(request: HttpRequest) -> HttpResponseBase:
    """`/`: to the language that the browser asks for."""
    with override(get_language_from_request(request)):
        response = redirect("home")
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
@for_readers
def home(request: HttpRequest) -> HttpResponseBase:
    return render(request, "pages/home.html")


@require_safe
@for_readers
def about(request: HttpRequest) -> HttpResponseBase:
    return render(request, "pages/about.html")


@require_safe
@for_readers
def contact(request: HttpRequest) -> HttpResponseBase:
    return render(request, "pages/contact.html")


@require_safe
@for_readers
def privacy(request: HttpRequest) -> HttpResponseBase:
    return render(request, "pages/privacy.html")


@require_safe
@for_readers
def accessibility(request: HttpRequest) -> HttpResponseBase:
    return render(request, "pages/accessibility.html")


@require_safe
@for_readers
def data(request: HttpRequest) -> HttpResponseBase:
    return render(request, "pages/data.html")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
