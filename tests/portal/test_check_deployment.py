"""`check_deployment` tries each part for real, and says in a sentence what is wrong."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from bench.sink import Sink
from opengov_portal.lib import deployment
from opengov_portal.lib.mail_check import Verdict
from opengov_portal.management.commands import check_deployment
from tools.served import certificate, free_port


def bad(findings):
    return [each.words for each in findings if each.verdict is Verdict.BAD]


def said(findings):
    return " ".join(each.words for each in findings)


# --- The settings ---------------------------------------------------------------


def test_secrets_that_are_weak_are_named_by_djangos_own_check(settings):
    settings.SECRET_KEY = "short"

    assert any("SECRET_KEY" in words for words in bad(deployment.secrets()))


def test_staff_without_a_second_factor_are_a_fault(settings):
    settings.REQUIRE_STAFF_MFA = False

    assert any("REQUIRE_STAFF_MFA" in words for words in bad(deployment.secrets()))


@pytest.mark.parametrize(("mode", "faults"), [(0o600, 0), (0o640, 1), (0o604, 1)])
def test_secrets_that_others_can_read_are_a_fault(settings, tmp_path, mode, faults):
    settings.BASE_DIR = tmp_path
    (tmp_path / ".env").touch()
    (tmp_path / ".env").chmod(mode)

    assert len([words for words in bad(deployment.secrets()) if ".env" in words]) == faults


def test_hosts_that_may_be_anybodys_are_a_fault(settings):
    settings.ALLOWED_HOSTS = ["portal.example", "*"]
    settings.TRUST_PROXY = True

    assert len(bad(deployment.hosts())) == 1
    settings.ALLOWED_HOSTS = ["portal.example"]
    assert not bad(deployment.hosts())
    settings.TRUST_PROXY = False
    assert "TRUST_PROXY" in said(deployment.hosts())


# --- Database, broker, letters ---------------------------------------------------


def test_a_database_that_is_up_to_date_is_well(db):
    assert not bad(deployment.database())
    assert "answers within" in said(deployment.database())


def test_a_migration_that_is_undone_is_a_fault(db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'proposals'")

    [words] = bad(deployment.database())
    assert "proposals.0001" in words


def test_a_database_that_is_away_is_a_fault(db, monkeypatch):
    def away():
        raise OperationalError("connection refused\nat 127.0.0.1")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(connection, "ensure_connection", away)
        [words] = bad(deployment.database())

    assert "\n" not in words
    assert "DATABASE_URL" in words


def test_without_redis_nothing_is_wrong(settings):
    settings.REDIS_URL = ""

    assert not bad(deployment.broker())


def test_a_broker_at_a_closed_port_is_a_fault(settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    assert "does not answer" in bad(deployment.broker())[0]


@pytest.mark.worker
def test_a_redis_that_is_there_is_well_and_a_worker_that_is_not_is_a_fault(settings):
    if not settings.REDIS_URL:
        pytest.skip("TEST_REDIS_URL is not set")

    assert not bad(deployment.broker())
    assert "No worker answers" in bad(check_deployment.worker())[0]


def test_a_mailbox_at_a_closed_port_is_a_fault(settings):
    settings.JOIN_IMAP_URL = f"imap://join:secret@127.0.0.1:{free_port()}/INBOX"

    [words] = bad(check_deployment.mailbox())
    assert "secret" not in words


def test_without_a_mailbox_nothing_is_wrong(settings):
    settings.JOIN_IMAP_URL = ""

    assert not bad(check_deployment.mailbox())


# --- This machine ----------------------------------------------------------------


def test_static_files_are_counted_and_missed(settings, tmp_path, monkeypatch):
    class Collected:
        hashed_files = {"css/portal.css": "css/portal.1.css", "js/portal.js": "js/portal.2.js"}

    monkeypatch.setattr(deployment, "staticfiles_storage", Collected())
    settings.LOCALE_PATHS = [tmp_path]
    settings.STATIC_ROOT = tmp_path
    for place in ("css/portal.1.css", "js/portal.2.js", "fr/LC_MESSAGES/django.mo"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()

    assert not bad(deployment.static_files())
    (tmp_path / "js/portal.2.js").unlink()
    assert "js/portal.2.js" in bad(deployment.static_files())[0]
    (tmp_path / "fr/LC_MESSAGES/django.mo").unlink()
    assert "French" in bad(deployment.static_files())[1]
    Collected.hashed_files = {}
    assert "manage.py prepare" in bad(deployment.static_files())[0]


def test_a_disk_that_is_full_or_closed_is_a_fault(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    assert not bad(deployment.disk())
    monkeypatch.setattr(deployment, "FREE_LEAST", 10**18)
    assert "nearly full" in bad(deployment.disk())[0]
    settings.VAR_DIR = tmp_path / "missing"
    assert "Nothing can be written" in bad(deployment.disk())[0]


def test_clocks_that_differ_are_a_fault(db):
    assert not bad(deployment.clock())
    assert not bad(deployment.clocks({"Redis": -4.0}))
    assert "-61 s" in bad(deployment.clocks({"Redis": -61.0}))[0]


# --- From outside ----------------------------------------------------------------


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """A front server over TLS on this machine: what it answers, and to whom."""

    class Told:
        status, headers, names = 200, dict.fromkeys(deployment.HEADERS, "x"), ["localhost"]

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.headers["Host"] not in Told.names:
                return
            self.send_response(Told.status)
            for name, value in Told.headers.items():
                for each in value.split(","):
                    self.send_header(name, each)
            self.end_headers()

        def log_message(self, *words):
            pass

    certfile, keyfile = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certfile, keyfile)
    server = HTTPServer(("127.0.0.1", 0), Answer)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certfile))
    monkeypatch.setattr(deployment, "CERTIFICATE_LEAST", 0)
    Told.site = f"https://localhost:{server.server_port}"
    yield Told
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_front_server_that_is_well_is_found_so(outside):
    assert not bad(deployment.front(outside.site))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": 503}, "/readyz answers 503"),
        ({"headers": {}}, "Strict-Transport-Security comes 0 times"),
        (
            {"headers": dict.fromkeys(deployment.HEADERS, "x") | {"X-Frame-Options": "x,y"}},
            "X-Frame-Options comes 2 times",
        ),
        ({"names": ["localhost", "not-ours.example"]}, "names that are not ours"),
    ],
)
def test_what_is_wrong_with_it_is_named(outside, change, words):
    for name, value in change.items():
        setattr(outside, name, value)

    assert words in " ".join(bad(deployment.front(outside.site)))


def test_a_certificate_that_ends_soon_is_a_fault(outside, monkeypatch):
    monkeypatch.setattr(deployment, "CERTIFICATE_LEAST", 14)

    assert "renew it" in bad(deployment.front(outside.site))[0]


def test_a_certificate_that_nobody_signed_is_a_fault(outside, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")

    assert "not valid" in bad(deployment.front(outside.site))[0]


def test_a_front_server_at_a_closed_port_is_a_fault():
    assert "cannot be reached" in bad(deployment.front(f"https://localhost:{free_port()}"))[0]


# --- All together ----------------------------------------------------------------


def run(*words):
    out = StringIO()
    try:
        call_command("check_deployment", *words, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_one_part_that_is_away_keeps_no_other_from_being_tried(db, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.JOIN_IMAP_URL = f"imap://join:secret@127.0.0.1:{free_port()}/INBOX"

    printed, fault = run("--inside")

    assert "things are wrong" in fault
    assert printed.count("BAD") == int(fault.split()[0]) >= 4
    for part in ("Secrets", "Hosts", "Database", "Broker", "Letters out", "Letters in", "Disk"):
        assert part in printed
    assert "Clock" in printed
    assert "secret@" not in printed


def test_where_all_is_well_it_says_so(db, settings, monkeypatch):
    settings.REDIS_URL = settings.JOIN_IMAP_URL = ""
    settings.SECRET_KEY = "0123456789abcdefghijklmnopqrstuvwxyz" * 2
    monkeypatch.setattr(deployment, "static_files", lambda: iter(()))
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.BASE_DIR = settings.VAR_DIR

        printed, fault = run("--inside")

    assert not fault, printed
    assert "All is well." in printed
    assert "BAD" not in printed
