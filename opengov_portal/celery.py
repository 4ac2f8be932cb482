"""Celery: without REDIS_URL tasks run in the process that asks, with it in a worker."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")

app = Celery("opengov_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
