"""Readers' pages come from the replica while it keeps up, and from the database when not."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.db import OperationalError

from bench.servers import PostgreSQL, Process
from opengov_portal.lib import replica
from tests.portal.test_settings import ROOT, SAFE, start

# --- Which database is asked -------------------------------------------------------


@pytest.fixture
def two(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES, "replica", {})
    monkeypatch.setattr(replica.Replica, "away_until", 0)


def test_without_a_replica_nobody_asks_whether_it_keeps_up():
    def asked():
        raise AssertionError

    assert replica.read(replica.alias, asked) == "default"


@pytest.mark.parametrize(("keeps_up", "alias"), [(True, "replica"), (False, "default")])
def test_it_is_read_only_while_it_keeps_up(two, keeps_up, alias):
    assert replica.read(replica.alias, lambda: keeps_up) == alias
    assert replica.alias() == "default"


def test_writes_and_tables_are_the_databases_own(two):
    router = replica.Router()

    assert replica.read(lambda: router.db_for_read(None), lambda: True) == "replica"
    assert replica.read(lambda: router.db_for_write(None), lambda: True) == "default"
    assert not router.allow_migrate("replica", "network")
    assert router.allow_migrate("default", "network")


class Line:
    def close(self):
        pass


def test_one_that_fails_half_way_is_not_missed_and_then_left_alone(two, monkeypatch, caplog):
    monkeypatch.setattr(replica, "connections", {"replica": Line()})
    asked = []

    def page():
        asked.append(replica.alias())
        if asked[-1] == "replica":
            raise OperationalError("canceling statement due to conflict with recovery")
        return "page"

    assert replica.read(page, lambda: True) == "page"
    assert replica.read(page, lambda: True) == "page"
    assert asked == ["replica", "default", "default"]
    assert "left alone" in caplog.text


def test_what_the_page_itself_refuses_is_not_asked_twice(two):
    asked = []

    def page():
        asked.append(replica.alias())
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        replica.read(page, lambda: True)
    assert asked == ["replica"]


def test_a_replica_of_sqlite_stops_the_start(tmp_path):
    said = start(tmp_path, **SAFE, DATABASE_REPLICA_URL="postgres://portal@127.0.0.1/portal")

    assert "DATABASE_REPLICA_URL is for PostgreSQL" in said.stderr


# --- A real one, by streaming replication --------------------------------------------

ASKS = """
import json, sys
from io import StringIO
import django
django.setup()
from django.core.cache import caches
from django.core.management import call_command
from django.db import connections
from django.test import Client
import psycopg
from commitments.models import ActionPlan, Commitment
from network.models import Edition
from opengov_portal.lib.deployment import replica as looked_at
from opengov_portal.lib.replica import Replica

call_command("migrate", verbosity=0)
call_command("load_plans", stdout=StringIO())
client = Client(headers={"host": "portal.example"}, **{"wsgi.url_scheme": "https",
    "HTTP_X_FORWARDED_PROTO": "https"})
told = {}

def counting(name):
    def count(execute, sql, *arguments):
        asked[name] += 1
        if name == "default":
            asked["sql"].append(sql)
        return execute(sql, *arguments)
    return count

wrapped = {name: counting(name) for name in ("default", "replica")}

def ask(path):
    global asked
    asked = {"default": 0, "replica": 0, "sql": []}
    caches["pages"].clear()
    from contextlib import ExitStack
    with ExitStack() as stack:
        for name, wrap in wrapped.items():
            stack.enter_context(connections[name].execute_wrapper(wrap))
        response = client.get(path)
    return {"status": response.status_code, **asked, "text": response.content.decode()}

def rename(title):
    Commitment.objects.filter(number=19, plan__slug="2016-2018").update(title_en=title)
    Edition.advance()

PAGE = "/en/plans/2016-2018/19/"
standby = psycopg.connect(sys.argv[1], autocommit=True)

def settle():
    import time
    for _time in range(300):
        if Edition.current(using="replica") == Edition.current():
            return
        time.sleep(0.1)
    raise AssertionError("the replica never caught up")

settle()
told["keeps up"] = ask(PAGE)
told["lists"] = ask("/en/commitments/?q=science")
told["finding"] = [each.words for each in looked_at()]
standby.execute("SELECT pg_wal_replay_pause()")
rename("A title the replica has not seen")
told["behind"] = ask(PAGE)
standby.execute("SELECT pg_wal_replay_resume()")
settle()
told["again"] = ask(PAGE)
print("STOP", flush=True)
sys.stdin.readline()
rename("A title of after the replica went")
told["away"] = ask(PAGE)
told["left alone"] = ask(PAGE)
told["finding away"] = [each.words for each in looked_at()]
print(json.dumps(told))
"""


@pytest.fixture
def servers():
    """Two real servers: a database, and its copy by streaming replication."""
    try:
        with ExitStack() as stack:
            first = stack.enter_context(PostgreSQL())
            folder = Path(tempfile.mkdtemp(prefix="replica-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            if "user" in first.who:
                os.chown(folder, first.who["user"], first.who["group"])
            copy = ["pg_basebackup", "--host", str(first.folder), "--username", "postgres"]
            copy += ["--pgdata", str(folder / "data"), "--write-recovery-conf", "--no-sync"]
            programs = first.programs()
            subprocess.run(
                [str(programs / copy[0]), *copy[1:], "--checkpoint=fast"],
                check=True,
                capture_output=True,
                **first.who,
            )
            url = f"postgres://postgres@{quote(str(folder), safe='')}/portal"

            def answers():
                try:
                    psycopg.connect(url).close()
                except psycopg.OperationalError:
                    return False
                return True

            server = [str(programs / "postgres"), "-D", str(folder / "data")]
            server += ["-k", str(folder), "-h", ""]
            second = Process(*server, ready=answers, ending=2, **(first.who | {"cwd": folder}))
            stack.callback(lambda: second.running.poll() is None and second.end())
            yield first, second, url
    except SystemExit as error:
        pytest.skip(str(error))


def test_a_real_replica_is_read_while_it_keeps_up(servers, tmp_path):
    first, second, url = servers
    script = tmp_path / "asks.py"
    script.write_text(ASKS, encoding="utf-8")
    environment = SAFE | {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "opengov_portal.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": first.url,
        "DATABASE_REPLICA_URL": url,
        "REDIS_URL": "",
        "TRUST_PROXY": "on",
        "EDITION_MEMO_SECONDS": "0",
        "PYTHONWARNINGS": "ignore",
        "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }
    with subprocess.Popen(
        [sys.executable, str(script), url],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as asking:
        before = asking.stdout.readline()
        if before == "STOP\n":
            second.end()
        told, errors = asking.communicate("\n", timeout=120)
    assert asking.returncode == 0, errors
    told = json.loads(told)

    assert {told[name]["status"] for name in told if "finding" not in name} == {200}
    # The edition is asked of the database, and all else of the replica.
    for name in ("keeps up", "lists", "again"):
        assert told[name]["sql"]
        assert all("network_edition" in sql for sql in told[name]["sql"]), name
    assert told["keeps up"]["replica"] > 3
    assert told["lists"]["replica"] > 3
    assert told["finding"] == ["The replica keeps up."]
    # Behind, it is asked how far it is, and no more.
    assert told["behind"]["replica"] == 1
    assert "A title the replica has not seen" in told["behind"]["text"]
    assert "A title the replica has not seen" in told["again"]["text"]
    # Gone, it is not missed.
    assert "A title of after the replica went" in told["away"]["text"]
    assert told["left alone"]["replica"] == 0
    assert "does not answer" in told["finding away"][0]
