"""The admin: the same windows as Django's, behind the portal's own sign-in."""

from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.sites import AdminSite
from django.utils.translation import gettext_lazy as _


class PortalAdminConfig(AdminConfig):
    default_site = "opengov_portal.admin_site.PortalAdminSite"


class PortalAdminSite(AdminSite):
    site_title = _("OpenGov Portal")
    site_header = _("OpenGov Portal: staff")
    index_title = _("The desk")
