"""The admin as an app; apart from its site, which needs the models to be there."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "opengov_portal.admin_site.PortalAdminSite"
