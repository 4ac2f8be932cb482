"""Workers who write at once, and one that is killed, leave each member one letter."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from django.db import connection

from network import announcing
from network.announcing import Press, write_due
from network.models import Announcement, Letter
from tests.factories import make_readers
from tests.network.announcements.sending import begun, begun_quietly, letters, once_each
from tests.portal.test_tasks import url_of

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


def test_a_worker_killed_in_a_batch_leaves_it_whole_to_the_next(staff, small_batches, monkeypatch):
    make_readers(8)
    announcement = begun(staff)
    real, calls = Letter.objects.bulk_create, []

    def killed_the_second_time(*args, **kwargs):
        calls.append(1)
        made = real(*args, **kwargs)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(Letter.objects, "bulk_create", killed_the_second_time)
    with pytest.raises(KeyboardInterrupt):
        write_due()
    assert letters(announcement).count() == 3

    write_due()

    assert letters(announcement).values("user").distinct().count() == 8
    announcement.refresh_from_db()
    assert announcement.written == 8


def test_of_two_workers_with_one_batch_one_writes_it(staff, small_batches):
    make_readers(6)
    begun(staff)
    first, second = (Press(Announcement.objects.get()) for _each in range(2))
    readers, same = first.next_readers(), second.next_readers()

    assert first.keep(readers)
    assert not second.keep(same)

    assert Letter.objects.filter(kind="list").count() == 3
    assert Announcement.objects.get().written == 3


def at_once(work):
    threads = [Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="one process shares the memory")
def test_workers_at_once_write_every_letter_once(staff, small_batches):
    make_readers(60)
    announcement = begun_quietly(staff)
    ready, wrote = Barrier(3), []

    def work():
        ready.wait(10)
        while not Announcement.objects.get(pk=announcement.pk).written_at:
            wrote.append(write_due()[0])
        connection.close()

    at_once([work] * 3)

    assert sum(wrote) == 60
    once_each(announcement, 60)


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_one_that_is_killed_leave_every_member_one_letter(staff, tmp_path):
    """In processes of their own, on either database."""
    count = 4 * announcing.BATCH
    make_readers(count)
    announcement = begun_quietly(staff)
    url = f"sqlite:///{tmp_path / 'portal.sqlite3'}"
    if connection.vendor == "sqlite":  # theirs cannot see ours in memory
        with sqlite3.connect(tmp_path / "portal.sqlite3") as theirs:
            connection.connection.backup(theirs)
        theirs.close()
    else:
        url = url_of(connection.settings_dict)
    environment = os.environ | {"DATABASE_URL": url, "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "write_announcements"]

    def worker():
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)

    def written():
        if connection.vendor == "postgresql":
            return Announcement.objects.get().written
        with sqlite3.connect(tmp_path / "portal.sqlite3", timeout=20) as theirs:
            [found] = theirs.execute("SELECT written FROM network_announcement").fetchone()
        theirs.close()
        return found

    first = worker()
    deadline = time.monotonic() + 60
    while not written() and time.monotonic() < deadline:
        Event().wait(0.01)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert 0 < written() <= count

    others = [worker(), worker()]
    assert [other.wait(60) for other in others] == [0, 0]
    assert worker().wait(60) == 0  # where both met, the next sweep goes on

    if connection.vendor == "sqlite":
        with sqlite3.connect(tmp_path / "portal.sqlite3") as theirs:
            rows = theirs.execute(
                "SELECT COUNT(*), COUNT(DISTINCT user_id) FROM network_letter "
                "WHERE announcement_id IS NOT NULL"
            ).fetchone()
        theirs.close()
        assert rows == (count, count)
        assert written() == count
    else:
        once_each(announcement, count)
