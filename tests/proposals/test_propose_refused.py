"""What an idea is refused for as it is put forward, politely and with every field kept."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

from proposals.models import Proposal
from tests.factories import make_member
from tests.forms import form_of
from tests.proposals.forwarding import NEW, SAID

pytestmark = pytest.mark.django_db


def errors(response):
    form = response.context["form"]
    return {name: [error.code for error in found.as_data()] for name, found in form.errors.items()}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": " "}, {"title": ["required"]}),
        ({"title": "x" * 151}, {"title": ["max_length"]}),
        ({"problem": "x" * 5001}, {"problem": ["max_length"]}),
        ({"gain": "x" * 1001}, {"gain": ["max_length"]}),
        ({"problem": "a\u202eb"}, {"problem": ["control"]}),
        ({"links": "javascript:alert(1)"}, {"links": ["link"]}),
        ({"links": "https://a@example.org/"}, {"links": ["link"]}),
        ({"links": "\n".join(f"https://example.org/{n}" for n in range(6))}, {"links": ["many"]}),
        ({"shown": "yes"}, {"name": ["required"]}),
        ({"name": "=1+1"}, {"name": ["formula"]}),
        ({"speaker": "organization"}, {"organization": ["required"]}),
        ({"speaker": "organization", "organization": "Nobody"}, {"organization": ["unknown"]}),
        ({"email": "ada"}, {"email": ["invalid"]}),
        ({"consent": []}, {"consent": [""]}),
        ({"version": "old"}, {"consent": ["changed"]}),
        ({"language": "de"}, {"language": ["invalid_choice"]}),
        ({"issues": ["no-such"]}, {"issues": ["invalid_choice"]}),
        ({"topic": "x"}, {"__all__": ["quick"]}),
        ({"opened": "forged"}, {}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_all_fields_are_kept(fill_in, fields, wrong):
    for do in ("preview", "put"):
        response = fill_in(do, **fields)

        assert response.status_code in (200, 302)
        if wrong:
            found = errors(response)
            assert {name: [code or "" for code in codes] for name, codes in found.items()} == wrong
            back = form_of(response, "forward")
            for name in ("title", "problem", "ask", "links", "gain"):
                if name in fields:
                    assert back[name][0].replace("\r\n", "\n").strip() == fields[name].strip()


def test_a_length_is_counted_in_characters_with_line_breaks_as_one(fill_in):
    response = fill_in(problem="é\r\n" * 2499 + "xy")

    assertTemplateUsed(response, "proposals/preview.html")


def test_a_text_that_is_too_long_is_refused_politely_and_whole(fill_in):
    response = fill_in(problem="x" * 5012)

    assertContains(response, "12 characters too long")
    assertContains(response, "All you wrote is still here")
    assert form_of(response, "forward")["problem"] == ["x" * 5012]


ODD = ["x\0y", "\ud800", "x" * 100_000, "(a." * 4000, "💥" * 200, "]]>{{ 7*7 }}"]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_nothing_that_is_sent_is_answered_with_500(client, slowly, odd):
    raw = odd.encode(errors="surrogatepass")
    right = {key: value[0].encode() for key, value in SAID.items()}
    names = form_of(client.get(NEW), "forward").keys() | SAID.keys() | {"issues", "commitments"}
    for do in (b"preview", b"put", b"keep", b"edit", b"nonsense"):
        assert posted(client, dict.fromkeys(names, raw) | {"do": do}).status_code < 500
    for name in sorted(names):
        assert posted(client, right | {name: raw, "do": b"put"}).status_code < 500
        assert posted(client, right | {name: raw, "do": b"keep"}).status_code < 500


def posted(client, data):
    """As a browser posts it, byte by byte: the test client takes bytes for lists of numbers."""
    head = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = b"".join(head % (name.encode(), value) for name, value in data.items()) + b"--x--\r\n"
    return client.generic("POST", NEW, body, content_type="multipart/form-data; boundary=x")


def test_a_body_beyond_all_measure_gets_a_clear_page(client):
    response = client.post(NEW, {"problem": "x" * 1_100_000})

    assertContains(response, "more than the portal takes", status_code=413)


# --- Sessions and their like --------------------------------------------------------


def test_a_form_that_fails_the_check_of_its_page_comes_back_whole(fill_in, slowly):
    strict = Client(enforce_csrf_checks=True, HTTP_X_FORWARDED_PROTO="https")
    data = form_of(strict.get(NEW), "forward") | SAID | {"do": ["put"]}
    strict.cookies.clear()

    ours = {"origin": "https://portal.example"}
    response = strict.post(NEW, data, headers=ours)

    assert response.status_code == 403
    assertContains(response, "was not sent", status_code=403)
    back = form_of(response, "forward")
    for name, value in SAID.items():
        assert back[name] == value, name
    again = strict.post(NEW, back | {"do": ["put"]}, headers=ours)
    assert again.status_code == 302
    assert Proposal.objects.count() == 1


def test_a_session_that_ends_while_one_writes_asks_for_the_address_and_keeps_all(client, fill_in):
    client.force_login(make_member().user)
    data = form_of(client.get(NEW), "forward") | SAID | {"do": ["preview"]}
    data.pop("email")
    client.logout()

    response = client.post(NEW, data)

    assert errors(response) == {"email": ["required"]}
    assert form_of(response, "forward")["problem"] == SAID["problem"]


def test_who_put_many_ideas_forward_is_told_that_and_not_of_their_connection(put_forward):
    for n in range(10):
        assert put_forward(network=f"192.0.{n}.7", title=f"Count hive {n}").status_code == 302

    response = put_forward(network="192.0.11.7", title="Count one more")

    assertContains(response, "One person can put 10 ideas forward in a day", status_code=429)
    assertContains(response, "Count one more", status_code=429)
    assertNotContains(response, "your internet connection", status_code=429)
    assert response.headers["Retry-After"]
