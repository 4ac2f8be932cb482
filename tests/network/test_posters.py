"""Several posters at once, and one that is killed: each letter goes, and once."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from django.db import connection
from django.utils import timezone

from bench.sink import STALL
from network.models import Letter
from network.posting import post_due
from tests.network.letters import as_state, make_letter
from tests.portal.test_tasks import url_of

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def test_one_killed_half_way_owes_its_letter_again_after_the_lease(sink):
    letter = as_state(make_letter(), Letter.State.CLAIMED)
    assert post_due() == {}

    Letter.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert post_due() == {"posted": 1}

    assert sink.taken == {letter.message_id: 1}


def test_one_that_kills_its_workers_waits_longer_each_time(sink):
    as_state(make_letter(), Letter.State.CLAIMED)
    Letter.objects.update(claimed_until=timezone.now(), attempts=4)

    assert post_due() == {}
    assert Letter.objects.get().next_try_at > timezone.now() + timedelta(minutes=3)


@pytest.fixture
def poster(tmp_path, sink):
    """Starts posters in processes of their own, on this test's database."""
    if connection.vendor == "sqlite":
        url = f"sqlite:///{tmp_path / 'portal.sqlite3'}"
    else:
        url = url_of(connection.settings_dict)
    begun = []

    def start():
        if connection.vendor == "sqlite" and not begun:  # theirs cannot see ours in memory
            with sqlite3.connect(tmp_path / "portal.sqlite3") as theirs:
                connection.connection.backup(theirs)
            theirs.close()
        begun.append(
            subprocess.Popen(
                [sys.executable, "manage.py", "post_letters"],
                cwd=ROOT,
                env=os.environ
                | {"DATABASE_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
                | {"EMAIL_TIMEOUT": "20", "VAR_DIR": str(tmp_path), "LETTER_LEASE_SECONDS": "1"},
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.communicate()


@pytest.mark.django_db(transaction=True)
def test_two_posters_at_once_post_every_letter_once(poster, sink):
    names = many_owed(60)

    both = [poster(), poster()]
    outcomes = [process.communicate(timeout=60)[0] for process in both]

    assert sink.taken == dict.fromkeys(names, 1)
    assert sum(int(n) for said in outcomes for n in re.findall(r"(\d+) posted", said)) == 60


@pytest.mark.django_db(transaction=True)
def test_a_poster_that_is_killed_loses_nothing_and_doubles_at_most_what_it_held(poster, sink):
    names = many_owed(40)
    half = Event()

    def answer(stage, said):
        if len(sink.taken) >= 20 and not half.is_set():
            half.set()
            return STALL
        return None

    sink.answer = answer
    victim = poster()
    assert half.wait(60)
    victim.send_signal(signal.SIGKILL)
    victim.wait(10)
    lapsed = time.monotonic() + 1.1
    poster().communicate(timeout=60)
    Event().wait(max(0, lapsed - time.monotonic()))
    poster().communicate(timeout=60)

    assert set(sink.taken) == set(names)
    assert sum(sink.taken.values()) <= 41


def many_owed(n):
    """Letters that this process has not tried to post itself."""
    made = [
        Letter.build(
            "network/emails/trial",
            to=f"reader{i}@example.org",
            language="en",
            key=f"many-{i}",
            context={},
        )
        for i in range(n)
    ]
    Letter.objects.bulk_create(made)
    return [letter.message_id for letter in made]
