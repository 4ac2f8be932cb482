"""What is done by the clock (Celery beat), or by cron with the command of the same name."""

from typing import Any

from celery.schedules import crontab


def every(seconds: int, task: str) -> dict[str, Any]:
    """Again and again; one that could not begin before the next is dropped."""
    return {"task": task, "schedule": float(seconds), "options": {"expires": seconds - 5}}


def nightly(minute: int, task: str) -> dict[str, Any]:
    """Once a day, at that minute past 8 UTC: the small hours in Canada."""
    return {"task": task, "schedule": crontab(hour=8, minute=minute)}


def in_the_morning(minute: int, task: str) -> dict[str, Any]:
    """Once a day, at that minute past 11 UTC: six or seven in Toronto."""
    return {"task": task, "schedule": crontab(hour=11, minute=minute)}


SCHEDULE = {
    # Whatever is still owed goes within a minute, whoever forgot to ask for it.
    "post letters": every(60, "network.tasks.post_letters"),
    # What is to be sent at a time, and what a worker that was killed left unwritten.
    "write announcements": every(60, "network.tasks.write_announcements"),
    # Who supports what was merged, once the hour to undo that is over.
    "tell of merges": every(300, "proposals.tasks.tell_of_merges"),
    # What was in files that moderators took off, once the hour to undo that is over.
    "forget briefs": every(300, "proposals.tasks.forget_briefs"),
    # What came to join@, where it is read from a mailbox.
    "read the mailbox": every(60, "network.tasks.read_mailbox"),
    "judge what was not judged": every(300, "network.tasks.judge_messages"),
    # Calls for ideas open by themselves; who follows them is told.
    "record openings": every(300, "proposals.tasks.record_openings"),
    "write digests": in_the_morning(0, "proposals.tasks.write_digests"),
    "tell staff what waits": in_the_morning(10, "network.tasks.write_morning_letters"),
    # What a broker that was away, or a load that was cut off, left out of the index.
    "rebuild the search index": nightly(20, "commitments.tasks.rebuild_search_index"),
    "rebuild that of proposals": nightly(25, "proposals.tasks.rebuild_search_index"),
    "count how far the network reaches": nightly(40, "network.tasks.count_reach"),
    # All that is kept of people for a time only (docs/keeping.md).
    "keep little": nightly(45, "network.tasks.keep_little"),
}
