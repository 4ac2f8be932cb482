"""Writers of SQLite take turns: threads of a process in a row, processes by a file."""

import fcntl
import threading
import time

import pytest
from django.db import OperationalError

from opengov_portal.lib.databases import database
from opengov_portal.lib.sqlite.base import ROWS, DatabaseWrapper


@pytest.fixture
def connect(tmp_path):
    """Makes connections to one database in a file, as Django would, in any thread."""
    made = []

    def connection(timeout=20):
        facts = database("", folder=tmp_path, pool=1)
        facts |= {"ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "TIME_ZONE": None}
        facts["OPTIONS"] = facts["OPTIONS"] | {"timeout": timeout}
        wrapper = DatabaseWrapper(facts, alias=f"turns-{len(made)}")
        wrapper.inc_thread_sharing()
        made.append(wrapper)
        return wrapper

    yield connection
    for wrapper in made:
        wrapper.close()


def write(connection, do=lambda: None):
    """One transaction that reads, and writes what it read and one more."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        connection._start_transaction_under_autocommit()
        cursor.execute("SELECT n FROM tally")
        [(n,)] = cursor.fetchall()
        do()
        cursor.execute("UPDATE tally SET n = %s", [n + 1])
        connection._commit()


@pytest.fixture
def tally(connect):
    first = connect()
    with first.cursor() as cursor:
        cursor.execute("CREATE TABLE tally (n integer)")
        cursor.execute("INSERT INTO tally VALUES (0)")

    def read():
        with first.cursor() as cursor:
            cursor.execute("SELECT n FROM tally")
            return cursor.fetchone()[0]

    return read


@pytest.mark.django_db
def test_of_many_threads_that_write_at_once_each_has_its_turn(connect, tally):
    def work():
        mine = connect()
        for _time in range(5):
            write(mine)

    threads = [threading.Thread(target=work) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert tally() == 100


@pytest.mark.django_db
def test_who_waits_too_long_is_told_by_sqlite_and_holds_nobody_up(connect, tally):
    slow, late = connect(), connect(timeout=0.1)
    late.ensure_connection()

    def meanwhile():
        with pytest.raises(OperationalError, match="locked"):
            write(late)

    write(slow, meanwhile)
    begun = time.monotonic()
    write(late)
    assert time.monotonic() - begun < 5
    assert tally() == 2


@pytest.mark.django_db
def test_a_turn_is_given_back_when_the_transaction_fails_and_when_the_line_is_cut(connect, tally):
    mine, other = connect(), connect(timeout=1)
    for end in ("_rollback", "close"):
        mine.ensure_connection()
        mine._start_transaction_under_autocommit()
        assert mine.has_turn
        getattr(mine, end)()
        assert not mine.has_turn
        write(other)

    assert tally() == 2
    assert not ROWS[str(mine.settings_dict["NAME"])].locked()


@pytest.mark.django_db
def test_another_process_is_waited_for(connect, tally, tmp_path):
    """As one that holds the file's lock: here another opening of the file, which counts as one."""

    mine = connect(timeout=0.1)
    mine.ensure_connection()
    with (tmp_path / "portal.sqlite3-turn").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        mine.take_turn()
        assert not mine.has_turn
    mine.take_turn()
    assert mine.has_turn
    mine.give_turn()
