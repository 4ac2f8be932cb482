"""`/metrics`: what Prometheus asks of the portal, for who knows METRICS_TOKEN."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from redis import Redis, RedisError

from network.models import Letter
from opengov_portal.celery import app

if TYPE_CHECKING:
    from prometheus_client import Metric


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For all others there is no such page."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    known = constant_time_compare(token, settings.METRICS_TOKEN)
    if not (settings.METRICS_TOKEN and kind == "Bearer" and known):
        raise Http404
    from opengov_portal.lib.metrics import told  # only where something is counted

    content = told(Outbox(), Queue())
    response = HttpResponse(content, content_type="text/plain; version=1.0.0; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def gauge(name: str, words: str, value: float) -> "Metric":
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(f"portal_{name}", words, value=value)


class Outbox:
    """The letters that are owed, as the database knows them: the same on every host."""

    def collect(self) -> Iterator["Metric"]:
        now = timezone.now()
        try:
            owed, failed = Letter.objects.owed().count(), Letter.objects.failed().count()
            due = Letter.objects.due(now).aggregate(oldest=Min("next_try_at"))["oldest"]
        except (OperationalError, InterfaceError):
            return  # no number is better than a wrong one; /readyz says why
        yield gauge("letters_owed", "Letters that are yet to be posted.", owed)
        yield gauge("letters_failed", "Letters that were given up, for staff to see to.", failed)
        waited = (now - due).total_seconds() if due else 0
        yield gauge(
            "letters_due_seconds", "How long the oldest letter that may go has waited.", waited
        )


class Queue:
    """The tasks that wait for a worker, as the broker knows them."""

    def collect(self) -> Iterator["Metric"]:
        if not settings.REDIS_URL:
            return
        waits: dict[str, Any] = {"socket_connect_timeout": 1, "socket_timeout": 1}
        try:
            with Redis.from_url(settings.REDIS_URL, **waits) as broker:
                waiting = broker.llen(app.conf.task_default_queue)
                taken = broker.hlen("unacked")
        except (RedisError, OSError):
            return
        yield gauge("tasks_waiting", "Tasks that no worker has taken yet.", float(waiting))
        yield gauge("tasks_taken", "Tasks that a worker has taken and not yet done.", float(taken))
