"""The WSGI application gunicorn serves (measured faster than ASGI for these pages)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")

application = get_wsgi_application()
