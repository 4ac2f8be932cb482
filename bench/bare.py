"""The yardstick: a Django view and nothing else.

No middleware, no database, no template: `/<n>` answers n bytes. Served by the same
gunicorn with the same settings as the portal, it is as fast as Django gets here.
"""

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="bare")


def view(request: HttpRequest, size: int) -> HttpResponse:
    return HttpResponse(b"x" * size)


urlpatterns = [path("<int:size>", view)]
application: WSGIHandler = get_wsgi_application()
