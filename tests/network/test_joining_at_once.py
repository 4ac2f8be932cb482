"""Many at once, on either database: one letter, one member. And a mail server that is away."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from threading import Timer

import pytest
from django.db import connection

from bench.sink import Sink
from network.models import Consent, Edition, JoinRequest, Letter, Member, Organization, User
from network.posting import post_due
from tests.factories import make_join_request
from tests.portal.test_tasks import broker_that_is_down, url_of

__all__ = ["broker_that_is_down"]  # a fixture

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
EACH = 2  # processes: more than one, and this machine has few cores

# A process of its own: is told some work, says that it is ready, waits for the word, does
# it, and says what came. Its connection is its own for that long.
PROCESS = """
import django, json, sys
django.setup()
from django.db import connection
from network import actions
from network.models import *
for line in sys.stdin:
    work, scope = json.loads(line), dict(globals())
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    exec(work, scope)
    connection.close()
    print(json.dumps(scope["came"]), flush=True)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("at_once")


@pytest.fixture(scope="module")
def processes(folder, django_db_setup):
    """Started once, since starting takes longer than any of the work."""
    url = f"sqlite:///{folder / 'portal.sqlite3'}"
    if connection.vendor != "sqlite":
        url = url_of(connection.settings_dict)
    environment = os.environ | {
        "DATABASE_URL": url,
        "REDIS_URL": "",
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "opengov_portal.settings",
        "SITE_URL": "https://portal.example",
    }
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    command = [sys.executable, "-c", PROCESS]
    begun = [
        subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes)
        for _each in range(EACH)
    ]
    yield begun
    for process in begun:
        process.kill()
        process.communicate()


@pytest.fixture
def at_once(folder, processes):
    """Does some work in two processes at the same moment; gives what each said."""

    def tell(process, said):
        process.stdin.write(f"{said}\n")
        process.stdin.flush()

    def hear(process):
        late = Timer(60, process.kill)
        late.start()
        said = process.stdout.readline()
        late.cancel()
        return said or pytest.fail(process.stderr.read())

    def run(*works):
        if connection.vendor == "sqlite":  # theirs cannot see ours in memory
            for old in folder.glob("portal.sqlite3*"):
                old.unlink()
            with sqlite3.connect(folder / "portal.sqlite3") as theirs:
                connection.connection.backup(theirs)
            theirs.close()
        for process, work in zip(processes, works, strict=True):
            tell(process, json.dumps(work))
        assert [hear(process) for process in processes] == ["ready\n"] * EACH
        for process in processes:
            tell(process, "go")
        came = [json.loads(hear(process)) for process in processes]
        if connection.vendor == "sqlite":
            with sqlite3.connect(folder / "portal.sqlite3") as theirs:
                theirs.backup(connection.connection)
            theirs.close()
        return came

    return run


ASK = """came = [bool(actions.ask_to_join(
    "{email}", language="en", how="form")) for _n in range(3)]"""
CONFIRM = """came = actions.confirm(
    JoinRequest.objects.get(pk={pk}), how=Consent.How.FORM) is not None"""


def test_of_those_who_ask_at_once_for_one_address_one_gets_the_letter(at_once):
    came = at_once(*[ASK.format(email=e) for e in ("ada@example.org", "ADA+x@example.org")])

    assert sorted(yes for each in came for yes in each) == [False] * 5 + [True]
    assert JoinRequest.objects.count() == Letter.objects.count() == 1


def test_of_two_confirmations_at_once_of_one_request_one_makes_the_member(at_once):
    asked = make_join_request(organization_name="Friends")

    came = at_once(*[CONFIRM.format(pk=asked.pk)] * 2)

    assert sorted(came) == [False, True]
    assert Member.objects.count() == User.objects.count() == Consent.objects.count() == 1
    assert Organization.objects.count() == 1
    assert Letter.objects.filter(template="network/emails/welcome").count() == 1


def test_of_two_requests_of_one_address_confirmed_at_once_there_is_one_member(at_once):
    first = make_join_request(email="ada@example.org")
    JoinRequest.objects.update(created_at="2026-01-01T00:00Z")
    second = make_join_request(email="Ada@Example.org")
    JoinRequest.objects.filter(pk=first.pk).update(created_at=second.created_at)

    came = at_once(*[CONFIRM.format(pk=asked.pk) for asked in (first, second)])

    assert came == [True, True]
    assert Member.objects.count() == User.objects.count() == Consent.objects.count() == 1
    assert Letter.objects.filter(template="network/emails/welcome").count() == 1


def test_two_who_name_one_new_organization_at_once_wait_for_one(at_once):
    Edition.advance()  # the row of which they take turns: every portal has it
    both = [make_join_request(organization_name="Friends") for _n in range(2)]

    came = at_once(*[CONFIRM.format(pk=asked.pk) for asked in both])

    assert came == [True, True]
    assert Member.objects.count() == 2
    assert Organization.objects.count() == 1


def test_of_many_who_count_at_once_none_is_forgotten(at_once):
    count = """from network.models.tally import Limit
came = [Tally.count([Limit("once", 600, 1)])[0].times for _n in range(40)]"""

    came = at_once(count, count)

    assert sorted(times for each in came for times in each) == list(range(1, 81))


def test_of_the_same_code_tried_at_once_five_tries_are_all_there_are(at_once):
    asked = make_join_request()
    tries = f"""mine = JoinRequest.objects.get(pk={asked.pk})
came = [mine.try_code("wrong!") for _n in range(5)]"""

    at_once(tries, tries)

    assert JoinRequest.objects.get().code_tries == 5


def test_with_the_broker_and_the_mail_server_down_one_still_joins(
    fill_in, broker_that_is_down, smtp, monkeypatch
):
    """Redis and SMTP away: the page in under a second, and the letter when they are back."""
    smtp(1)  # a port of this machine where nobody listens
    fill_in(email="nobody", network="198.51.100.7")  # the first page of a process is slow
    begun = time.monotonic()

    response = fill_in(email="ada@example.org")

    assert time.monotonic() - begun < 1
    assert response.status_code == 302
    letter = Letter.objects.get()
    assert letter.state == Letter.State.OWED
    assert post_due() == {"owed": 1}
    Letter.objects.update(next_try_at=letter.owed_since)
    with Sink() as sink:
        smtp(sink.port)
        assert post_due() == {"posted": 1}
        assert sink.taken == {letter.message_id: 1}
