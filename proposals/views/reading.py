"""Reading: the list of proposals, and one proposal with all that hangs on it."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from opengov_portal.lib.pages import for_readers, render_page, with_counts
from proposals import answering, journey, moderating, supporting
from proposals.catalogue import Catalogue
from proposals.dossier import Dossier
from proposals.forms.searching import ProposalSearchForm
from proposals.listing import Listing
from proposals.models import Proposal
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
    everything = Proposal.objects.addressed().select_related(
        "consultation", "organization", "merged_into"
    )
    found: Proposal = get_object_or_404(everything, pk=pk)
    if found.is_gone:
        return gone(request, found)
    context = {
        **Dossier(found).page(),
        **answering.shown_on(found, request),
        **journey.shown_on(found, request),
        **moderating.shown_on(found, request),
        **supporting.shown_on(found, request),
    }
    return render(request, "proposals/proposal.html", context)
