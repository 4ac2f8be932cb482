"""What the network is."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opengov_portal.lib.pages import for_readers


@require_safe
@for_readers
def index(request: HttpRequest) -> HttpResponseBase:
    return render(request, "network/index.html")
