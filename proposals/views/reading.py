"""Reading: the list of proposals, and one proposal with all that hangs on it."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opengov_portal.lib.pages import for_readers, render_page, with_counts
from proposals import answering, journey, moderating, supporting
from proposals.catalogue import Catalogue
from proposals.dossier import Dossier
from proposals.forms.searching import ProposalSearchForm
from proposals.listing import Listing
from proposals.rows import Told
from proposals.views.moderating import gone


@with_counts
@require_safe
@for_readers
def index(request: HttpRequest) -> HttpResponseBase:
    listing = Listing(ProposalSearchForm(request.GET, catalogue=Catalogue.current()))
    page = listing.page(request.GET.get("page"))
    response = render_page(
        request,
        "proposals/index.html",
        "proposals/_list.html",
        {"form": listing.form, "listing": listing, "page": page},
    )
    # What htmx shows in the address bar leaves out what was left empty.
    number = page.number if page.number > 1 else ""
    response.headers["HX-Push-Url"] = request.path + listing.address(page=number)
    return response


@with_counts
@require_safe
@for_readers
def proposal(request: HttpRequest, pk: int) -> HttpResponseBase:
    told = Told(pk)
    if told.proposal.is_gone:
        return gone(request, told.proposal)
    context = {
        **Dossier(told).page(),
        **answering.shown_on(told),
        **journey.shown_on(told),
        **moderating.shown_on(told),
        **supporting.shown_on(told),
    }
    return render(request, "proposals/proposal.html", context)
