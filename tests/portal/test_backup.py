"""A backup holds every row and every letter, and comes back whole or not at all."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import closing
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from opengov_portal.lib.backups import NotDone, back_up, unpacked
from proposals.models import Brief, Proposal
from tests.factories import make_announcement, make_commitment, make_proposal, make_support
from tests.network.letters import make_letter
from tests.portal.test_settings import ROOT, SAFE
from tests.portal.test_tasks import url_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def programs():
    if connection.vendor == "postgresql" and not shutil.which("pg_restore"):
        pytest.skip("PostgreSQL's programs are not here: apt-get install postgresql-client")


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    (settings.VAR_DIR / "mail").mkdir(parents=True)
    (settings.VAR_DIR / "mail" / "1.eml").write_bytes(b"Subject: \xc3\xa9t\xc3\xa9\r\n\r\nBonjour")
    return settings.VAR_DIR


@pytest.fixture
def portal():
    """Some of everything, with a file that someone sent."""
    commitment = make_commitment(title_en="Été : « à l’essai » \U0001f341")
    proposal = make_proposal()
    make_support(proposal)
    make_announcement()
    make_letter()
    content = bytes(range(256)) * 2000
    Brief.objects.create(proposal=proposal, content=content, size=len(content), digest="0" * 64)
    return commitment


class Place:
    """An empty place: a folder and, on PostgreSQL, a database of its own."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.folder.mkdir()
        self.url = ""
        if connection.vendor == "postgresql":
            self.url = url_of(connection.settings_dict | {"NAME": name})
            self.server = url_of(connection.settings_dict | {"NAME": "postgres"})
            self.say(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')

    def say(self, *sentences):
        with psycopg.connect(self.server, autocommit=True) as server:
            for sentence in sentences:
                server.execute(sentence)

    def manage(self, *words):
        environment = SAFE | {"PATH": os.environ["PATH"], "VAR_DIR": str(self.folder)}
        environment |= {"DATABASE_URL": self.url, "REDIS_URL": ""}
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def connect(self):
        if self.url:
            return psycopg.connect(self.url)
        return sqlite3.connect(self.folder / "portal.sqlite3")

    def rows(self, table):
        with closing(self.connect()) as found:
            return sorted(map(repr, found.execute(f'SELECT * FROM "{table}"').fetchall()))

    def end(self):
        if self.url:
            self.say(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path / "place", f"restored_{os.getpid()}")
    yield place
    place.end()


def rows_here(table):
    """As the database holds them; Django's own line to SQLite would read more into them."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(":memory:")) as plain:
            whole = bytearray(connection.connection.serialize())
            whole[18:20] = b"\1\1"  # once marked as a file with a WAL, it wants that beside it
            plain.deserialize(bytes(whole))
            return sorted(map(repr, plain.execute(f'SELECT * FROM "{table}"').fetchall()))
    with psycopg.connect(url_of(connection.settings_dict)) as plain:
        return sorted(map(repr, plain.execute(f'SELECT * FROM "{table}"').fetchall()))


def tables():
    """Every table; of SQLite's search, its inner ones too."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return [name for (name,) in cursor.fetchall()]
    return connection.introspection.table_names()


def test_every_row_and_every_letter_comes_back_in_an_empty_place(portal, var, place, tmp_path):
    call_command("backup", str(tmp_path / "all.zip"), stdout=StringIO())

    done = place.manage("restore", tmp_path / "all.zip")

    assert done.returncode == 0, done.stderr
    names = tables()
    assert len(names) > 50
    for name in names:
        assert place.rows(name) == rows_here(name), name
    assert rows_here("proposals_brief")
    assert rows_here("network_letter")
    letter = "mail/1.eml"
    assert (place.folder / letter).read_bytes() == (var / letter).read_bytes()
    # What comes next of a number is not taken, and nothing is left to migrate.
    made = (
        "from proposals.models import Brief; "
        "Brief.objects.create(content=b'a', size=1, digest='0' * 64)"
    )
    after = place.manage("shell", "--no-imports", "-c", made)
    assert after.returncode == 0, after.stderr
    assert place.manage("migrate", "--check").returncode == 0


def test_a_place_in_use_is_left_alone_unless_one_says_so(portal, var, place, tmp_path):
    call_command("backup", str(tmp_path / "first.zip"), stdout=StringIO())
    assert place.manage("restore", tmp_path / "first.zip").returncode == 0
    Proposal.objects.update(title="Another title")
    call_command("backup", str(tmp_path / "second.zip"), stdout=StringIO())
    before = place.rows("proposals_proposal")

    refused = place.manage("restore", tmp_path / "second.zip")

    assert refused.returncode == 1
    assert "There is a portal here already" in refused.stderr
    assert place.rows("proposals_proposal") == before
    assert place.manage("restore", tmp_path / "second.zip", "--overwrite").returncode == 0
    assert place.rows("proposals_proposal") == rows_here("proposals_proposal") != before
    # What was restored over can be backed up, and that restored, like any other.
    again = place.manage("backup", tmp_path / "third.zip")
    assert again.returncode == 0, again.stderr
    assert place.manage("restore", tmp_path / "third.zip", "--overwrite").returncode == 0


def test_it_is_for_its_owner_alone_and_never_takes_the_place_of_another(var, tmp_path):
    call_command("backup", str(tmp_path / "all.zip"), stdout=StringIO())
    before = (tmp_path / "all.zip").read_bytes()

    assert (tmp_path / "all.zip").stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(tmp_path / "all.zip"))
    assert (tmp_path / "all.zip").read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["all.zip", "var"]


def test_the_newest_are_kept(var):
    folder = var / "backups"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"portal-2020010{day}-000000.zip").touch()
    (folder / "mine.zip").touch()

    call_command("backup", "--keep", "2", stdout=StringIO())

    kept = sorted(each.name for each in folder.iterdir())
    assert kept[:2] == ["mine.zip", "portal-20200104-000000.zip"]
    assert len(kept) == 3


def changed(source, to, **told):
    """The backup, with something else told of it."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "backup.json":
                content = json.dumps(json.loads(content) | told)
            new.writestr(name, content)
    return to


OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


def test_what_does_not_fit_is_refused_with_the_reason(var, place, tmp_path):
    call_command("backup", str(tmp_path / "all.zip"), stdout=StringIO())
    whole = (tmp_path / "all.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    bent = bytearray(whole)
    bent[len(whole) // 2] ^= 0xFF
    (tmp_path / "bent.zip").write_bytes(bent)
    known = [list(each) for each in MigrationRecorder(connection).applied_migrations()]
    newer = [*known, ["network", "9999_of_tomorrow"]]
    cases = [
        (tmp_path / "cut.zip", "is no whole backup"),
        (tmp_path / "bent.zip", "is no whole backup"),
        (tmp_path / "missing.zip", "is no whole backup"),
        (changed(tmp_path / "all.zip", tmp_path / "form.zip", format=99), "of form 99"),
        (
            changed(tmp_path / "all.zip", tmp_path / "kind.zip", database=OTHER[connection.vendor]),
            "DATABASE_URL names",
        ),
        (
            changed(tmp_path / "all.zip", tmp_path / "newer.zip", migrations=newer),
            "does not know network.9999_of_tomorrow",
        ),
    ]
    for file, words in cases:
        with pytest.raises(CommandError, match=words):
            call_command("restore", str(file), "--overwrite")
    assert not list(var.glob(".backup-*"))


TOLD = {"format": 1, "made_at": "", "database": "sqlite", "migrations": []}


@pytest.mark.parametrize(
    "said",
    [
        "[]", "null", '"1"', "{}",
        *(json.dumps({key: TOLD[key] for key in TOLD if key != gone}) for gone in TOLD),
        json.dumps(TOLD | {"migrations": None}), json.dumps(TOLD | {"migrations": ["network"]}),
        json.dumps(TOLD | {"migrations": [[[], 1]]}), json.dumps(TOLD | {"database": ["sqlite"]}),
        json.dumps(TOLD | {"made_at": None}),
    ],
)  # fmt: skip
def test_what_tells_nothing_of_the_backup_is_no_whole_one(var, tmp_path, said):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as made:
        made.writestr("backup.json", said)
        made.writestr("database", "rows")

    with pytest.raises(CommandError, match="is no whole backup: what it tells of itself"):
        call_command("restore", str(tmp_path / "all.zip"), "--overwrite")


def test_a_backup_of_another_form_is_refused_for_that(var, tmp_path):
    """Another form may tell other things of itself."""
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as made:
        made.writestr("backup.json", json.dumps({"format": 2}))
        made.writestr("database", "rows")

    with pytest.raises(CommandError, match="of form 2"):
        call_command("restore", str(tmp_path / "all.zip"), "--overwrite")


def test_a_file_that_is_bent_anywhere_is_refused_or_whole_all_the_same(tmp_path):
    file, folder = tmp_path / "all.zip", tmp_path / "unpacked"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("backup.json", json.dumps(TOLD))
        made.writestr("database", "rows and rows of it " * 20)
    whole, refused = file.read_bytes(), []

    for place in range(len(whole)):
        bent = bytearray(whole)
        bent[place] ^= 0xFF
        file.write_bytes(bent)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            unpacked(file, folder)
        except NotDone as why:
            refused.append(str(why))
        else:
            assert (folder / "database").read_text() == "rows and rows of it " * 20

    assert len(refused) > len(whole) / 2
    assert all("is no whole backup" in why for why in refused)


def test_no_file_of_the_backup_lands_outside_its_folder(var, tmp_path):
    call_command("backup", str(tmp_path / "all.zip"), stdout=StringIO())
    with zipfile.ZipFile(tmp_path / "all.zip", "a") as file:
        file.writestr("mail/../../evil.eml", "x")
        file.writestr("/evil.eml", "x")
        file.writestr("backup.json.evil", "x")

    with pytest.raises(CommandError, match="There is a portal here already"):
        call_command("restore", str(tmp_path / "all.zip"))

    assert not list(tmp_path.rglob("*evil*"))


def test_without_postgresqls_programs_one_is_told_what_to_install(var, monkeypatch, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite needs none")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CommandError, match="apt-get install postgresql-client"):
        call_command("backup", str(tmp_path / "all.zip"))


def test_writers_go_on_meanwhile_and_the_backup_is_of_one_moment(portal, var, place, tmp_path):
    """Two rows are always written together: no backup holds one of them alone."""
    back_up(tmp_path / "first.zip")
    assert place.manage("restore", tmp_path / "first.zip").returncode == 0
    stop, written = threading.Event(), []

    def write():
        mark = "%s" if place.url else "?"
        with closing(place.connect()) as line:
            while not stop.is_set():
                for half in "ab":
                    line.execute(
                        f"INSERT INTO network_subject (name, slug, name_fr) VALUES "
                        f"({mark}, {mark}, {mark})",
                        (name := f"{half}{len(written)}", name, name),
                    )
                line.commit()
                written.append(time.time())

    writer = threading.Thread(target=write)
    writer.start()
    while not written:
        time.sleep(0.01)
    done = place.manage("backup", tmp_path / "second.zip")
    made = (tmp_path / "second.zip").stat().st_mtime
    time.sleep(0.5)
    stop.set()
    writer.join()
    assert done.returncode == 0, done.stderr
    assert written[0] < made < written[-1]

    assert place.manage("restore", tmp_path / "second.zip", "--overwrite").returncode == 0
    names = [row.split("'")[1] for row in place.rows("network_subject")]
    firsts = {name[1:] for name in names if name.startswith("a")}
    assert firsts == {name[1:] for name in names if name.startswith("b")} != set()
