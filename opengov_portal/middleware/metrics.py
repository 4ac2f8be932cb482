"""Counting requests. The settings name this only where METRICS_TOKEN is set."""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from opengov_portal.lib.metrics import request_seconds, requests

METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}


class MetricsMiddleware:
    """Counts answers by view, never by address: an address may name a person or hold a secret."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = self.get_response(request)
        view = self.view(request, response)
        request_seconds.labels(view).observe(time.perf_counter() - begun)
        method = request.method if request.method in METHODS else "other"
        requests.labels(view, method, response.status_code).inc()
        return response

    def view(self, request: HttpRequest, response: HttpResponseBase) -> str:
        """The view's name; that of what answered before any view was looked for."""
        if request.resolver_match:
            return request.resolver_match.view_name
        if request.path_info.startswith(settings.STATIC_URL):
            return "(static file)"
        return "(kept page)" if response.status_code in {200, 304} else "(none)"
