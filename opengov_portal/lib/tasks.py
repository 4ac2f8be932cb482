"""Asking for work to be done after the answer, without ever failing the visitor for it."""

import logging
import time
from functools import partial
from typing import Any

from celery import Task
from django.conf import settings
from django.db import transaction

from opengov_portal.lib.logs import about

logger = logging.getLogger(__name__)


class PortalTask(Task):
    """A task that is logged as of the request that asked for it, and counted when it ends."""

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        asked_by = (self.request.headers or {}).get("about")
        self.request.before = about.set(asked_by or about.get() or task_id)
        self.request.begun = time.perf_counter()

    def after_return(self, status: str, *told: Any) -> None:
        about.reset(self.request.before)
        if settings.METRICS_TOKEN:
            from opengov_portal.lib import metrics  # only where something is counted

            metrics.task_seconds.labels(self.name).observe(time.perf_counter() - self.request.begun)
            metrics.tasks.labels(self.name, status).inc()


def ask(task: Task, *args: object) -> None:
    """Ask for a task once the present transaction is committed; at once without one.

    With a broker a worker does it; without one it runs here. Either way nothing
    is raised: a task that fails, or a broker that is away, is logged, and the
    request goes on. So a task is given ids or nothing, can be run again, and
    what must not be lost has a sweep that finds it still undone.
    """
    transaction.on_commit(partial(_send, task, args))


def _send(task: Task, args: tuple[object, ...]) -> None:
    try:
        task.apply_async(args, headers={"about": about.get()})
    except Exception as error:  # whatever ails the broker, the visitor is not told to wait
        logger.error("%s was not handed to a worker: %s", task.name, error)
