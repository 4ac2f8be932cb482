"""Putting an idea forward: the form, its preview, the letter, and the private page."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django.asserts import (
    assertContains,
    assertNotContains,
    assertRedirects,
    assertTemplateUsed,
)

from network.models import Edition, Letter
from proposals.consent import ForwardingWords
from proposals.models import Consultation, Proposal, Step
from proposals.search import indexing
from tests.counting import cost_of
from tests.factories import (
    make_call,
    make_commitment,
    make_member,
    make_organization,
    make_proposal,
    make_subject,
)
from tests.forms import form_of
from tests.proposals.forwarding import NEW, SAID

pytestmark = pytest.mark.django_db
State = Proposal.State


def errors(response):
    form = response.context["form"]
    return {name: [error.code for error in found.as_data()] for name, found in form.errors.items()}


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


# --- Errors -----------------------------------------------------------------------


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


ODD = ["x\0y", "\ud800", "x" * 100_000, "💥" * 200, "]]>{{ 7*7 }}"]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_nothing_that_is_sent_is_answered_with_500(client, slowly, odd):
    raw = odd.encode(errors="surrogatepass")
    right = {key: value[0].encode() for key, value in SAID.items()}
    names = form_of(client.get(NEW), "forward").keys() | SAID.keys() | {"issues", "commitments"}
    for do in ("preview", "put", "keep", "edit", "nonsense"):
        everything = dict.fromkeys(names, raw) | {"do": do}
        assert client.post(NEW, everything).status_code < 500
    for name in sorted(names):
        assert client.post(NEW, right | {name: raw, "do": "put"}).status_code < 500
        assert client.post(NEW, right | {name: raw, "do": "keep"}).status_code < 500


def test_a_body_beyond_all_measure_gets_a_clear_page(client):
    response = client.post(NEW, {"problem": "x" * 1_100_000})

    assertContains(response, "more than the portal takes", status_code=413)


# --- Asking, confirming -------------------------------------------------------------


def test_without_an_account_one_letter_asks_to_confirm(client, put_forward):
    call = make_call()
    response = put_forward(call=call.slug, name="Ada", shown="yes")

    assertRedirects(response, reverse("network:confirm_sent"))
    idea = Proposal.objects.get()
    assert (idea.state, idea.address, idea.origin) == (
        "unconfirmed",
        "ada@example.org",
        "192.0.2.7",
    )
    assert (idea.name, idea.shown_name, idea.consultation) == ("Ada", "Ada", call)
    assert idea.consent_version == ForwardingWords.current("en").version
    assert "CC BY 4.0" in idea.consent
    letter = Letter.objects.get()
    assert letter.template == "network/emails/confirm_asked"
    assert "Count the bees" in letter.text


def test_the_link_confirms_it_and_leads_to_the_private_page(client, put_forward, say_yes):
    put_forward()

    response = say_yes()

    idea = Proposal.objects.get()
    assert idea.state == State.WAITING
    assert idea.confirmed_at
    assert idea.waiting_since
    assert Step.objects.get().after == State.WAITING
    assert response["Location"] == f"/en/proposals/yours/{idea.secret}/"
    page = client.get(response["Location"])
    assertContains(page, "within 14 days")
    assertContains(page, "Count the bees")
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex"
    assert "no-store" in page["Cache-Control"]
    letter = Letter.objects.get(template="proposals/emails/received")
    assert idea.secret in letter.text
    assert "14 days" in letter.text
    assert "bees" not in letter.subject


def test_the_code_confirms_it_in_the_browser_where_it_was_written(client, put_forward):
    put_forward()
    letter = Letter.objects.get()
    code = next(line for line in letter.text.splitlines() if line.isdigit() and len(line) == 6)

    response = client.post(reverse("network:confirm_sent"), {"code": code})

    assert "/yours/" in response["Location"]
    assert Proposal.objects.get().state == State.WAITING


def test_a_member_who_is_signed_in_skips_the_letter(client, put_forward):
    member = make_member(email="ada@example.org")
    client.force_login(member.user)
    Letter.objects.all().delete()

    response = put_forward()

    idea = Proposal.objects.get()
    assert (idea.state, idea.user) == (State.WAITING, member.user)
    assert response["Location"] == f"/en/proposals/yours/{idea.secret}/"
    assert [each.template for each in Letter.objects.all()] == ["proposals/emails/received"]


def test_the_answer_is_the_same_for_every_address(client, fill_in, put_forward):
    make_member(email="member@example.org")
    for n in range(6):
        make_proposal(email="busy@example.org", state=State.WAITING, title=f"Idea {n}")
    told = set()
    for n, email in enumerate(["new@example.org", "member@example.org", "busy@example.org"]):
        response = put_forward(
            network=f"192.0.2.{n}", browser=Client(HTTP_X_FORWARDED_PROTO="https"), email=email
        )
        told.add((response.status_code, response["Location"]))
    assert len(told) == 1


def test_an_idea_whose_call_closed_meanwhile_goes_to_the_one_that_never_does(put_forward, say_yes):
    call = make_call()
    put_forward(call=call.slug)
    Consultation.objects.filter(pk=call.pk).update(closes_at=call.opens_at.replace(second=59))
    Consultation.objects.filter(pk=call.pk).update(paused_at=call.opens_at)

    say_yes()

    assert Proposal.objects.get().consultation == Consultation.the_standing_one()


# --- Twice ------------------------------------------------------------------------


def test_who_presses_twice_puts_one_idea_forward_with_one_letter(client, fill_in):
    data = form_of(fill_in(), "forward") | {"do": ["put"]}

    client.post(NEW, data)
    second = client.post(NEW, data, headers={"x-forwarded-for": "192.0.2.9"})

    assert second.status_code == 302
    assert Proposal.objects.count() == Letter.objects.count() == 1


def test_the_same_idea_in_another_browser_is_found_when_it_is_confirmed(put_forward, say_yes):
    put_forward()
    say_yes()

    put_forward(network="198.51.100.1", browser=Client(HTTP_X_FORWARDED_PROTO="https"))
    response = say_yes()

    idea = Proposal.objects.get()
    assert idea.secret in response["Location"]
    assert Letter.objects.filter(template="proposals/emails/received").count() == 1


def test_someone_signed_in_who_presses_twice_finds_the_first(client, put_forward):
    client.force_login(make_member(email="ada@example.org").user)

    first, second = put_forward(), put_forward(network="192.0.2.8")

    assert first["Location"] == second["Location"]
    assert Proposal.objects.count() == 1


def test_the_link_works_once(client, put_forward, say_yes):
    put_forward()
    say_yes()

    assert say_yes_again(client).status_code == 200
    assert Step.objects.count() == 1


def say_yes_again(client):
    import re

    letter = Letter.objects.get(template="network/emails/confirm_asked")
    return client.post(re.search(r"https?://[^/]+(/\S+/yes/\S+)", letter.text)[1])


# --- Limits -----------------------------------------------------------------------


def test_a_network_that_asks_too_often_waits_with_every_field_kept(fill_in):
    responses = [fill_in("put", email=f"a{n}@example.org") for n in range(2)]

    assert responses[0].status_code == 302
    assert responses[1].status_code == 429
    assert int(responses[1]["Retry-After"]) > 0
    assert form_of(responses[1], "forward")["problem"] == SAID["problem"]


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
