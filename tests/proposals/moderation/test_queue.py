"""The queue of the desk: what waits, since when, of whom, and what is the next."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network import desk
from proposals.models import Flag
from tests.counting import cost_of
from tests.factories import make_proposal
from tests.proposals.moderation.desk import (
    appealed,
    make_moderator,
    refused,
    waiting,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
QUEUE = "/admin/proposals/proposal/"


@pytest.fixture
def moderator(client):
    person = make_moderator()
    client.force_login(person)
    return person


def url(name, proposal, *more):
    return reverse(f"admin:proposals_proposal_{name}", args=[proposal.pk, *more])


def test_what_waits_is_there_oldest_first_with_its_age_and_a_mark_past_the_promise(
    client, moderator, settings
):
    settings.MODERATION_DAYS = 14
    now = timezone.now()
    waiting(title="Younger", waiting_since=now - timedelta(days=3))
    waiting(title="Older", waiting_since=now - timedelta(days=15))
    make_proposal(title="Decided")

    text = client.get(QUEUE).text

    assert text.index("Older") < text.index("Younger")
    assert "Decided" not in text
    assert "15 days" in text
    assert "3 days" in text
    assert text.count('class="overdue"') == 1


def test_it_is_overdue_in_the_queue_from_the_minute_in_which_the_first_page_says_so(
    client, moderator, settings
):
    settings.MODERATION_DAYS = 14
    long_ago = timezone.now() - timedelta(days=14, minutes=1)
    late = waiting(waiting_since=long_ago)

    pile = next(pile for pile in desk.waiting_for(moderator) if pile.queue.url == QUEUE)

    assert (pile.count, pile.late) == (1, 1)
    assert client.get(QUEUE).text.count('class="overdue"') == 1
    assertContains(client.get(f"{QUEUE}{late.pk}/change/"), "overdue: 14 days were promised")


def test_the_queue_says_who_is_known(client, moderator):
    waiting(title="New here", email="new@example.org")
    make_proposal(email="ada@example.org")
    refused(email="ADA@example.org")
    waiting(title="Known", email="ada@example.org")

    response = client.get(QUEUE)

    assertContains(response, "First time")
    assertContains(response, "Known: 2 others (published: 1)")


def test_an_appeal_is_the_next_for_another_than_who_refused_it(client, moderator):
    appealed(title="Refused by me", by=moderator)
    theirs = appealed(title="Refused by another")

    page = client.get(f"{QUEUE}?desk=appeals")

    assert len(page.context["cl"].result_list) == 2
    assert page.context["next_waiting"].pk == theirs.proposal.pk


def test_appeals_and_flags_have_their_lists(client, moderator):
    appealed(title="Asked again")
    flagged = make_proposal(title="Looked at")
    Flag.put(flagged, reason="abuse", network="198.51.100.7")

    assertContains(client.get(f"{QUEUE}?desk=appeals"), "Asked again")
    assertNotContains(client.get(f"{QUEUE}?desk=appeals"), "Looked at")
    assertContains(client.get(f"{QUEUE}?desk=flagged"), "1 flag")
    assertNotContains(client.get(f"{QUEUE}?desk=flagged"), "Asked again")
    assertContains(client.get(f"{QUEUE}?desk=all"), "Asked again")
    assertNotContains(client.get(QUEUE), "Asked again")


def test_the_queue_costs_as_much_for_many(client, moderator):
    waiting()
    few = cost_of(client.get, QUEUE)
    for _n in range(12):
        Flag.put(waiting(email="ada@example.org"), reason="abuse", network="198.51.100.7")

    assert cost_of(client.get, QUEUE) == few


def test_the_queue_reads_no_words_and_counts_for_its_page_alone(client, moderator):
    Flag.put(waiting(email="ada@example.org"), reason="abuse", network="198.51.100.7")

    with CaptureQueriesContext(connection) as asked:
        client.get(f"{QUEUE}?desk=all")

    said = [query["sql"] for query in asked if "proposals_proposal" in query["sql"]]
    assert said
    assert not [sql for sql in said if '"problem"' in sql]
    assert not [sql for sql in said if "U0" in sql and " IN (" not in sql]


def test_who_chooses_their_own_among_many_is_told_to_leave_it_out(client, moderator):
    mine, other = waiting(title="Mine", user=moderator), waiting(title="Another’s")
    chosen = {"action": "publish_selected", "_selected_action": [mine.pk, other.pk]}

    answer = client.post(QUEUE, chosen, follow=True)

    assertContains(answer, "You put “Mine” forward yourself: leave it to a colleague.")
    assertContains(client.get(url("change", mine)), "a colleague decides about it")
    assertNotContains(client.get(url("change", mine)), url("publish", mine))
    assertNotContains(client.get(url("change", other)), "a colleague decides about it")
