"""What every test may lean on: the cast, a closed network, a clean cache."""

import os
import socket

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.management.commands import flush
from django.db import connection
from django.utils import translation

from commitments.catalogue import Catalogue
from opengov_portal.celery import app
from opengov_portal.lib import moulds
from proposals.catalogue import Catalogue as Proposals
from proposals.roll import Roll
from tests import migrated
from tests.emptying import empty
from tests.factories import make_staff

REAL_CONNECT = socket.socket.connect


def pytest_configure():
    """Passwords are hashed in no time: a real one costs a third of a second each."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    flush.Command.handle = empty
    moulds.STRICT = True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """The test database begins as a copy of one that is migrated (tests.migrated)."""
    if connection.vendor == "sqlite":
        line = migrated.poured(connection.creation._get_test_db_name())
        yield
        line.close()
    else:
        url = os.environ["TEST_DATABASE_URL"]
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated.template(url)
        yield


@pytest.fixture(autouse=True)
def closed_network(monkeypatch):
    """Nothing leaves this machine: only loopback and local sockets may be reached."""

    def connect(self, address):
        host = address[0] if isinstance(address, tuple) else ""
        if host not in {"", "127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"A test tried to reach {host}.")
        return REAL_CONNECT(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def clean_cache():
    """What a process remembers is forgotten, so that no test leans on the one before it."""
    for name in caches:
        caches[name].clear()
    ContentType.objects.clear_cache()
    Catalogue.forget()
    Proposals.forget()
    Roll.forget()


@pytest.fixture(autouse=True)
def english():
    """A request leaves its language behind in the process; the next test begins in English."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def tasks_run_here():
    """Redis or not, a test's tasks run in its own process; test_tasks.py shows the rest."""
    app.conf.task_always_eager = True


@pytest.fixture
def client(client):
    """A browser that came by https, as every reader does."""
    client.defaults["wsgi.url_scheme"] = "https"
    client.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    return client


@pytest.fixture
def without_second_factor(settings):
    """Staff come in by a password alone, where how they came in is not the point."""
    settings.REQUIRE_STAFF_MFA = False


@pytest.fixture
def staff(client):
    """One of the staff, who may do everything, signed in."""
    person = make_staff()
    client.force_login(person)
    return person
