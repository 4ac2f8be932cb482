"""Concluding a call for ideas: once each of its proposals is answered."""

import pytest

from opengov_portal.lib.errors import Refused
from proposals import moderating
from proposals.models import Consultation, Proposal
from tests.factories import make_organization, make_proposal, make_response
from tests.proposals.calling import WHY, make_closed, make_concluded, now

pytestmark = pytest.mark.django_db


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
