"""One file that holds all that the portal cannot make anew, and the way back from it.

In it: the database, as its own tool copies it; the letters that were written to files; and
`backup.json`, which says of which database it is and how far that had been migrated. The
secrets in .env are not in it.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
from zlib import error as ZlibError

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

FORMAT = 1
TOLD, DATA, LETTERS = "backup.json", "database", "mail/"
# What reading a damaged file ends with, whichever of its bytes it is: a name, a length,
# what is packed, or the marks “with a password” and “packed in another way”.
BENT = (BadZipFile, OSError, ValueError, EOFError, ZlibError, RuntimeError)


class NotDone(Exception):
    """Why nothing was backed up or restored, in a sentence."""


def back_up(to: Path) -> None:
    """Write the file, which must not be there yet; it appears once it is whole."""
    if to.exists():
        raise NotDone(f"{to} is there already; a backup never takes the place of another.")
    told = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
    }
    to.parent.mkdir(parents=True, exist_ok=True)
    with beside(to.parent) as folder:
        whole = folder / to.name
        whole.touch(mode=0o600)  # everybody's data: for its owner alone
        with ZipFile(whole, "w", ZIP_DEFLATED) as file:
            file.writestr(TOLD, json.dumps(told, indent=1))
            data = folder / DATA
            copy_database(data)
            packed = connection.vendor == "postgresql"  # by pg_dump
            file.write(data, DATA, ZIP_STORED if packed else ZIP_DEFLATED)
            for letter in sorted(mail_folder().glob("*.eml")):
                file.write(letter, LETTERS + letter.name)
        os.link(whole, to)  # fails where another has just made it


def restore(source: Path, *, overwrite: bool) -> dict[str, Any]:
    """Bring back what the file holds, all or nothing; gives what `backup.json` tells.

    A place that is not empty is left alone, unless it is to be overwritten.
    """
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with beside(settings.VAR_DIR) as folder:
        told = unpacked(source, folder)
        must_fit(told)
        used = connection.introspection.table_names()
        if (used or any(mail_folder().glob("*.eml"))) and not overwrite:
            raise NotDone(
                "There is a portal here already, and restoring would take its place. Back it up, "
                "then say --overwrite."
            )
        put_back(folder / DATA, anew=bool(used))
        shutil.rmtree(mail_folder(), ignore_errors=True)
        if (folder / LETTERS).exists():
            shutil.move(folder / LETTERS, mail_folder())
    return told


@contextmanager
def beside(place: Path) -> Iterator[Path]:
    """A folder for what is not whole yet, on the same disk; it goes afterwards."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=place) as name:
        yield Path(name)


def mail_folder() -> Path:
    return Path(settings.VAR_DIR) / "mail"


def unpacked(source: Path, folder: Path) -> dict[str, Any]:
    """What the file tells; the rest lies in the folder, every byte of it checked."""
    try:
        with ZipFile(source) as file:
            for member in file.infolist():
                name = member.filename
                if name in {TOLD, DATA} or Path(name).parent == Path(LETTERS):
                    file.extract(member, folder)
        told = as_told(json.loads((folder / TOLD).read_text(encoding="utf-8")))
        if not (folder / DATA).exists():
            raise BadZipFile("it has no database")
    except BENT as error:
        raise NotDone(f"{source} is no whole backup: {error}.") from error
    return told


def as_told(said: Any) -> dict[str, Any]:
    """What `backup.json` says, if it is what this portal writes there.

    Another form may say other things: that it is another is all that is asked of it.
    """
    if not isinstance(said, dict) or "format" not in said:
        raise ValueError("what it tells of itself (backup.json) is not of a backup")
    if said["format"] != FORMAT:
        return said
    words, migrations = [said.get("made_at"), said.get("database")], said.get("migrations")
    pairs = migrations if isinstance(migrations, list) else [None]
    for pair in pairs:
        words += pair if isinstance(pair, list) and len(pair) == 2 else [None]
    if not all(isinstance(word, str) for word in words):
        raise ValueError("what it tells of itself (backup.json) is damaged")
    return said


def must_fit(told: dict[str, Any]) -> None:
    """Whether this code, on this kind of database, can take it."""
    if told["format"] != FORMAT:
        raise NotDone(
            f"The backup is of form {told['format']}, and this portal reads form {FORMAT}."
        )
    if told["database"] != connection.vendor:
        raise NotDone(
            f"The backup is of {told['database']}, and DATABASE_URL names {connection.vendor}."
        )
    known = MigrationLoader(None).disk_migrations or {}
    if unknown := {(room, name) for room, name in told["migrations"]} - known.keys():
        room, name = min(unknown)
        raise NotDone(
            f"The backup is of a newer portal than this one, which does not know {room}.{name}. "
            "Bring the code up to date first."
        )


def copy_database(to: Path) -> None:
    if connection.vendor == "postgresql":
        run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={to}")
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(to)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file


def put_back(data: Path, *, anew: bool) -> None:
    """In one transaction: what was here stays until all that comes is in."""
    if connection.vendor == "postgresql":
        script = data.with_suffix(".sql")
        tool(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(data)])
        empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public" if anew else "SELECT 1"
        connection.close()
        run(
            *("psql", "--no-psqlrc", "--quiet", "--output=/dev/null", "--single-transaction"),
            *("--set=ON_ERROR_STOP=1", f"--command={empty}", f"--file={script}"),
            "--command=ANALYZE",
        )
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(data)) as copy:
        copy.backup(connection.connection)
    connection.close()


def run(program: str, *options: str) -> None:
    """One of PostgreSQL's programs, told which database; no list of processes shows a password."""
    words, secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [*options])
    tool([program, *words[1:]], secrets)


def tool(words: Sequence[str], secrets: dict[str, str] | None = None) -> None:
    """Raises NotDone with what the program says."""
    if not shutil.which(words[0]):
        raise NotDone(
            f"{words[0]} is not on this machine. Install PostgreSQL's own programs, of the "
            "server's version or newer (Debian: apt-get install postgresql-client)."
        )
    done = subprocess.run(  # noqa: S603 - its words are ours and the settings'
        words,
        env={**os.environ, **(secrets or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotDone(f"{words[0]} could not do it: {done.stderr.strip()}")


def must_answer() -> None:
    """Raises NotDone where the database is away."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise NotDone(f"The database cannot be reached: {str(error).strip()}") from error
