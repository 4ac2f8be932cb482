"""Every address of the portal. DESIGN.md lists them; once live, they answer for ever."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps import views as sitemap_views
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

import commitments.urls
import network.urls
import proposals.urls
from opengov_portal import views
from opengov_portal.lib.pages import for_readers
from opengov_portal.metrics import metrics
from opengov_portal.sitemaps import SITEMAPS

DATA = [
    *commitments.urls.data_patterns,
    *network.urls.data_patterns,
    *proposals.urls.data_patterns,
]

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security, name="security"),
    path(
        "sitemap.xml",
        for_readers(sitemap_views.index),
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap"},
        name="sitemaps",
    ),
    path(
        "sitemap-<section>.xml",
        for_readers(sitemap_views.sitemap),
        {"sitemaps": SITEMAPS},
        name="sitemap",
    ),
    path("", include((DATA, "data"))),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("site.webmanifest", views.manifest, name="manifest"),
        path(_("about/"), views.about, name="about"),
        path(_("contact/"), views.contact, name="contact"),
        path(_("privacy/"), views.privacy, name="privacy"),
        path(_("accessibility/"), views.accessibility, name="accessibility"),
        path(_("data/"), views.data, name="data"),
        path(_("account/"), include(network.urls.account_patterns)),
        path(_("account/"), include("allauth.urls")),
        path(_("network/"), include("network.urls")),
        path(_("proposals/"), include("proposals.urls")),
        path("", include("commitments.urls")),
    ),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler429 = views.too_many  # allauth's
handler500 = views.server_error
