"""The pages that belong to no single room: home, about, health, errors."""

import sys
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commitments.cards import Cards, joined
from commitments.catalogue import Catalogue
from commitments.dictionary import RECORDS, scales
from commitments.drawing import Strips
from commitments.pictures import strips
from opengov_portal.lib.health import broker_answers, database_answers
from opengov_portal.lib.languages import LANGUAGES, active
from opengov_portal.lib.pages import closed_page, error_page, for_readers, plain_page, true_until
from proposals.dictionary import RECORDS as PROPOSAL_RECORDS
from proposals.ledger import FILE as LEDGER_COLUMNS
from proposals.models import Consultation
from proposals.models.timetable import next_border
from proposals.views.proposing import unsent

# The lists that are filtered by what stands in their addresses.
FILTERED = ("commitments:index", "proposals:index", "proposals:ledger", "network:organizations")


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
    catalogue = Catalogue.current()
    cards, plan = Cards(catalogue), next(iter(catalogue.plans), None)
    places = catalogue.in_plan(plan.slug) if plan else []
    drawn = strips(catalogue, places)
    popular = [cards.part("_tag", one.value, one) for one in catalogue.popular_subjects[:8]]
    calls = list(Consultation.objects.current().soonest())
    response = render(
        request,
        "pages/home.html",
        {
            "plan": plan,
            "promised": len(places),
            "first": joined("", cards.each("_listed", places[:6])),
            "strips": Strips(cards).drawn(drawn),
            "blank": all(strip.is_blank for strip in drawn),
            "subjects": joined("", popular),
            "total": catalogue.size,
            "changes": catalogue.lately,
            "calls": calls,
        },
    )
    true_until(response, next_border(calls))  # the days that are left
    return response


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
    told = {
        "records": RECORDS,
        "scales": scales,
        "proposal_records": PROPOSAL_RECORDS,
        "ledger_columns": LEDGER_COLUMNS,
    }
    return render(request, "pages/data.html", told)


# --- Addresses that machines read ---------------------------------------------


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """What the portal leans on answers: the database and, if set, the broker."""
    answers = {"database": database_answers()}
    if settings.REDIS_URL:
        answers["broker"] = broker_answers()
    lines = [f"{name}: {'ok' if here else 'away'}\n" for name, here in answers.items()]
    status = 200 if all(answers.values()) else 503
    return HttpResponse("".join(lines), content_type="text/plain", status=status)


@require_safe
@for_readers
def robots(request: HttpRequest) -> HttpResponseBase:
    """Everything may be read; the endless ways to filter need not all be.

    The pages of a list may, where it is not filtered: of two rules the longer one holds.
    """
    lists = []
    for language in LANGUAGES:
        with override(language):
            lists += [reverse(name) for name in FILTERED]
    lines = [
        "User-agent: *",
        *(f"Disallow: {address}?" for address in lists),
        *(f"Allow: {address}?page=" for address in lists),
        "Disallow: /admin/",
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemaps')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_safe
@for_readers
def security(request: HttpRequest) -> HttpResponseBase:
    """Where to tell of a weakness (RFC 9116); valid for half a year from today."""
    expires = (timezone.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0)
    lines = [
        f"Contact: mailto:{settings.CONTACT_ADDRESS}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, fr",
        f"Canonical: {settings.SITE_URL}{reverse('security')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_safe
@for_readers
def manifest(request: HttpRequest) -> HttpResponseBase:
    """What a phone needs to put the portal on its home screen."""
    icons = [
        {"src": static("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static("img/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("img/icon-512.png"), "sizes": "512x512", "type": "image/png"},
    ]
    content = {
        "name": _("OpenGov Portal"),
        "short_name": _("OpenGov"),
        "lang": active(),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "browser",
        "background_color": "#faf8f3",
        "theme_color": "#0b5a4e",
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")


# --- What went wrong ----------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where too much was sent."""
    too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return error_page(request, 413 if too_much else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was not filled in on a page of ours, or long ago.

    What takes long to write is shown again, every field as it was.
    """
    match = request.resolver_match
    if match and match.view_name == "proposals:propose":
        return unsent(request)
    return error_page(request, 403, csrf=True)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429 where allauth's limits were reached; they all end within minutes."""
    response = error_page(request, 429)
    response.headers["Retry-After"] = "300"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without a trace of why; 503 where it is because the database is away."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        never_reached = connection.connection is None
        if never_reached or not database_answers():
            return closed_page(request, retry_after=120)
    return plain_page(request, 500)
