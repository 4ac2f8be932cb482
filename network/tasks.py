"""Work after the answer: each can be run again, and by hand by a command of its name."""

import time

from celery import current_app, shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from network import announcing, forgetting, posting, reach
from network.desk import waiting_for
from network.emails.desk import morning
from network.emails.words import language_of
from network.models import User
from network.receiving import judge_all, mailbox
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


@shared_task
def count_reach() -> bool:
    """Count the members anew, if enough came or went since. Returns whether it did."""
    return reach.count_again()


@shared_task
def write_announcements() -> int:
    """Write the letters of announcements whose time has come. Returns how many."""
    here = current_app.conf.task_always_eager
    written, is_cut_off = announcing.write_due(TURN_SECONDS_HERE if here else TURN_SECONDS)
    if written:
        ask(post_letters)
    if is_cut_off and not here:
        ask(write_announcements)
    return written


@shared_task
def write_morning_letters() -> int:
    """Tell staff who asked for it what waits for them. Returns how many letters there are today.

    Who has nothing waiting gets none; run twice in a day, each gets one.
    """
    today, letters = timezone.localdate(), 0
    asked = User.objects.filter(is_active=True, is_staff=True, morning_letter=True)
    for user in asked.order_by("pk"):
        with override(language_of(user)):
            piles = [pile for pile in waiting_for(user) if pile.count]
            if piles:
                morning(user, piles, today)
                letters += 1
    return letters


@shared_task
def read_mailbox() -> int:
    """Take what is in the mailbox of join@, if there is one. Returns how many messages."""
    return mailbox.read_mailbox() if settings.JOIN_IMAP_URL else 0


@shared_task
def judge_messages() -> int:
    """Judge what was kept and not judged. Returns how many messages."""
    return judge_all()


@shared_task
def keep_little() -> dict[str, int | None]:
    """Forget what has been kept long enough; how many of each kind (`Night`)."""
    return dict(forgetting.keep_little().counts)
