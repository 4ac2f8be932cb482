"""Calls for ideas: all of them, and one with its timetable and what was done to it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from opengov_portal.lib.pages import for_readers, true_until
from proposals import calling
from proposals.catalogue import Catalogue
from proposals.models import Consultation
from proposals.models.timetable import next_border

A_PAGE = 20


@require_safe
@for_readers
def calls(request: HttpRequest) -> HttpResponseBase:
    held = Catalogue.current()
    current: list[Any] = list(Consultation.objects.current().soonest())
    past: Any = Paginator(Consultation.objects.past().newest(), A_PAGE)
    page = past.get_page(request.GET.get("page"))
    for each in (*current, *page):
        brought = held.brought(each)
        each.total, each.is_all_answered = brought.total, brought.is_all_answered
    response = render(request, "proposals/calls.html", {"calls": current, "page": page})
    true_until(response, next_border(current))
    return response


@require_safe
@for_readers
def call(request: HttpRequest, slug: str) -> HttpResponseBase:
    announced = Consultation.objects.public().select_related("plan")
    found = get_object_or_404(announced, slug=slug)
    response = render(request, "proposals/call.html", calling.shown(found))
    true_until(response, next_border([found]))
    return response
