"""Drafts: a long text is never lost."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from network.models import Letter
from proposals.models import Brief, Draft, Proposal
from tests.factories import make_member
from tests.forms import form_of
from tests.night import forgotten
from tests.proposals.forwarding import NEW, a_pdf

pytestmark = pytest.mark.django_db
LONG = "Ligne.\n\n" * 2000


def link():
    letter = Letter.objects.filter(template="proposals/emails/draft_kept").latest("pk")
    return re.search(r"https?://[^/]+(/\S+/drafts/\S+)", letter.text)[1]


@pytest.fixture
def kept(fill_in):
    """Half an idea, kept for later."""
    fill_in("keep", title="", problem=LONG, name="=odd", links="nonsense", consent=[])
    return link()


def test_half_an_idea_is_kept_behind_an_emailed_link(client, kept):
    page = client.get(kept)

    back = form_of(page, "forward")
    assert back["problem"][0].replace("\r\n", "\n") == LONG
    assert (back["title"], back["name"], back["links"]) == ([""], ["=odd"], ["nonsense"])
    assert back["email"] == ["ada@example.org"]
    assert "consent" not in back
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex"
    assert "no-store" in page["Cache-Control"]
    assert not Proposal.objects.exists()
    draft = Draft.objects.get()
    assert kept.split("/")[-2] not in str(vars(draft))


def test_all_it_takes_is_an_address(fill_in):
    response = fill_in("keep", title="", email="")

    assert set(response.context["form"].errors) == {"email"}
    assert form_of(response, "forward")["problem"] != [""]
    assert not Draft.objects.exists()


def test_it_is_kept_again_without_a_letter(client, kept):
    data = form_of(client.get(kept), "forward") | {"problem": ["Shorter."], "do": ["keep"]}

    assertRedirects(client.post(NEW, data), kept)

    assert Draft.objects.get().data["problem"] == "Shorter."
    assert Letter.objects.count() == 1


def test_what_was_kept_is_put_forward_and_then_goes(client, kept, say_yes):
    data = form_of(client.get(kept), "forward") | {
        "title": ["Bees"], "problem": ["p"], "name": [""], "links": [""], "consent": ["on"],
    }  # fmt: skip
    shown = client.post(NEW, data | {"do": ["preview"]})
    client.post(NEW, form_of(shown, "forward") | {"do": ["put"]})
    assert client.get(kept).status_code == 200  # until it is confirmed

    say_yes()

    assert client.get(kept).status_code == 404
    assert Proposal.objects.get().title == "Bees"


def test_a_file_is_kept_with_it(client, fill_in):
    file = SimpleUploadedFile("x.pdf", a_pdf(), content_type="application/pdf")
    fill_in("keep", title="", brief=file)
    Brief.objects.update(created_at=timezone.now() - timedelta(days=20))
    forgotten("briefs", "drafts", "proposals")

    assertContains(client.get(link()), "is kept. Choose another only to replace it")


def test_its_button_deletes_it(client, kept):
    client.get(kept)
    assert Draft.objects.exists()

    response = client.post(kept, form_of(client.get(kept), "delete"), follow=True)

    assertContains(response, "The draft is deleted")
    assert not Draft.objects.exists()
    assert client.post(kept).status_code == 404


def test_nobody_else_finds_it(client, kept):
    for secret in ("x", "a" * 32, "é", "x" * 3000):
        url = reverse("proposals:draft", args=[secret])
        assert client.get(url).status_code == client.post(url).status_code == 404


def test_the_answer_is_the_same_for_every_address(fill_in):
    make_member(email="member@example.org")
    answers = set()
    for n, email in enumerate(["new@example.org", "member@example.org"]):
        browser = Client(HTTP_X_FORWARDED_PROTO="https")
        answer = fill_in("keep", browser=browser, email=email, network=f"10.{n}.0.1")
        answers.add(re.sub(r'value="[^"]+"', "", answer.text))
    assert len(answers) == 1


def test_letters_of_drafts_to_one_address_are_limited(fill_in):
    codes = [fill_in("keep", title=f"{n}", network=f"10.{n}.0.1").status_code for n in range(4)]

    assert codes == [200, 200, 200, 429]


def test_a_trapped_machine_sends_no_letter(fill_in):
    response = fill_in("keep", topic="x")

    assertContains(response, "press the button once more")
    assert not Letter.objects.exists()


def test_drafts_go_after_thirty_days(client, kept):
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=30))

    assert client.get(kept).status_code == 404
    assert forgotten("briefs", "drafts", "proposals") == 1
    assert not Draft.objects.exists()
