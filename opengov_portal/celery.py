"""Celery: without REDIS_URL tasks run in the process that asks, with it in a worker."""

import os
from logging import getLogger
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")

app = Celery("opengov_portal", task_cls="opengov_portal.lib.tasks:PortalTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
# What no environment changes.
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_publish_retry=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "socket_connect_timeout": 0.5,
        "socket_timeout": 5,
        # Tried once: the sweep, not the visitor, waits for a broker that is away.
        "max_retries": 0,
    },
    timezone="UTC",
)
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_site_does(loglevel: int, **told: Any) -> None:
    """A worker's lines are of the same form as the site's; `--loglevel` is of Celery's own."""
    dictConfig(settings.LOGGING)
    getLogger("celery").setLevel(loglevel)
