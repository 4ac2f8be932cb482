"""Of two decisions about one proposal within the hour its author hears the last alone."""

import pytest
from django.utils import timezone

from network.models import Letter
from proposals import moderating
from tests.factories import make_proposal
from tests.proposals.moderation.desk import WHY, again, later, letters, make_moderator, waiting

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
