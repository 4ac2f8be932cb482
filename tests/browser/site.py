"""The portal as gunicorn serves it, and besides an address for the page of each error."""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")
settings.ROOT_URLCONF = "tests.browser.urls"

from opengov_portal.wsgi import application  # noqa: E402 - it reads the setting above

__all__ = ["application"]
