"""The headers that every answer carries (SECURITY.md, H2)."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from opengov_portal.lib.pages import is_public

# The letters' single-use addresses hold a secret: they are told to nobody.
SECRET_ADDRESSES = {"account_confirm_email", "account_reset_password_from_key"}

# What no page here asks of a browser, and security keys, which staff do use.
PERMISSIONS = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "autoplay",
                "browsing-topics",
                "camera",
                "display-capture",
                "encrypted-media",
                "fullscreen",
                "geolocation",
                "gyroscope",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "usb",
                "xr-spatial-tracking",
            )
        ),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)


class PolicyMiddleware(CSPMiddleware):
    """django-csp's; but the policy, which nearly all answers share, is put together once.

    An answer that asks for more than the settings say (`_csp_…`), as pages of staff may,
    still gets its own.
    """

    HEADER = "Content-Security-Policy"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        asks = any(name.startswith("_csp_") for name in vars(response))
        if asks or settings.DEBUG or hasattr(request, "_csp_nonce"):
            return super().process_response(request, response)
        response.headers.setdefault(self.HEADER, self.policy)
        return response


class ResponseHeadersMiddleware:
    """Sets what no library sets, and what libraries set on some answers only.

    An answer that does not say it is public is kept by nobody; nor is one that
    sets a cookie, whatever it says.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.always = {
            "Cross-Origin-Opener-Policy": str(settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": PERMISSIONS,
            "Referrer-Policy": str(settings.SECURE_REFERRER_POLICY),
            "X-Content-Type-Options": "nosniff",
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.always.items():
            response.headers.setdefault(name, value)
        match = getattr(request, "resolver_match", None)
        if match and match.url_name in SECRET_ADDRESSES:
            response.headers["Referrer-Policy"] = "no-referrer"
        if response.cookies and is_public(response):
            del response.headers["Cache-Control"]
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
