"""Leaving: no sign-in, one click, at once; opening the page changes nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Letter, Stop
from opengov_portal.lib.seals import sealed
from tests.factories import make_member
from tests.network.letters import as_state, make_letter
from tests.night import forgotten

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def letter():
    return make_letter(to="Ada@Example.org", kind=Letter.Kind.LIST)


@pytest.fixture
def url(letter):
    return letter.leave_url.removeprefix("https://portal.example")


@pytest.fixture
def program():
    """A mail program: no cookie, no token, and CSRF is asked for wherever it is."""
    program = Client(enforce_csrf_checks=True)
    program.defaults["wsgi.url_scheme"] = "https"
    program.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    return program


def test_the_button_of_the_page_stops_the_letters(client, url):
    page = client.get(url)
    assertContains(page, "Stop these letters")
    assert "__Host-csrf" not in client.cookies

    response = client.post(url, {**ONE_CLICK, "page": "yes"})

    assertContains(response, "You have left")
    stop = Stop.objects.get()
    assert (stop.address, stop.scope, stop.how) == ("ada@example.org", "lists", "page")


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_a_mail_program_leaves_with_one_post_and_no_redirect(program, url, form):
    if form == "multipart":
        response = program.post(url, ONE_CLICK)
    else:
        body = "List-Unsubscribe=One-Click"
        response = program.post(url, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 200
    assert not response.cookies
    assert Stop.objects.get().how == Stop.How.ONE_CLICK


def test_leaving_twice_is_leaving_once(program, url):
    assert program.post(url, ONE_CLICK).status_code == 200
    assert program.post(url, {**ONE_CLICK, "page": "yes"}).status_code == 200

    assert Stop.objects.get().how == Stop.How.ONE_CLICK


def test_what_was_owed_does_not_go_after_it(program, url, letter):
    program.post(url, ONE_CLICK)

    assert not letter.claim()
    assert letter.state == Letter.State.WITHHELD


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_leaves_nothing(client, url, method):
    for _time in range(10):
        assert getattr(client, method)(url).status_code == 200
    client.get(url, ONE_CLICK)

    assert not Stop.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", "application/x-www-form-urlencoded"),
        ("List-Unsubscribe=yes", "application/x-www-form-urlencoded"),
        ("List-Unsubscribe=One-Click&List-Unsubscribe=x", "application/x-www-form-urlencoded"),
        ('{"List-Unsubscribe": "One-Click"}', "application/json"),
        ("nonsense", "multipart/form-data; boundary=x"),
        ("nonsense", "multipart/form-data"),
    ],
)
def test_another_body_is_refused_and_changes_nothing(program, url, body, kind):
    assert program.post(url, body, content_type=kind).status_code == 400
    assert not Stop.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_that_is_not_ours_leaves_nobody(program, url, letter, method):
    for token in [
        "no-such-token",
        letter.token,
        sealed(letter.token, "bounce"),
        "é" * 42,
        "x" * 5000,
    ]:
        response = getattr(program, method)(f"/en/network/leave/{token}/", ONE_CLICK)
        assert response.status_code == 404

    assert not Stop.objects.exists()


def test_no_other_method_is_taken(program, url):
    assert program.put(url).status_code == 405


def test_its_address_is_told_to_nobody_and_kept_by_nobody(client, url):
    response = client.get(url)

    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response.text
    assert "ada" not in url.lower()


def test_it_is_in_the_language_of_the_letter(client):
    letter = make_letter(kind=Letter.Kind.LIST, language="fr")
    url = letter.leave_url.removeprefix("https://portal.example")

    assert url.startswith("/fr/reseau/depart/")
    assertContains(client.get(url), '<html lang="fr"')


def test_what_opens_for_leaving_works_after_a_year(client, url, letter):
    Letter.objects.update(owed_since=letter.owed_since.replace(year=2020))

    assert client.post(url, ONE_CLICK).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_letter_that_is_forgotten_does_not_say_that_its_reader_has_left(client, method):
    ada = make_member(email="ada@example.org", announcements=True)
    letter = make_letter(to="ada@example.org", kind=Letter.Kind.LIST, user=ada.user)
    assert as_state(letter, Letter.State.POSTED)
    Letter.objects.filter(pk=letter.pk).update(owed_since=timezone.now() - timedelta(days=181))
    assert forgotten("letters") == 1

    url = letter.leave_url.removeprefix("https://portal.example")
    response = getattr(client, method)(url, ONE_CLICK)

    assertContains(response, "the newest one")
    assertNotContains(response, "You will get no more")
    ada.refresh_from_db()
    assert ada.announcements
