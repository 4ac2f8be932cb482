"""What Prometheus is told, by whom it may be asked, and that several processes are added up."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from django.utils import timezone

from network.models import Letter
from opengov_portal.celery import app
from tests.network.letters import as_state, make_letter
from tests.portal.test_settings import ROOT, SAFE
from tools.served import free_port

TOKEN = "a-token-of-this-test-alone-0123456789"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@app.task(name="tests.count_me")
def count_me(broken):
    if broken:
        raise RuntimeError("a made-up fault")


@pytest.fixture
def counted(settings):
    settings.METRICS_TOKEN = TOKEN


def read(text):
    """Each number, by the name and labels before it."""
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


# --- Who may ask --------------------------------------------------------------


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_who_does_not_know_the_token_finds_no_such_page(client, db, counted, given):
    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer", f"Bearer {TOKEN}"])
def test_without_a_token_set_there_is_no_such_page_for_anybody(client, db, settings, given):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_who_knows_it_is_told_and_nobody_keeps_the_answer(client, db, counted):
    response = client.get("/metrics", headers=BEARER)

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    assert response["Cache-Control"] == "private, no-store"


# --- What is told -------------------------------------------------------------


def test_the_outbox_is_told_by_depth_and_age(client, db, counted):
    for minutes in (-10, 10):
        letter = make_letter()
        at = timezone.now() + timedelta(minutes=minutes)
        Letter.objects.filter(pk=letter.pk).update(next_try_at=at)
    as_state(make_letter(), Letter.State.FAILED)

    told = read(client.get("/metrics", headers=BEARER).text)

    assert told["portal_letters_owed"] == 2
    assert told["portal_letters_failed"] == 1
    assert 599 < told["portal_letters_due_seconds"] < 700


@pytest.mark.worker
def test_the_queue_is_told_by_depth(client, db, counted, settings):
    if not settings.REDIS_URL:
        pytest.skip("TEST_REDIS_URL is not set")
    app.conf.task_always_eager = False
    count_me.delay(False)

    told = read(client.get("/metrics", headers=BEARER).text)
    app.control.purge()

    assert told["portal_tasks_waiting"] >= 1
    assert told["portal_tasks_taken"] == 0


def test_a_broker_that_is_away_is_told_no_number(client, db, counted, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert "tasks_waiting" not in client.get("/metrics", headers=BEARER).text


def test_tasks_are_counted_by_how_they_ended(client, db, counted):
    count_me.apply([False])
    count_me.apply([True])

    told = read(client.get("/metrics", headers=BEARER).text)

    assert told['portal_tasks_total{state="SUCCESS",task="tests.count_me"}'] == 1
    assert told['portal_tasks_total{state="FAILURE",task="tests.count_me"}'] == 1
    assert told['portal_task_seconds_count{task="tests.count_me"}'] == 2


def test_tasks_are_not_counted_where_nobody_asks(db, settings, monkeypatch):
    settings.METRICS_TOKEN = ""
    monkeypatch.setitem(sys.modules, "opengov_portal.lib.metrics", None)

    assert count_me.apply([False]).state == "SUCCESS"


# --- Several processes --------------------------------------------------------


@pytest.fixture
def site(tmp_path):
    """A portal of two processes that counts; what it answers, and how it is begun anew."""
    port = free_port()
    environment = SAFE | {
        "PATH": os.environ["PATH"],
        "SITE_URL": f"http://127.0.0.1:{port}",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "PORT": str(port),
        "METRICS_TOKEN": TOKEN,
        "LOG_FORMAT": "json",
        "PYTHONWARNINGS": "ignore",
    }
    (tmp_path / "static").mkdir()

    class Site:
        def begin(self):
            self.log = open(tmp_path / "log", "a+", encoding="utf-8")  # noqa: SIM115
            self.server = subprocess.Popen(
                [sys.executable, "-m", "gunicorn"], cwd=ROOT, env=environment, stderr=self.log
            )
            for _attempt in range(600):
                try:
                    self.ask("/healthz")
                    return
                except OSError:
                    time.sleep(0.1)
            raise AssertionError((tmp_path / "log").read_text())

        def end(self):
            self.server.send_signal(signal.SIGTERM)
            self.server.wait(timeout=30)
            self.log.close()

        def ask(self, path, **headers):
            request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    return answer.read().decode()
            except urllib.error.HTTPError as error:
                return str(error.code)

        def told(self):
            return read(self.ask("/metrics", **BEARER))

        def workers(self):
            lines = (tmp_path / "log").read_text(encoding="utf-8")
            return [int(pid) for pid in re.findall(r"Booting worker with pid: (\d+)", lines)]

    site = Site()
    site.begin()
    yield site
    site.end()


def test_several_processes_are_added_up_and_outlive_one_of_them(site):
    healthy = 'portal_requests_total{method="GET",status="200",view="healthz"}'
    for _time in range(30):
        site.ask("/healthz")
    site.ask("/robots.txt?address=ada@example.org")
    before = site.told()
    again = [site.told()[healthy] for _time in range(6)]

    assert before[healthy] >= 31
    assert again == [before[healthy]] * 6
    assert not [name for name in before if "ada" in name]

    os.kill(site.workers()[0], signal.SIGTERM)
    while len(site.workers()) < 3:
        time.sleep(0.1)
    assert site.told()[healthy] == before[healthy]

    site.end()
    site.begin()
    assert site.told()[healthy] < 10
