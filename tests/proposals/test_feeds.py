"""Atom feeds: of all proposals, of one, of a call, of an issue, in both languages."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains

from commitments.actions import publish_change
from commitments.models import Change
from network.models import Edition
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
