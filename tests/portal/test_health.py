"""What machines ask: whether it lives, whether it is ready, where things are."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from opengov_portal.lib import health


def test_the_process_says_that_it_answers(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_it_is_ready_when_the_database_answers(client, db, settings):
    settings.REDIS_URL = ""

    response = client.get("/readyz")

    assert (response.status_code, response.text) == (200, "database: ok\n")


def test_it_is_not_ready_while_the_database_is_away_and_says_no_more(client, db, monkeypatch):
    class Away:
        def cursor(self):
            raise OperationalError("could not connect to db.internal.example as portal")

    monkeypatch.setattr(health, "connection", Away())

    response = client.get("/readyz")

    assert response.status_code == 503
    assert "database: away\n" in response.text
    assert "internal" not in response.text


def test_it_is_not_ready_while_the_broker_is_away(client, db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = client.get("/readyz")

    assert (response.status_code, response.text) == (503, "database: ok\nbroker: away\n")


def test_a_broker_that_answers_is_said_to(client, db, settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(health.Redis, "ping", lambda self: True)

    assert client.get("/readyz").text == "database: ok\nbroker: ok\n"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_is_asked_over_http_by_machines_beside_us(client, db, address, settings):
    settings.REDIS_URL = ""
    del client.defaults["HTTP_X_FORWARDED_PROTO"]
    del client.defaults["wsgi.url_scheme"]

    assert client.get(address).status_code == 200


def test_robots_may_read_everything_but_the_endless_ways_to_filter(client, db):
    text = client.get("/robots.txt").text

    assert "User-agent: *" in text
    for address in (
        *("/en/commitments/", "/fr/engagements/", "/en/proposals/", "/fr/propositions/"),
        *("/en/proposals/ledger/", "/fr/propositions/registre/"),
        *("/en/network/organizations/", "/fr/reseau/organisations/"),
    ):
        assert f"Disallow: {address}?\n" in text
        assert f"Allow: {address}?page=\n" in text
    assert "Disallow: /\n" not in text
    assert "Sitemap: https://portal.example/sitemap.xml" in text


def test_a_weakness_can_be_told_to_someone(client, db, settings):
    response = client.get("/.well-known/security.txt")

    assert response["Content-Type"].startswith("text/plain")
    assert f"Contact: mailto:{settings.CONTACT_ADDRESS}\n" in response.text
    expires = datetime.fromisoformat(re.search(r"Expires: (\S+)", response.text)[1])
    assert timedelta(days=90) < expires - datetime.now(UTC) < timedelta(days=365)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_phone_can_put_the_portal_on_its_home_screen(client, db, language):
    response = client.get(f"/{language}/site.webmanifest")

    assert response["Content-Type"] == "application/manifest+json"
    manifest = response.json()
    assert manifest["start_url"] == f"/{language}/"
    assert manifest["lang"] == language
    assert {icon["sizes"] for icon in manifest["icons"]} == {"any", "192x192", "512x512"}


@pytest.mark.parametrize(
    ("address", "kind"),
    [("/favicon.ico", b"\x00\x00\x01\x00"), ("/apple-touch-icon.png", b"\x89PNG")],
)
def test_the_icons_are_where_browsers_look_for_them(client, address, kind):
    response = client.get(address)

    assert b"".join(response.streaming_content).startswith(kind)
