"""All commitments: search, filter, sort, page."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from opengov_portal.lib.pages import for_readers, render_page


@require_safe
@for_readers
def index(request: HttpRequest) -> HttpResponseBase:
    return render_page(request, "commitments/index.html", "commitments/_list.html", {})
