"""A line to PostgreSQL is looked at before it is asked with (`opengov_portal.lib.postgresql`)."""

import select

import psycopg
import pytest
from django.conf import settings as portal
from django.db import connection
from psycopg_pool import ConnectionPool

from tests.portal.test_tasks import url_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "postgresql" not in portal.DATABASES["default"]["ENGINE"], reason="asks PostgreSQL itself"
    ),
]


@pytest.fixture(autouse=True)
def one_line():
    """A pool of one line, which no other test has used or will."""
    connection.close()
    connection.close_pool()
    connection.pool.open(wait=True)  # who asks before it is there has it make another one
    yield
    connection.close()
    connection.close_pool()


@pytest.fixture
def checks(monkeypatch):
    """The lines that were asked whether they still work."""
    asked, check = [], ConnectionPool.check_connection

    def noted(line):
        asked.append(line.info.backend_pid)
        check(line)

    monkeypatch.setattr(ConnectionPool, "check_connection", staticmethod(noted))
    return asked


def session():
    """The number of the session at the other end, as a request asks for it; then it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [number] = cursor.fetchone()
    connection.close()
    return number


def elsewhere(statement, *values):
    with psycopg.connect(url_of(connection.settings_dict), autocommit=True) as other:
        other.execute(statement, values)


def test_a_line_in_use_is_not_asked_whether_it_works(checks):
    first = session()
    checks.clear()

    assert [session(), session()] == [first, first]
    assert checks == []


def test_a_line_that_was_hung_up_on_is_replaced_before_a_reader_notices():
    lost = session()
    elsewhere("SELECT pg_terminate_backend(%s, 5000)", lost)

    assert session() != lost


def test_a_line_that_nobody_used_for_a_while_is_asked(checks, monkeypatch):
    first = session()
    checks.clear()
    monkeypatch.setattr("opengov_portal.lib.postgresql.base.SILENT", 0.0)

    assert session() == first
    assert checks == [first]


def test_a_line_that_spoke_and_works_is_kept(checks):
    with connection.cursor() as cursor:
        cursor.execute("LISTEN rain")
    line = connection.connection
    first = session()
    checks.clear()
    elsewhere("NOTIFY rain")
    select.select([line], [], [], 10)  # until it has come

    assert session() == first
    assert checks == [first]
