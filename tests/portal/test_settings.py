"""Settings: what cannot be done without stops the start, with a sentence that says what to set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "SECRET_KEY": "a" * 60,
    "SITE_URL": "https://portal.example",
    "SENDER_NAME": "The Example Network",
    "MAILING_ADDRESS": "1 Example Street, Ottawa",
    "CONTACT_ADDRESS": "contact@portal.example",
}


def start(tmp_path, code="import opengov_portal.settings", **environment):
    """Read the settings in a process of its own, with just these variables."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        # Named and empty, a variable of the machine's own .env counts for nothing.
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DATABASE_URL": ""}
        | dict.fromkeys(SAFE, "")
        | {"REQUIRE_STAFF_MFA": "on"}
        | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("missing", SAFE)
def test_what_is_missing_stops_the_start_and_says_what_to_set(tmp_path, missing):
    said = start(tmp_path, **{name: value for name, value in SAFE.items() if name != missing})

    assert said.returncode != 0
    assert f"{missing} is not set." in said.stderr


@pytest.mark.parametrize("site", ["portal.example", "ftp://portal.example", "https://"])
def test_an_address_that_is_none_stops_the_start(tmp_path, site):
    said = start(tmp_path, **SAFE | {"SITE_URL": site})

    assert said.returncode != 0
    assert "It must be a whole address" in said.stderr


def test_a_folder_that_cannot_be_made_stops_the_start(tmp_path):
    (tmp_path / "file").touch()

    said = start(tmp_path, **SAFE | {"VAR_DIR": str(tmp_path / "file" / "var")})

    assert said.returncode != 0
    assert "which is not there and cannot be made: Not a directory." in said.stderr


def test_beyond_this_machine_http_is_refused(tmp_path):
    said = start(tmp_path, **SAFE | {"SITE_URL": "http://portal.example"})

    assert said.returncode != 0
    assert "https" in said.stderr


def test_on_this_machine_http_will_do(tmp_path):
    said = start(tmp_path, SECRET_KEY=SAFE["SECRET_KEY"], SITE_URL="http://127.0.0.1:8000")

    assert said.returncode == 0, said.stderr


def test_as_it_stands_it_is_safe(tmp_path):
    code = (
        "from opengov_portal import settings as s;"
        "print(s.DEBUG, s.REQUIRE_STAFF_MFA, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE,"
        " s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SECURE_HSTS_SECONDS >= 31536000)"
    )
    said = start(tmp_path, code, **SAFE)

    assert said.stdout.split() == ["False", *["True"] * 3, "__Host-session", "__Host-csrf", "True"]


def test_django_finds_nothing_to_warn_of_in_production(tmp_path):
    said = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DATABASE_URL": ""}
        | SAFE
        | {"SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert said.returncode == 0, said.stderr


def test_the_policy_lets_nothing_in_that_is_not_named():
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert policy["default-src"] == ["'none'"]
    assert not [source for sources in policy.values() for source in sources if "unsafe" in source]
    assert all(source in {"'none'", "'self'"} for sources in policy.values() for source in sources)


def test_a_search_engine_of_its_own_is_named_by_two_settings(tmp_path):
    code = "from opengov_portal.settings import MODELSEARCH_BACKENDS as m; print(m['default'])"
    engine = {"SEARCH_BACKEND": "modelsearch.backends.opensearch3", "SEARCH_URL": "https://o:9200"}

    assert "URLS" not in start(tmp_path, code, **SAFE, SEARCH_URL="").stdout
    assert "'URLS': ['https://o:9200']" in start(tmp_path, code, **SAFE, **engine).stdout
