"""An idea that comes back unanswered into a concluded call reopens it, and it says why."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from proposals import moderating, unanswering
from proposals.answering import answer
from proposals.models import Appeal, Consultation
from tests.factories import make_proposal, make_response
from tests.proposals.calling import make_closed
from tests.proposals.moderation.desk import WHY, again, appealed, make_moderator, refused
from tests.proposals.test_answer import answerer, said

pytestmark = pytest.mark.django_db


def conclude(call, staff):
    call.conclude(by=staff)
    return call


def merged(call, by):
    """An idea of the call, merged into one of another that is answered."""
    into = make_proposal()
    make_response(into)
    return moderating.merge(make_proposal(consultation=call), into, by=by)


def a_hidden_one(call, staff):
    proposal = make_proposal(consultation=call)
    moderating.hide(proposal, by=make_moderator(), **WHY)
    conclude(call, staff)
    return lambda by: moderating.restore(again(proposal), by=by)


def a_hiding_undone(call, staff):
    proposal = make_proposal(consultation=call)
    moderating.hide(proposal, by=make_moderator(), **WHY)
    conclude(call, staff)
    return lambda by: moderating.undo(again(proposal), by=by)


def a_refused_one(call, staff):
    proposal = refused(consultation=call)
    conclude(call, staff)
    return lambda by: moderating.publish(again(proposal), by=by)


def a_refusal_undone(call, staff):
    proposal = refused(consultation=call)
    conclude(call, staff)
    return lambda by: moderating.undo(again(proposal), by=by)


def an_appeal_granted(call, staff):
    proposal = refused(consultation=call)
    conclude(call, staff)
    appeal = Appeal.put(proposal.last_step, words="Please.")
    assert again(call).concluded_at
    return lambda by: moderating.grant(appeal, by=by)


def a_denial_undone(call, staff):
    appeal = appealed(consultation=call)
    judge = make_moderator()
    moderating.deny(appeal, by=judge, words="No.")
    conclude(call, staff)
    return lambda by: moderating.undo(again(appeal.proposal), by=by)


def a_merge_undone(call, staff):
    merge = merged(call, staff)
    conclude(call, staff)
    return lambda by: moderating.part(again(merge), by=by)


def a_merge_undone_of_what_it_was_merged_into(call, staff):
    middle, last = make_proposal(), make_proposal()
    make_response(last)
    moderating.merge(make_proposal(consultation=call), middle, by=staff)
    merge = moderating.merge(again(middle), last, by=staff)
    conclude(call, staff)
    return lambda by: moderating.part(again(merge), by=by)


def an_answer_undone(call, staff):
    proposal, by = make_proposal(consultation=call), answerer()
    answer([proposal], said(), by=by)
    conclude(call, staff)
    return lambda _by: unanswering.undo(proposal, by=by)


def an_answer_undone_that_it_shares(call, staff):
    shared, by = make_proposal(), answerer()
    moderating.merge(make_proposal(consultation=call), shared, by=staff)
    answer([shared], said(), by=by)
    conclude(call, staff)
    return lambda _by: unanswering.undo(shared, by=by)


WAYS = [
    a_hidden_one,
    a_hiding_undone,
    a_refused_one,
    a_refusal_undone,
    an_appeal_granted,
    a_denial_undone,
    a_merge_undone,
    a_merge_undone_of_what_it_was_merged_into,
    an_answer_undone,
    an_answer_undone_that_it_shares,
]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_back_reopens_the_call_and_says_why(client, staff, way):
    call = make_closed()
    bring_back = way(call, staff)
    assertContains(client.get(call.get_absolute_url()), "Concluded on")
    by = make_moderator()

    bring_back(by)

    call.refresh_from_db()
    assert call.state == Consultation.State.CLOSED
    assert call.open_ends()
    turn = call.turns.newest().first()
    assert turn.act == "reopened"
    assert turn.reason_en == "An idea of this call waits again, for a moderator or for its answer."
    assert turn.reason_fr.startswith("Une idée de cet appel attend de nouveau")
    assert call.happenings.filter(kind="reopened").count() == 1
    page = client.get(call.get_absolute_url())
    assertContains(page, "waits again")
    assertNotContains(page, "Concluded on")


def test_what_comes_back_with_its_answer_leaves_it_concluded(staff):
    call = make_closed()
    proposal = make_proposal(consultation=call)
    make_response(proposal)
    moderating.hide(proposal, by=staff, **WHY)
    call.conclude(by=staff)

    moderating.restore(again(proposal), by=staff)

    call.refresh_from_db()
    assert call.concluded_at
    assert [turn.act for turn in call.turns.all()] == ["concluded"]


def test_what_is_undone_once_it_is_reopened_leaves_it_so(staff):
    call = make_closed()
    proposal = make_proposal(consultation=call)
    moderating.hide(proposal, by=staff, **WHY)
    call.conclude(by=staff)
    moderating.restore(again(proposal), by=staff)

    moderating.undo(again(proposal), by=staff)

    call.conclude(by=staff)
    acts = [turn.act for turn in call.turns.newest()]
    assert acts == ["concluded", "reopened", "concluded"]
