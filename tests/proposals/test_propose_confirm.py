"""An idea is confirmed by its letter, once, however often it is put forward."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from network.models import Letter
from proposals import forwarding
from proposals.consent import ForwardingWords
from proposals.models import Consultation, Proposal, Step
from tests.factories import make_call, make_member, make_proposal
from tests.forms import form_of
from tests.network.organizations import make_representative
from tests.proposals.forwarding import NEW

pytestmark = pytest.mark.django_db
State = Proposal.State


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
    assert "always open" not in letter.text
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

    always = Consultation.the_standing_one()
    assert Proposal.objects.get().consultation == always
    letter = Letter.objects.get(template="proposals/emails/received")
    for said in (letter.text, letter.html):
        assert f"yours is in “{always.title_en}”, which is always open" in said


def test_who_presses_twice_puts_one_idea_forward_with_one_letter(client, fill_in):
    data = form_of(fill_in(), "forward") | {"do": ["put"]}

    first = client.post(NEW, data, headers={"x-forwarded-for": "192.0.2.7"})
    for network in ("192.0.2.7", "192.0.2.9"):
        second = client.post(NEW, data, headers={"x-forwarded-for": network})

        assert (second.status_code, second["Location"]) == (302, first["Location"])
    other = client.post(NEW, data | {"title": ["Other"]}, headers={"x-forwarded-for": "192.0.2.7"})
    assert other.status_code == 429
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

    first, second = put_forward(), put_forward()

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


@pytest.mark.parametrize(("days", "state"), [(29, "unconfirmed"), (31, "waiting")])
def test_twenty_ideas_in_a_call_fill_a_month_of_it_and_no_more(put_forward, say_yes, days, state):
    always = Consultation.the_standing_one()
    then = timezone.now() - timedelta(days=days)
    for _each in range(Proposal.MOST_IN_CALL):
        make_proposal(consultation=always, email="ada@example.org", created_at=then)

    put_forward()
    say_yes()

    assert Proposal.objects.latest("pk").state == state


def test_who_reads_the_mail_of_a_tag_speaks_in_nobody_elses_name():
    spoken_for = make_representative(email="ada@example.org")
    proposal = make_proposal(
        email="ada+x@example.org",
        organization=spoken_for.organization,
        state=State.UNCONFIRMED,
    )

    forwarding.send_on(proposal)

    proposal.refresh_from_db()
    assert proposal.user is None
    assert (proposal.state, proposal.vouched_at) == (State.VOUCHING, None)
