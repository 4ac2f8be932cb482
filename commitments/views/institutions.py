"""Departments and agencies, each with all it promised."""

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commitments.cards import Cards, joined
from commitments.catalogue import Catalogue
from commitments.drawing import institution_row
from commitments.masks import places_in
from commitments.models import Institution, Lead
from opengov_portal.lib.languages import active, alphabet_key
from opengov_portal.lib.pages import for_readers


@require_safe
@for_readers
def institutions(request: HttpRequest) -> HttpResponseBase:
    language, departments = active(), Catalogue.current().departments
    listed = sorted(departments, key=lambda one: alphabet_key(one.name))
    rows = joined("\n    ", [institution_row(one, language) for one in listed])
    return render(request, "commitments/institutions.html", {"rows": rows})


@require_safe
@for_readers
def institution(request: HttpRequest, slug: str) -> HttpResponseBase:
    institution = get_object_or_404(Institution.objects.with_counts(), slug=slug)
    catalogue = Catalogue.current()
    parts = list(institution.leads.values_list("commitment", "role"))
    led = catalogue.mask_of(key for key, role in parts if role == Lead.Role.LEAD)
    helped = catalogue.mask_of(key for key, _role in parts) & ~led
    page = Paginator(places_in(led) + places_in(helped), 20).get_page(request.GET.get("page"))
    cards = Cards(catalogue)
    context = {
        "institution": institution,
        "page": page,
        "led": cards.at(place for place in page if led >> place & 1),
        "helped": cards.at(place for place in page if helped >> place & 1),
    }
    return render(request, "commitments/institution.html", context)
