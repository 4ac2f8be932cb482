"""Atom feeds: of all proposals, of one, of a call, of an issue, in both languages."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains

from commitments.actions import publish_change
from commitments.models import Change
from network.models import Edition
from proposals.answering import answer
from proposals.happenings import Kind, record
from proposals.models import Happening, Proposal
from tests.counting import cost_of
from tests.factories import (
    make_call,
    make_commitment,
    make_proposal,
    make_response,
    make_subject,
)
from tests.proposals.test_answer import answerer, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def there():
    """A call and an issue with a proposal each of which something is told."""
    call, issue = make_call(title_en="Ideas for the plan"), make_subject(name="Bees")
    proposal = make_proposal(title="Count <b>bees</b>", consultation=call, issues=[issue])
    record(Kind.PUBLISHED, proposal=proposal)
    make_response(proposal)
    record(Kind.ANSWERED, proposal=proposal)
    record(Kind.EXTENDED, consultation=call)
    return {"call": call, "issue": issue, "proposal": proposal}


def feeds(there):
    return {
        reverse("proposals:feed"),
        reverse("proposals:proposal_feed", args=[there["proposal"].pk]),
        reverse("proposals:call_feed", args=[there["call"].slug]),
        reverse("proposals:issue_feed", args=[there["issue"].slug]),
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_tells_what_happened_in_each_language(client, there, language):
    with override(language):
        for feed in feeds(there):
            response = client.get(feed)
            assertContains(response, "Count &lt;b&gt;bees&lt;/b&gt;")
            assertNotContains(response, "<b>")
            assert response.headers["Content-Type"].startswith("application/atom+xml")
            assert f'xml:lang="{language}"' in response.content.decode()


def test_what_is_hidden_is_in_none(client, there):
    Proposal.objects.update(state="hidden")
    record(Kind.HIDDEN, proposal=there["proposal"])
    Edition.advance()

    for feed in feeds(there):
        assertNotContains(client.get(feed), "bees")
    one = client.get(reverse("proposals:proposal_feed", args=[there["proposal"].pk]))
    assertContains(one, "was removed")


def test_what_was_never_public_has_no_feed(client):
    proposal, call = make_proposal(state="waiting"), make_call(published_at=None)

    for feed in (
        reverse("proposals:proposal_feed", args=[proposal.pk]),
        reverse("proposals:call_feed", args=[call.slug]),
        reverse("proposals:issue_feed", args=["none"]),
    ):
        assert client.get(feed).status_code == 404


def test_the_feed_of_an_issue_tells_of_its_commitments_too(client, there):
    commitment = make_commitment(title_en="Open the hives", subjects=[there["issue"]])
    publish_change(Change.Kind.CHANGED, commitment, ["summary_en"], by=None)

    feed = reverse("proposals:issue_feed", args=[there["issue"].slug])

    assertContains(client.get(feed), "Open the hives")


def test_each_costs_the_same_for_little_and_for_much(client, there):
    record(Kind.BECAME, proposal=there["proposal"], commitment=make_commitment())
    few = {feed: cost_of(client.get, feed) for feed in feeds(there)}
    for _n in range(5):
        proposal = make_proposal(consultation=there["call"], issues=[there["issue"]])
        record(Kind.PUBLISHED, proposal=proposal)
        make_response(proposal)
        record(Kind.ANSWERED, proposal=proposal)
        record(Kind.BECAME, proposal=proposal, commitment=make_commitment())

    assert {feed: cost_of(client.get, feed) for feed in few} == few
    assert Happening.objects.count() > 10


# --- The feed of a commitment ------------------------------------------------------------


def led_to(promise, **facts):
    """An idea that became this commitment, by its answer."""
    proposal = make_proposal(**facts)
    said_so = said(outcome="adopted", commitments=[promise])
    answer([proposal], said_so, by=answerer())
    return proposal


def of_commitment(client, promise, language="en"):
    with override(language):
        where = [promise.plan.slug, promise.number]
        return client.get(reverse("commitments:commitment_feed", args=where))


def test_that_of_a_commitment_tells_which_ideas_led_to_it(client):
    promise, other = make_commitment(), make_commitment()
    Change.record(Change.Kind.ADDED, promise)
    proposal = led_to(promise, title="Count <b>bees</b>")
    led_to(other, title="Wasps")

    english = of_commitment(client, promise)

    assertContains(english, "An idea that led to it: “Count &lt;b&gt;bees&lt;/b&gt;”")
    assertContains(english, f"https://portal.example{proposal.get_absolute_url()}")
    assertContains(english, "<entry>", count=2)
    assertNotContains(english, "Wasps")
    assert english.text.index("Count &lt;b&gt;") < english.text.index("was added")
    assertContains(of_commitment(client, promise, "fr"), "Une idée qui y a mené")


@pytest.mark.parametrize("end", ["hidden", "no longer said"])
def test_it_tells_of_an_idea_only_while_that_is_so(client, end):
    promise = make_commitment()
    proposal = led_to(promise)
    if end == "hidden":
        Proposal.objects.filter(pk=proposal.pk).update(state="hidden")
    else:
        answer([proposal], said(), by=answerer())
    Edition.advance()

    assertNotContains(of_commitment(client, promise), "<entry>")


def test_the_feed_of_a_commitment_costs_the_same_with_one_idea_or_many(client):
    promise = make_commitment()
    led_to(promise)
    few = cost_of(of_commitment, client, promise)
    for _n in range(5):
        led_to(promise)
    Edition.advance()

    assert cost_of(of_commitment, client, promise) == few
