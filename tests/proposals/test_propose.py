"""Putting an idea forward: the form, its preview, and what is asked while writing."""

import pytest
from django.urls import reverse
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Edition, Letter
from proposals.consent import ForwardingWords
from proposals.models import Proposal
from proposals.search import indexing
from tests.counting import cost_of
from tests.factories import (
    make_call,
    make_commitment,
    make_organization,
    make_proposal,
    make_subject,
)
from tests.forms import form_of
from tests.proposals.forwarding import NEW, SAID

pytestmark = pytest.mark.django_db
State = Proposal.State


# --- The page ---------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_asks_for_little_and_says_so(client, language):
    with translation.override(language):
        response = client.get(reverse("proposals:propose"))

    form = response.context["form"]
    assert form["language"].value() == language
    assertContains(response, ForwardingWords.current(language).text)
    assertContains(response, 'data-most="5000"')
    assertContains(response, "5000 characters" if language == "en" else "5000 caractères")
    assert "no-store" in response["Cache-Control"]
    required = {field.name for field in form if field.field.required}
    assert required == {"title", "problem", "ask", "language", "speaker", "shown", "email"}


def test_the_consent_names_the_licence_the_sender_and_the_way_out():
    for language, out in (("en", "withdraw"), ("fr", "retirer")):
        text = ForwardingWords.current(language).text
        for part in ("CC BY 4.0", "1 Example Street", "contact@portal.example", out):
            assert part in text


def test_the_call_is_that_of_the_address(client):
    call = make_call()

    chosen = form_of(client.get(f"{NEW}?call={call.slug}"), "forward")["call"]

    assert chosen == [call.slug]
    assert client.get(f"{NEW}?call=no-such%00").status_code == 200


def test_a_commitment_can_be_named_in_the_address(client):
    one = make_commitment()

    address = f"{NEW}?commitment={one.plan.slug}/{one.number}"

    assert form_of(client.get(address), "forward")["commitments"] == [str(one.pk)]
    for odd in ("x", "x/", "/9", "x/99999999999", "x/²"):
        assert client.get(NEW, {"commitment": odd}).status_code == 200


def test_the_page_costs_as_much_however_much_there_is(client):
    make_commitment(subjects=[make_subject()])
    before = cost_of(client.get, NEW)
    plan = make_commitment().plan
    for _n in range(5):
        make_commitment(plan=plan, subjects=[make_subject()])
        make_organization()
        make_call()

    assert cost_of(client.get, NEW) == before <= 8


# --- The preview ------------------------------------------------------------------


def test_the_preview_shows_the_idea_and_keeps_nothing(fill_in):
    response = fill_in(problem="One.\r\n\r\n<script>Two</script>", links="example.org/a")

    assertContains(response, "Count the bees")
    assertContains(response, "<p>One.</p>")
    assertContains(response, "&lt;script&gt;")
    assertContains(response, 'href="https://example.org/a" rel="nofollow ugc noopener"')
    assertContains(response, "Name withheld")
    assert not Proposal.objects.exists()
    assert not Letter.objects.exists()


def test_what_people_have_said_before_is_on_the_preview_with_a_way_to_support_it(fill_in):
    like = make_proposal(title="Count the bees and the wasps")
    indexing.refresh(like)
    Edition.advance()

    response = fill_in()

    assertContains(response, "People have said something like this")
    assertContains(response, reverse("proposals:support", args=[like.pk]))


def test_the_button_back_brings_every_field_back(client, fill_in):
    subject = make_subject(name="Open data")
    promise = make_commitment(subjects=[subject])
    make_commitment(promise.plan), make_commitment()  # which stay as they are
    sent = {
        "problem": "One.\n\nTwo «x» & 'y' \"z\" <b>",
        "links": "https://example.org/a\nhttps://example.org/b",
        "gain": "All",
        "issues": [subject.slug],
        "commitments": [str(promise.pk)],
        "name": "Ada",
        "shown": "yes",
        "language": "fr",
    }
    shown = fill_in(**sent)
    data = form_of(shown, "forward") | {"do": ["edit"]}

    back = form_of(client.post(NEW, data), "forward")

    for name, value in (SAID | sent).items():
        kept = [one.replace("\r\n", "\n") for one in back[name]]
        assert kept == (value if isinstance(value, list) else [value]), name


# --- Limits -----------------------------------------------------------------------


def test_a_network_that_asks_too_often_waits_with_every_field_kept(fill_in):
    responses = [fill_in("put", email=f"a{n}@example.org") for n in range(2)]

    assert responses[0].status_code == 302
    assert responses[1].status_code == 429
    assert int(responses[1]["Retry-After"]) > 0
    assert form_of(responses[1], "forward")["problem"] == SAID["problem"]


def test_a_network_that_looks_too_often_waits_with_every_field_kept(client, fill_in):
    data = form_of(client.get(NEW), "forward") | SAID | {"do": ["preview"]}
    network = {"x-forwarded-for": "192.0.2.7"}
    codes = {client.post(NEW, data, headers=network).status_code for _n in range(60)}

    response = client.post(NEW, data, headers=network)

    assert (codes, response.status_code) == ({200}, 429)
    assert int(response["Retry-After"]) > 0
    assert form_of(response, "forward")["problem"] == SAID["problem"]


def test_one_person_puts_ten_forward_a_day(fill_in):
    codes = [
        fill_in("put", network=f"10.{n}.0.1", title=f"Idea {n}").status_code for n in range(11)
    ]

    assert codes == [302] * 10 + [429]


def test_beyond_five_that_wait_one_is_kept_and_sent_later(client, put_forward, say_yes):
    old = [
        make_proposal(email="ada@example.org", state=State.WAITING, title=f"Idea {n}")
        for n in range(5)
    ]
    put_forward()
    page = say_yes()["Location"]
    idea = Proposal.objects.get(title="Count the bees")
    assert idea.state == State.UNCONFIRMED
    assert idea.secret in Letter.objects.get(template="proposals/emails/too_many").text
    assertContains(client.post(page, {"do": "send"}, follow=True), "still wait")

    Proposal.objects.filter(pk=old[0].pk).delete()
    client.post(page, {"do": "send"})

    idea.refresh_from_db()
    assert idea.state == State.WAITING


# --- Similar, while writing ----------------------------------------------------------


def test_what_is_like_it_is_told_while_writing(client):
    like = make_proposal(title="Count the bees and the wasps")
    indexing.refresh(like)
    Edition.advance()
    url = reverse("proposals:similar")

    response = client.post(url, {"title": "Count bees", "language": "en"})

    assertContains(response, like.title)
    assertNotContains(response, "<html")
    assert client.get(url).status_code == 405
    for odd in ("\0", "x" * 100_000, "((", "💥"):
        assert client.post(url, {"title": odd, "language": odd}).status_code == 200
