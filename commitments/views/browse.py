"""All commitments: search, filter, sort, page."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from commitments.catalogue import Catalogue
from commitments.forms import SearchForm
from commitments.listing import Listing
from opengov_portal.lib.pages import for_readers, render_page


@require_safe
@for_readers
def index(request: HttpRequest) -> HttpResponseBase:
    listing = Listing(SearchForm(request.GET, catalogue=Catalogue.current()))
    page = listing.page(request.GET.get("page"))
    response = render_page(
        request,
        "commitments/index.html",
        "commitments/_list.html",
        {"form": listing.form, "listing": listing, "page": page},
    )
    # What htmx shows in the address bar leaves out what was left empty.
    number = page.number if page.number > 1 else ""
    response.headers["HX-Push-Url"] = request.path + listing.address(page=number)
    return response
