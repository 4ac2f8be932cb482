"""Every error says what happened in the reader's language, and shows nothing else."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from opengov_portal.lib.errors import Gone, Refused, TooMany
from tests.answers import whole
from tests.factories import make_user

WORDS = {
    400: "could not understand",
    403: "not yours to open",
    404: "no page at this address",
    405: "does not work that way",
    409: "can no longer be done",
    410: "removed for good",
    413: "more than the portal takes",
    429: "wait a little",
    500: "broke on our side",
    503: "will be back soon",
}


def raising(monkeypatch, error):
    def view(*args, **kwargs):
        raise error

    monkeypatch.setattr("opengov_portal.views.render", view)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SuspiciousOperation("odd"), 400),
        (PermissionDenied(), 403),
        (Refused("It was published already."), 409),
        (Gone("It was withdrawn."), 410),
        (TooMany("Thrice a minute.", wait=40), 429),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_refused_says_why_in_the_language_of_the_address(
    visitor, db, monkeypatch, error, status, language
):
    raising(monkeypatch, error)
    with override(language):
        address, home = reverse("about"), reverse("home")

    response = visitor.get(address)

    assert response.status_code == status
    assert f'<html lang="{language}"' in response.text
    main = response.text.partition("<main")[2].partition("</main>")[0]
    assert f'href="{home}"' in main, "the page leads nowhere"
    if language == "en":
        assert WORDS[status] in response.text
    if isinstance(error, Refused):
        assert str(error) in response.text
    if isinstance(error, TooMany):
        assert response["Retry-After"] == "40"


def test_a_page_that_is_not_there_offers_search_and_the_main_doors(client, db):
    response = client.get("/en/no-such-page/")

    assert response.status_code == 404
    assert WORDS[404] in response.text
    assert 'action="/en/commitments/"' in response.text
    for door in ("/en/plans/", "/en/proposals/", "/en/"):
        assert f'href="{door}"' in response.text


def test_an_address_outside_both_languages_is_answered_in_the_browsers(client, db):
    response = client.get("/no-such-page", headers={"accept-language": "fr"})

    assert '<html lang="fr"' in response.text


def test_a_method_a_page_does_not_take_is_refused_with_a_page(client, db):
    response = client.post("/en/about/")

    assert response.status_code == 405
    assert "GET" in response["Allow"]
    assert WORDS[405] in response.text


def test_a_form_from_elsewhere_is_refused_with_a_page(db):
    stranger = Client(enforce_csrf_checks=True)

    response = stranger.post("/en/account/login/", {"login": "a@example.org"}, secure=True)

    assert response.status_code == 403
    assert "The form was not sent" in response.text


def test_more_than_the_portal_takes_is_refused_with_a_page(client, db, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    response = client.post("/en/account/login/", {"login": "a" * 200})

    assert response.status_code == 413
    assert WORDS[413] in response.text


def test_a_wrong_host_gets_a_page(client, db):
    response = client.get("/en/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert WORDS[400] in response.text


# --- 500 and 503 ---------------------------------------------------------------


def test_a_fault_shows_a_page_without_a_trace(visitor, db, monkeypatch):
    raising(monkeypatch, RuntimeError("the made-up secret"))

    response = visitor.get("/en/about/")

    assert response.status_code == 500
    assert WORDS[500] in response.text
    assert '<html lang="en"' in response.text
    assert "made-up secret" not in response.text
    assert "Traceback" not in response.text
    assert "RuntimeError" not in response.text


def test_a_fault_outside_both_languages_is_told_in_both(visitor, db, monkeypatch):
    def broken(request):
        raise RuntimeError

    monkeypatch.setattr("opengov_portal.views.redirect", broken)

    response = visitor.get("/")

    assert response.status_code == 500
    assert 'lang="en"' in response.text
    assert 'lang="fr"' in response.text


def test_the_page_of_a_fault_needs_no_database(visitor, settings, monkeypatch):
    # Without the fixture `db`, pytest-django lets nothing through to it.
    settings.PAGE_CACHE_SECONDS = 0
    raising(monkeypatch, RuntimeError())

    response = visitor.get("/en/about/")

    assert response.status_code == 500
    assert WORDS[500] in response.text


def test_the_page_of_a_fault_needs_no_catalogue_of_static_files(visitor, db, monkeypatch):
    raising(monkeypatch, RuntimeError())

    def missing(path):
        raise ValueError("Missing staticfiles manifest entry")

    monkeypatch.setattr("opengov_portal.lib.pages.static", missing)

    response = visitor.get("/en/about/")

    assert response.status_code == 500
    assert WORDS[500] in response.text
    assert "stylesheet" not in response.text


def test_a_database_that_is_away_is_not_our_fault(visitor, db, monkeypatch):
    raising(monkeypatch, OperationalError("could not connect"))
    monkeypatch.setattr("opengov_portal.views.database_answers", lambda: False)

    response = visitor.get("/en/about/")

    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert WORDS[503] in response.text


def test_a_database_that_is_there_but_fails_is_our_fault(visitor, db, monkeypatch):
    raising(monkeypatch, OperationalError("no such column"))

    assert visitor.get("/en/about/").status_code == 500


@pytest.mark.parametrize("switch", ["setting", "file"])
def test_while_it_is_worked_on_every_page_says_so(client, db, settings, tmp_path, switch):
    client.get("/en/about/")  # even a page that is kept
    settings.MAINTENANCE = switch == "setting"
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    if switch == "file":
        settings.MAINTENANCE_FILE.touch()
    client.force_login(make_user())

    for address in ["/", "/en/about/", "/admin/", "/readyz", "/robots.txt"]:
        response = client.get(address)
        assert response.status_code == 503, address
        assert response["Retry-After"]
    assert "Content-Security-Policy" in response
    assert client.get("/healthz").status_code == 200
    icon = client.get("/favicon.ico")
    assert icon.status_code == 200
    whole(icon)


def test_afterwards_the_pages_are_back(client, db, settings, tmp_path):
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"

    assert client.get("/en/about/").status_code == 200


@pytest.mark.parametrize("address", ["/en/commitments/", "/data/commitments.json", "/admin/"])
def test_an_address_that_asks_for_more_than_anybody_types_is_not_understood(client, address):
    response = client.get(address, {"q": "x" * 40_000})

    assert response.status_code == 400
    assert WORDS[400] in response.text
