"""Whatever becomes of a proposal is told to those who follow it: once, and all of it."""

import pytest

from proposals import digesting, forwarding, moderating
from proposals.models import Merge
from proposals.tasks import write_digests
from tests.factories import make_call, make_follow, make_proposal
from tests.proposals.moderation.desk import WHY, again, later, make_moderator, waiting
from tests.proposals.news import answer, letters

pytestmark = pytest.mark.django_db


def published():
    proposal = waiting()
    moderating.publish(proposal, by=make_moderator())
    return again(proposal)


def hidden():
    proposal = published()
    moderating.hide(proposal, by=make_moderator(), **WHY)
    return again(proposal)


def restored():
    proposal = hidden()
    moderating.restore(proposal, by=make_moderator())
    return proposal


def unhidden():
    proposal = hidden()
    moderating.undo(proposal, by=make_moderator())
    return proposal


def merged(into=None):
    proposal = published()
    moderating.merge(proposal, into or make_proposal(), by=make_moderator())
    return again(proposal)


def parted():
    proposal = merged()
    later(days=1)
    moderating.part(Merge.objects.get(), by=make_moderator())
    return proposal


def withdrawn():
    proposal = published()
    forwarding.withdraw(proposal)
    return proposal


def withdrawn_unseen():
    proposal = waiting()
    forwarding.withdraw(proposal)
    return proposal


@pytest.mark.parametrize(
    ("happens", "kinds"),
    [
        (published, ["published"]),
        (hidden, ["published", "hidden"]),
        (restored, ["published", "hidden", "restored"]),
        (unhidden, ["published", "hidden", "restored"]),
        (merged, ["published", "merged"]),
        (parted, ["published", "merged", "restored"]),
        (withdrawn, ["published", "withdrawn"]),
        (withdrawn_unseen, []),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_each_move_that_everyone_can_see_is_written_down_once(happens, kinds):
    proposal = happens()

    rows = proposal.happenings.order_by("pk")
    assert list(rows.values_list("kind", flat=True)) == kinds


def test_who_follows_what_was_merged_twice_hears_of_its_answer(morning):
    first, second, last = (make_proposal(title=title) for title in ("Bees", "Hives", "Honey"))
    make_follow(first)
    by = make_moderator()
    moderating.merge(first, second, by=by)
    moderating.merge(again(second), last, by=by)
    morning(1)
    write_digests()

    answer(last)
    morning(2)
    write_digests()

    assert [("Answered: Adopted" in letter.text) for letter in letters()] == [False, True]


def test_who_comes_to_a_busy_call_hears_of_what_comes_next_the_next_morning(morning, monkeypatch):
    """All that came before them is not read first, so many pieces a morning."""
    monkeypatch.setattr(digesting, "MOST", 2)
    call = make_call()
    for _n in range(9):
        moderating.publish(waiting(consultation=call), by=make_moderator())
    make_follow(call)
    moderating.publish(waiting(consultation=call, title="Count the bees"), by=make_moderator())
    morning(1)

    assert write_digests() == 1
    assert "Count the bees" in letters()[0].text
