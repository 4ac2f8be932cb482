"""Concluding a call for ideas: once each of its proposals is answered."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from opengov_portal.lib.errors import Refused
from proposals import moderating
from proposals.models import Consultation, Proposal
from tests.factories import make_follow, make_organization, make_proposal, make_response
from tests.proposals.calling import WHY, make_closed, make_concluded, now
from tests.proposals.moderation.desk import appealed, make_moderator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]


def test_a_call_is_not_concluded_while_one_is_unanswered_and_it_says_which(staff):
    call = make_closed()
    answered, unanswered = (
        make_proposal(consultation=call, title=t) for t in ("Done", "Count <b>")
    )
    waiting = make_proposal(consultation=call, title="Unread", state=Proposal.State.WAITING)
    make_response(answered)

    with pytest.raises(Refused) as refusal:
        call.conclude(by=staff)

    assert "2 proposals" in str(refusal.value)
    assert "Count <b>" in str(refusal.value)
    assert "Unread" in str(refusal.value)
    assert "Done" not in str(refusal.value)
    make_response(unanswered)
    Proposal.objects.filter(pk=waiting.pk).update(state=Proposal.State.WITHDRAWN)
    call.conclude(by=staff)
    call.refresh_from_db()
    assert call.state == Consultation.State.CONCLUDED


def test_an_appeal_that_waits_keeps_a_call_open_and_it_says_so(client, staff):
    call = make_closed()
    appeal = appealed(consultation=call, title="Count <b>")
    page = reverse("admin:proposals_consultation_act", args=[call.pk, "conclude"])
    assertContains(client.get(page), "Count &lt;b&gt;</a> — appeal")

    with pytest.raises(Refused, match="Count <b>"):
        call.conclude(by=staff)

    moderating.deny(appeal, by=make_moderator(), words="It is off topic.")
    call.conclude(by=staff)
    assert call.concluded_at


def test_an_answer_that_was_replaced_does_not_count(staff):
    call = make_closed()
    make_response(make_proposal(consultation=call), replaced_at=now())

    with pytest.raises(Refused):
        call.conclude(by=staff)


@pytest.mark.parametrize("state", ["unconfirmed", "refused", "hidden", "withdrawn"])
def test_what_is_not_public_needs_no_answer(staff, state):
    call = make_closed()
    make_proposal(consultation=call, state=state)

    call.conclude(by=staff)

    assert call.concluded_at


def test_what_waits_for_its_organization_goes_to_the_standing_call(staff):
    call = make_closed()
    late = make_proposal(consultation=call, state="vouching", organization=make_organization())

    call.conclude(by=staff)

    late.refresh_from_db()
    assert late.consultation.standing


def test_a_call_that_was_reopened_can_be_concluded_again(staff):
    call = make_concluded()
    call.reopen(by=staff, **WHY)
    assert call.state == Consultation.State.CLOSED

    call.conclude(by=staff)

    assert [turn.act for turn in call.turns.newest()] == ["concluded", "reopened"]


def test_what_was_merged_into_an_idea_of_another_call_waits_for_its_answer(staff):
    call, by = make_closed(), staff
    idea, middle = make_proposal(consultation=call), make_proposal(title="In between")
    shared = make_proposal(title="Count the bees")
    moderating.merge(idea, middle, by=by)
    moderating.merge(middle, shared, by=by)

    with pytest.raises(Refused, match="Count the bees"):
        call.conclude(by=staff)

    make_response(shared)
    call.conclude(by=staff)
    assert call.concluded_at


@pytest.mark.parametrize("gone", ["hidden", "withdrawn"])
def test_what_was_merged_into_one_that_is_gone_waits_until_it_is_parted(client, staff, gone):
    call = make_closed()
    idea, into = make_proposal(consultation=call, title="Count <b>"), make_proposal()
    merge = moderating.merge(idea, into, by=staff)
    Proposal.objects.filter(pk=into.pk).update(state=gone)
    page = reverse("admin:proposals_consultation_act", args=[call.pk, "conclude"])
    assertContains(client.get(page), "Count &lt;b&gt;</a> — merged into one that is gone")

    with pytest.raises(Refused, match="Count <b>"):
        call.conclude(by=staff)

    moderating.part(merge, by=staff)
    with pytest.raises(Refused, match="Count <b>"):
        call.conclude(by=staff)
    make_response(idea)
    call.conclude(by=staff)
    assert call.concluded_at


def test_what_was_merged_into_one_that_was_answered_and_hidden_has_its_answer(staff):
    call = make_closed()
    idea, into = make_proposal(consultation=call), make_proposal(consultation=call)
    moderating.merge(idea, into, by=staff)
    make_response(into)
    moderating.hide(Proposal.objects.get(pk=into.pk), by=staff, reason="abuse", words="Rude.")

    call.conclude(by=staff)

    assert call.concluded_at


# --- Earlier calls, held elsewhere ------------------------------------------------------


def make_earlier(**fields):
    where = {"source_url": "https://example.org/2016", "answers_due": None}
    return make_closed(**where | fields)


def brought_in(call, key="1", **fields):
    return make_proposal(consultation=call, import_key=key, source_url=call.source_url, **fields)


def test_an_answer_that_was_not_found_keeps_no_earlier_call_open(client, staff):
    call = make_earlier()
    make_response(brought_in(call, "1"))
    brought_in(call, "2"), brought_in(call, "3")
    url = reverse("admin:proposals_consultation_act", args=[call.pk, "conclude"])
    assertContains(client.get(url), "No answer to 2 proposals that were brought in has been found")

    client.post(url)

    call.refresh_from_db()
    assert call.state == Consultation.State.CONCLUDED
    page = client.get(call.get_absolute_url())
    assertContains(page, "1 of 3 answered")
    assertContains(page, "Of 2, no answer was found in the sources.")
    assertNotContains(page, "every idea has its answer")


def test_an_idea_put_forward_here_still_waits_in_an_earlier_call(staff):
    call = make_earlier()
    make_proposal(consultation=call, title="Count the bees")

    with pytest.raises(Refused, match="Count the bees"):
        call.conclude(by=staff)


def test_answers_that_are_still_to_come_are_waited_for(staff):
    call = make_earlier(answers_due=now().date())
    brought_in(call, title="Count the bees")

    with pytest.raises(Refused, match="Count the bees"):
        call.conclude(by=staff)


def test_the_list_tells_what_waits_from_what_was_not_found(client, staff):
    call = make_earlier()
    make_response(brought_in(call, "1"))
    for key in "234":
        brought_in(call, key)
    make_proposal(consultation=call)

    page = client.get(reverse("admin:proposals_consultation_changelist"))

    assertContains(page, '<td class="field-unanswered">1</td>')
    assertContains(page, '<td class="field-not_found">3</td>')


def test_nobody_is_offered_to_follow_what_brings_no_news(client):
    call, awaited = make_earlier(), make_earlier(answers_due=now().date())
    follow = reverse("proposals:follow")

    page = client.get(call.get_absolute_url())

    assertNotContains(page, "Follow this call")
    assertNotContains(page, "application/atom+xml")
    assertContains(client.get(awaited.get_absolute_url()), "Follow this call")
    for ask in (client.get, client.post):
        assertRedirects(ask(f"{follow}?call={call.slug}"), call.get_absolute_url())
    assert client.get(f"{follow}?call={awaited.slug}").status_code == 200
    assert client.get(reverse("proposals:call_feed", args=[call.slug])).status_code == 200


def test_who_followed_it_before_can_still_stop(client):
    follow = make_follow(make_earlier())

    page = client.get(reverse("proposals:followed", args=[follow.follower.seal]))

    assertContains(page, follow.consultation.title.text)
