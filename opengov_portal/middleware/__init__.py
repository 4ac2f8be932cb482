"""What happens to every request and answer, whichever room it is for."""

from opengov_portal.middleware.headers import PolicyMiddleware, ResponseHeadersMiddleware
from opengov_portal.middleware.languages import LanguageMiddleware
from opengov_portal.middleware.maintenance import MaintenanceMiddleware
from opengov_portal.middleware.origin import OriginMiddleware
from opengov_portal.middleware.page_cache import PageCacheMiddleware
from opengov_portal.middleware.refused import RefusedMiddleware
from opengov_portal.middleware.request_id import RequestIdMiddleware
from opengov_portal.middleware.sessions import SeenMiddleware

__all__ = [
    "LanguageMiddleware",
    "MaintenanceMiddleware",
    "OriginMiddleware",
    "PageCacheMiddleware",
    "PolicyMiddleware",
    "RefusedMiddleware",
    "RequestIdMiddleware",
    "ResponseHeadersMiddleware",
    "SeenMiddleware",
]
