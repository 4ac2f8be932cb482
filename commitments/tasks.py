"""Work after the answer: each can be run again, and by hand by a command of its name."""

from celery import shared_task

from commitments.search import indexing


@shared_task
def rebuild_search_index() -> int:
    """Index every commitment afresh. Returns how many there are."""
    return indexing.rebuild()
