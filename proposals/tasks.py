"""Work after the answer: each can be run again, and by hand by a command of its name."""

from celery import current_app, shared_task

from network.tasks import post_letters
from opengov_portal.lib.tasks import ask
from proposals import digesting, happenings, telling
from proposals.models import Brief
from proposals.search import indexing

# A run ends after so long and asks for the next, so that other work has its turn.
TURN_SECONDS = 50
# Without a broker it is a visitor who waits for the end of it.
TURN_SECONDS_HERE = 2


@shared_task
def write_digests() -> int:
    """Write this morning's letters to those who follow something. Returns how many."""
    here = current_app.conf.task_always_eager
    written, is_cut_off = digesting.write_due(TURN_SECONDS_HERE if here else TURN_SECONDS)
    if is_cut_off and not here:
        ask(write_digests)
    return written


@shared_task
def record_openings() -> int:
    """Write down the calls that have opened since, for feeds and digests. Returns how many."""
    return happenings.record_openings()


@shared_task
def rebuild_search_index() -> int:
    """Index every public proposal afresh. Returns how many there are."""
    return indexing.rebuild()


@shared_task
def forget_briefs() -> int:
    """Delete what was in the files that moderators took off an hour ago. Returns how many."""
    return Brief.delete_taken_off()


@shared_task
def tell_of_merges() -> int:
    """Write to those who support what was merged an hour ago. Returns how many letters."""
    here = current_app.conf.task_always_eager
    written = telling.tell(TURN_SECONDS_HERE if here else TURN_SECONDS)
    if written:
        ask(post_letters)
    return written
