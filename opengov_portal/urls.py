"""Every address of the portal. DESIGN.md lists them; once live, they answer for ever."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

import commitments.urls
from opengov_portal import views

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", include((commitments.urls.data_patterns, "data"))),
    *i18n_patterns(
        path("", views.home, name="home"),
        path(_("about/"), views.about, name="about"),
        path(_("contact/"), views.contact, name="contact"),
        path(_("privacy/"), views.privacy, name="privacy"),
        path(_("accessibility/"), views.accessibility, name="accessibility"),
        path(_("data/"), views.data, name="data"),
        path(_("account/"), include("allauth.urls")),
        path(_("network/"), include("network.urls")),
        path(_("proposals/"), include("proposals.urls")),
        path("", include("commitments.urls")),
    ),
]
