"""The switch that closes the portal while it is worked on."""

import os
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from opengov_portal.lib.pages import closed_page


def under_maintenance() -> bool:
    """Whether MAINTENANCE is on, or the file `maintenance` lies in VAR_DIR."""
    return bool(settings.MAINTENANCE or os.path.exists(settings.MAINTENANCE_FILE))


class MaintenanceMiddleware:
    """While the portal is worked on, every page says so with a 503; /healthz still answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != "/healthz" and under_maintenance():
            return closed_page(request, retry_after=600)
        return self.get_response(request)
