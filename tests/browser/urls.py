"""The portal's addresses, and one that fails in each way a page can fail."""

from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from opengov_portal import urls
from opengov_portal.lib.errors import Gone, Refused, TooMany
from opengov_portal.lib.pages import closed_page

FAULTS = {
    400: SuspiciousOperation("Made up."),
    403: PermissionDenied("Made up."),
    404: Http404("Made up."),
    409: Refused("Someone else has just moved this proposal."),
    410: Gone("This proposal was removed for good."),
    413: RequestDataTooBig("Made up."),
    429: TooMany("This was asked too often.", wait=60),
    500: RuntimeError("Made up."),
}
ERRORS = sorted([*FAULTS, 405, 503])


@require_POST
def only_post(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def fail(request: HttpRequest, status: int) -> HttpResponse:
    if status == 503:
        return closed_page(request, retry_after=60)
    if status == 405:
        return only_post(request)
    raise FAULTS[status]


urlpatterns = [*urls.urlpatterns, *i18n_patterns(path("errors/<int:status>/", fail, name="error"))]
handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500
