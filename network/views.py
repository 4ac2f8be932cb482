"""The network's pages."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from network.actions import leave_lists
from network.models import Letter, Stop
from opengov_portal.lib.pages import for_readers


@require_safe
@for_readers
def index(request: HttpRequest) -> HttpResponseBase:
    return render(request, "network/index.html")


@require_safe
@for_readers
def join(request: HttpRequest) -> HttpResponseBase:
    return render(request, "network/join.html")


@require_safe
@for_readers
def organizations(request: HttpRequest) -> HttpResponseBase:
    return render(request, "network/organizations.html")


@csrf_exempt  # a mail program has no page to take a token from (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponseBase:
    """A page with a button. The button and a mail program send the same POST, which acts."""
    letter = Letter.objects.under_seal(token, "leave")
    if letter is None:
        raise Http404
    left = request.method == "POST"
    if left:
        if request.POST.getlist("List-Unsubscribe") != ["One-Click"]:
            raise BadRequest
        leave_lists(letter, how=Stop.How.PAGE if "page" in request.POST else Stop.How.ONE_CLICK)
    response = render(request, "network/leave.html", {"left": left})
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
