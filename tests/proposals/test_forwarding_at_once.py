"""Authors, organizations and moderators at the same moment: one is first, the other is told."""

import pytest

from network.models import Edition, Letter
from proposals import moderating
from proposals.models import Proposal, Step
from tests.factories import make_organization, make_proposal
from tests.network.test_joining_at_once import at_once, folder, processes
from tests.proposals.moderation.desk import again, letters, make_moderator, waiting
from tests.proposals.moderation.test_at_once import PUBLISH, do
from tests.proposals.test_yours import representative, vouching

__all__ = ["at_once", "folder", "processes"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)
State = Proposal.State


def merged():
    return moderating.merge(make_proposal(), make_proposal(), by=make_moderator())


WITHDRAW = "forwarding.withdraw(thing)"
VOUCH = "forwarding.vouch(thing, by=by)"
DENY = "forwarding.deny(thing, by=by)"
ALONE = "forwarding.speak_for_oneself(thing)"
PART = "moderating.part(thing, by=by)"
PAIRS = {
    "withdraw and withdraw": (waiting, WITHDRAW, WITHDRAW),
    "withdraw and publish": (waiting, WITHDRAW, PUBLISH),
    "vouch and vouch": (vouching, VOUCH, VOUCH),
    "vouch and deny": (vouching, VOUCH, DENY),
    "vouch and speak for oneself": (vouching, VOUCH, ALONE),
    "part and part": (merged, PART, PART),
}


@pytest.mark.parametrize("name", PAIRS)
def test_of_two_at_once_one_is_first_and_the_other_is_told(at_once, name):
    make, first, second = PAIRS[name]
    Edition.advance()
    by = make_moderator()
    thing = make()
    proposal = getattr(thing, "proposal", thing)
    if proposal.organization:
        by = representative(proposal.organization)
    steps, told = proposal.steps.count(), Letter.objects.count()

    came = at_once(do(first, thing, by), do(second, thing, by))

    assert sorted(each is True for each in came) == [False, True], came
    assert proposal.steps.count() <= steps + 1
    assert Letter.objects.count() <= told + 1


PUT = """
from tests.proposals.forwarding import put
put()
came = True
"""


def test_the_same_idea_put_forward_twice_at_once_is_one_with_one_letter(at_once):
    Edition.advance()

    assert at_once(PUT, PUT) == [True, True]

    assert Proposal.objects.count() == Letter.objects.count() == 1


def test_an_idea_confirmed_twice_at_once_goes_to_the_moderators_once(at_once):
    Edition.advance()
    idea = make_proposal(state=State.UNCONFIRMED, organization=make_organization())
    settle = "came = forwarding.settle(thing, None)"
    code = do("pass", idea, make_moderator()).replace("    came = True", f"    {settle}")

    assert sorted(at_once(code, code)) == [False, True]

    assert again(idea).state == State.VOUCHING
    assert Step.objects.count() == letters("received").count() == 1


def test_of_two_ideas_confirmed_at_once_where_one_more_may_wait_one_does(at_once):
    Edition.advance()
    for _n in range(4):
        waiting(email="ada@example.org")
    both = [make_proposal(state=State.UNCONFIRMED, email="ada@example.org") for _n in range(2)]
    settle = "came = forwarding.settle(thing, None)"
    by = make_moderator()

    came = at_once(
        *[do("pass", one, by).replace("    came = True", f"    {settle}") for one in both]
    )

    assert sorted(came) == [False, True]
    assert Proposal.objects.filter(state=State.WAITING).count() == 5
    assert letters("too_many").count() == 1
