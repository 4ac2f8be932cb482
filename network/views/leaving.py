"""Leaving by the link of a letter: a page with a button, and the one click of mail programs."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from network.actions import leave_lists
from network.models import Letter, Stop
from opengov_portal.lib.seals import unsealed


@csrf_exempt  # a mail program has no page to take a token from (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponseBase:
    """A page with a button. The button and a mail program send the same POST, which acts.

    A letter under our seal that is no longer kept was to someone who has left or was
    erased, or is an old one, whose reader may get others: the page says both.
    """
    if unsealed(token, "leave") is None:
        raise Http404
    letter = Letter.objects.under_seal(token, "leave")
    if request.method == "POST":
        if request.POST.getlist("List-Unsubscribe") != ["One-Click"]:
            raise BadRequest
        if letter:
            leave_lists(letter, how=Stop.How.PAGE if "page" in request.POST else Stop.How.ONE_CLICK)
    context = {"forgotten": letter is None, "left": request.method == "POST"}
    response = render(request, "network/leave.html", context)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
