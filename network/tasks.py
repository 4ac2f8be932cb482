"""Work after the answer: each can be run again, and by hand by a command of its name."""

import time

from celery import current_app, shared_task

from network import posting
from opengov_portal.lib.tasks import ask

# A run ends after so long and asks for the next, so that other work has its turn.
TURN_SECONDS = 50
# Without a broker it is a visitor who waits for the end of it.
TURN_SECONDS_HERE = 2


@shared_task
def post_letters() -> dict[str, int]:
    """Post the letters that are due. Returns how many ended in which state."""
    here = current_app.conf.task_always_eager
    seconds, begun = TURN_SECONDS_HERE if here else TURN_SECONDS, time.monotonic()
    became = posting.post_due(seconds)
    if not here and time.monotonic() - begun >= seconds:
        ask(post_letters)
    return dict(became)
