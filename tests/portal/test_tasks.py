"""Work after the answer: here without a broker, by a worker with one, and never lost quietly."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from threading import Event

import pytest
from django.conf import settings
from django.db import connection, transaction
from modelsearch.models import IndexEntry

from commitments.models import Word
from commitments.tasks import rebuild_search_index
from opengov_portal.celery import app
from opengov_portal.lib.logs import of_request
from opengov_portal.lib.tasks import ask
from tests.factories import make_commitment

DONE = []


@pytest.fixture(autouse=True)
def nothing_done():
    DONE.clear()


@app.task(name="tests.note")
def note(word):
    DONE.append(word)


@app.task(name="tests.fail")
def fail():
    raise RuntimeError("a made-up fault")


@pytest.fixture
def broker_that_is_down(monkeypatch):
    """Celery as with REDIS_URL, at a port of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app.conf.task_always_eager = False  # until the next test, which sets it again
    nowhere = f"redis://127.0.0.1:{port}/0"
    monkeypatch.setattr(app, "connection_for_write", partial(app.connection_for_write, nowhere))
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


def test_without_a_broker_a_task_runs_in_this_process(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ask(note, "hello")

    assert DONE == ["hello"]


@pytest.mark.django_db(transaction=True)
def test_a_task_waits_for_the_commit():
    with transaction.atomic():
        ask(note, "hello")
        before = list(DONE)

    assert before == []
    assert DONE == ["hello"]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_taken_back_asks_for_nothing():
    with transaction.atomic():
        ask(note, "hello")
        transaction.set_rollback(True)

    assert DONE == []


@pytest.mark.django_db(transaction=True)
def test_a_task_that_fails_is_logged_and_not_raised(caplog):
    ask(fail)

    assert "a made-up fault" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_holds_nobody_up(broker_that_is_down, caplog):
    begun = time.monotonic()

    ask(note, "hello")

    assert time.monotonic() - begun < 1
    assert DONE == []
    assert "tests.note was not handed to a worker" in caplog.text


@pytest.fixture
def worker():
    """A real worker, in a process of its own, on the database and the Redis of this test."""
    if not settings.REDIS_URL:
        pytest.skip("TEST_REDIS_URL is not set: it says which Redis a real worker may use")
    if connection.vendor == "sqlite":
        pytest.skip("a worker cannot see SQLite in memory: set TEST_DATABASE_URL as well")
    whole = dict(os.environ, DATABASE_URL=url_of(connection.settings_dict), LOG_FORMAT="json")
    command = [sys.executable, "-m", "celery", "-A", "opengov_portal", "worker"]
    running = subprocess.Popen(
        [*command, "--pool", "solo", "--loglevel", "INFO"],
        env=whole,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield running
    running.send_signal(signal.SIGTERM)
    running.wait(timeout=20)


def url_of(database):
    """The address of a database as DATABASE_URL gives it."""
    password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    place = f"{database['HOST']}:{database['PORT'] or 5432}"
    return f"postgres://{database['USER']}{password}@{place}/{database['NAME']}"


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_rebuilds_the_search_index_when_asked(worker):
    promised = make_commitment(title_en="Publish the zymurgy registers")
    app.conf.task_always_eager = False

    with of_request("a-12345678"):
        ask(rebuild_search_index)

    assert soon(lambda: Word.objects.filter(written__iexact="zymurgy").exists())
    assert IndexEntry.objects.filter(object_id=str(promised.pk)).exists()
    # What the worker logs of it says which request asked.
    worker.send_signal(signal.SIGTERM)
    lines = [
        json.loads(line)
        for line in worker.communicate(timeout=20)[1].splitlines()
        if line[:1] == "{"
    ]
    [done] = [line for line in lines if " succeeded in " in line["message"]]
    assert done["request"] == "a-12345678"


def soon(question, seconds=30):
    """Whether it becomes true within some seconds."""
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            return False
        Event().wait(0.05)
    return True


def test_every_task_that_the_clock_asks_for_is_one_we_have(settings):
    app.loader.import_default_modules()

    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks
