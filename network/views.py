"""The network's pages."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

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
