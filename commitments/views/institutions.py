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
from commitments.models import Institution
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
    promised = catalogue.mask_of(institution.leads.values_list("commitment", flat=True))
    page = Paginator(places_in(promised), 20).get_page(request.GET.get("page"))
    cards = Cards(catalogue).at(page)
    return render(
        request,
        "commitments/institution.html",
        {"institution": institution, "page": page, "cards": cards},
    )
