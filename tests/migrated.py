"""A database that is migrated once, and copied by every process of a run that needs one.

To migrate from nothing takes a processor ten seconds. Each process of pytest has a
database of its own, and so has each portal that a test serves; all begin as copies of
this one. The migrations run on the copies all the same, and find nothing to do.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from fcntl import LOCK_EX, flock
from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier, Literal

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "var" / "tests"
ROOMS = ("network", "commitments", "proposals", "opengov_portal")
SQLITE = "portal.sqlite3"  # as it is called in VAR_DIR


def key() -> str:
    """Names the code that migrates: with other code the copies begin afresh."""
    read = sha256((ROOT / "requirements.txt").read_bytes())
    for file in sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        read.update(file.read_bytes())
    return read.hexdigest()[:16]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


def migrate(url: str, folder: Path) -> None:
    """In a process of its own, which leaves nothing of it in this one."""
    environment = os.environ | {"DATABASE_URL": url, "REDIS_URL": "", "VAR_DIR": str(folder)}
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=300)


def file() -> Path:
    """The migrated database of SQLite; made if it is not there."""
    with one_at_a_time():
        made = KEPT / f"{key()}.sqlite3"
        if not made.exists():
            folder = KEPT / "making"
            shutil.rmtree(folder, ignore_errors=True)
            migrate("", folder)
            with closing(sqlite3.connect(folder / SQLITE)) as line:
                # A database in memory, which is poured from it, knows no other.
                line.execute("PRAGMA journal_mode=DELETE")
            for older in KEPT.glob("*.sqlite3"):
                older.unlink()
            (folder / SQLITE).rename(made)
            shutil.rmtree(folder)
    return made


def place(folder: Path) -> None:
    """A copy for the portal whose VAR_DIR that is."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(file(), folder / SQLITE)


def poured(address: str) -> sqlite3.Connection:
    """A copy in this process's memory, at that address, for as long as what is returned is open."""
    line = sqlite3.connect(address, uri=True)
    with closing(sqlite3.connect(file())) as made:
        made.backup(line)
    return line


def template(url: str) -> str:
    """The name of the migrated database on that server of PostgreSQL; made if it is not there.

    It stays there, as var/tests does, and is made anew by the first run after a change.
    """
    server, _, name = url.rpartition("/")
    name = f"{name}_migrated"
    with one_at_a_time(), psycopg.connect(f"{server}/postgres", autocommit=True) as line:
        told = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        if line.execute(told, [name]).fetchone() != (key(),):
            line.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
            line.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
            migrate(f"{server}/{name}", KEPT / "making")
            with suppress(FileNotFoundError):
                shutil.rmtree(KEPT / "making")
            whose = SQL("COMMENT ON DATABASE {} IS {}")
            line.execute(whose.format(Identifier(name), Literal(key())))
    return name
