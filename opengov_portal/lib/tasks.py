"""Asking for work to be done after the answer, without ever failing the visitor for it."""

import logging
from functools import partial

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)


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
        task.delay(*args)
    except Exception as error:  # whatever ails the broker, the visitor is not told to wait
        logger.error("%s was not handed to a worker: %s", task.name, error)
