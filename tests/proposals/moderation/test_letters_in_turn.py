"""Of two decisions about one proposal within the hour its author hears the last alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from network.models import Letter
from proposals import forwarding, moderating, unanswering
from proposals.answering import answer
from tests.factories import make_proposal
from tests.proposals.moderation.desk import WHY, again, later, letters, make_moderator, waiting
from tests.proposals.test_answer import answerer, said

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("first", "then", "told"),
    [
        (moderating.refuse, moderating.publish, "published"),
        (moderating.publish, moderating.hide, "hidden"),
    ],
)
def test_of_two_decisions_within_the_hour_the_last_is_told_and_undone_the_first(first, then, told):
    def decide(verb):
        said = WHY if verb in {moderating.refuse, moderating.hide} else {}
        verb(again(proposal), by=make_moderator(), **said)

    proposal = waiting()
    decide(first)
    later(minutes=20)
    [before] = Letter.objects.values_list("template", "key", "next_try_at", "text")

    decide(then)

    assert Letter.objects.get().template == f"proposals/emails/{told}"
    moderating.undo(again(proposal), by=make_moderator())
    [after] = Letter.objects.values_list("template", "key", "next_try_at", "text")
    assert after == before


def test_a_published_one_that_is_merged_within_the_hour_is_told_of_that_alone():
    proposal, into = waiting(), make_proposal()
    moderating.publish(proposal, by=make_moderator())

    merge = moderating.merge(again(proposal), into, by=make_moderator())

    assert not letters("published").exists()
    moderating.part(merge, by=make_moderator())
    assert [letter.key for letter in Letter.objects.all()] == [
        f"published-{proposal.pk}-{proposal.last_step.pk}"
    ]


def test_what_has_left_is_not_told_a_second_time_by_undoing_what_came_after():
    proposal = waiting()
    moderating.publish(proposal, by=make_moderator())
    letter = letters("published").get()
    Letter.objects.update(next_try_at=timezone.now())
    letter.refresh_from_db()
    letter.claim()
    letter.mark_posted()

    moderating.hide(again(proposal), by=make_moderator(), **WHY)
    moderating.undo(again(proposal), by=make_moderator())

    assert Letter.objects.get() == letter


# --- An answer ---------------------------------------------------------------------------


def owed():
    """The names of the letters that wait to go."""
    names = Letter.objects.filter(state="owed").order_by("pk").values_list("template", flat=True)
    return [name.removeprefix("proposals/emails/") for name in names]


def answered(**facts):
    proposal = make_proposal(**facts)
    answer([proposal], said(), by=answerer())
    return proposal


def test_an_answered_one_that_is_hidden_within_the_hour_is_told_of_that_alone():
    proposal = answered()
    due = letters("answered").get().next_try_at

    moderating.hide(again(proposal), by=make_moderator(), **WHY)
    assert owed() == ["hidden"]

    moderating.undo(again(proposal), by=make_moderator())
    assert owed() == ["answered"]
    assert abs(letters("answered").get().next_try_at - due) < timedelta(seconds=5)


def test_put_back_it_is_told_of_its_answer_after_all_however_late():
    proposal = answered()
    moderating.hide(again(proposal), by=make_moderator(), **WHY)
    later(days=3)
    letters("hidden").delete()

    step = moderating.restore(again(proposal), by=make_moderator())

    assert owed() == ["answered", "restored"]
    assert letters("answered").get().next_try_at == step.undo_until
    moderating.undo(again(proposal), by=make_moderator())
    assert owed() == []


def test_an_answer_that_is_undone_while_it_is_hidden_brings_no_letter_of_the_one_before():
    proposal, by = answered(), answerer()
    answer([proposal], said(outcome="under_way"), by=by)
    moderating.hide(again(proposal), by=make_moderator(), **WHY)

    unanswering.undo(again(proposal), by=by)
    assert owed() == ["hidden"]

    moderating.undo(again(proposal), by=make_moderator())
    assert owed() == ["answered"]


def test_who_takes_an_answered_one_back_is_told_of_that_alone():
    proposal = answered()

    forwarding.withdraw(again(proposal))

    assert owed() == ["withdrawn"]


def test_who_shares_the_answer_of_one_that_is_hidden_is_told_of_it():
    shared, merged = make_proposal(), make_proposal()
    moderating.merge(merged, shared, by=make_moderator())
    Letter.objects.all().delete()
    answer([shared], said(), by=answerer())

    moderating.hide(again(shared), by=make_moderator(), **WHY)

    assert owed() == ["answered", "hidden"]
    assert letters("answered").get(state="owed").to == merged.email
