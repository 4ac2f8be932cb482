"""Two at the same moment, on either database: one decides, the other is told; nothing is lost."""

import pytest

from network.models import Edition, Letter
from proposals import moderating
from proposals.models import Appeal, Flag, Merge, Proposal, Step, Support
from tests.factories import make_proposal
from tests.network.test_joining_at_once import at_once, folder, processes
from tests.proposals.briefs import with_brief
from tests.proposals.moderation.desk import WHY, again, appealed, make_moderator, refused, waiting

__all__ = ["at_once", "folder", "processes"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)

# One process does one thing; `came` says whether it did it or was told that it came second.
DO = """
from django.contrib.contenttypes.models import ContentType
ContentType.objects.clear_cache()  # the tables were emptied since
from django.core.exceptions import PermissionDenied
from network.models import User
from opengov_portal.lib.errors import Refused
from proposals import forwarding, moderating, supporting
from proposals.models import *
by = User.objects.get(pk={by})
thing = {model}.objects.get(pk={pk})
other = Proposal.objects.filter(pk={other}).first()
WHY = {{"reason": "abuse", "words": "No."}}
try:
    {verb}
    came = True
except (Refused, PermissionDenied) as refusal:  # it may no longer be theirs to decide
    came = str(refusal)
"""


def do(verb, thing, by, other=0):
    return DO.format(
        verb=verb, by=by.pk, model=type(thing).__name__, pk=thing.pk, other=getattr(other, "pk", 0)
    )


def hidden():
    proposal = make_proposal()
    moderating.hide(proposal, by=make_moderator(), **WHY)
    return proposal


def published():
    proposal = waiting()
    moderating.publish(proposal, by=make_moderator())
    return proposal


def flagged():
    proposal = make_proposal()
    Flag.put(proposal, reason="abuse", network="198.51.100.7")
    return proposal


def without_its_brief():
    proposal = with_brief()
    moderating.take_brief_off(proposal, by=make_moderator(), **WHY)
    return proposal


OFF = "moderating.take_brief_off(thing, by=by, **WHY)"


def kept():
    proposal = flagged()
    proposal.keep(by=make_moderator(), words="Fair.")
    return proposal


PUBLISH = "moderating.publish(thing, by=by)"
REFUSE = "moderating.refuse(thing, by=by, **WHY)"
HIDE = "moderating.hide(thing, by=by, **WHY)"
PAIRS = {
    "publish and publish": (waiting, PUBLISH, PUBLISH),
    "publish and refuse": (waiting, PUBLISH, REFUSE),
    "refuse and refuse": (waiting, REFUSE, REFUSE),
    "hide and hide": (make_proposal, HIDE, HIDE),
    "restore and restore": (hidden, *["moderating.restore(thing, by=by)"] * 2),
    "undo and undo": (published, *["moderating.undo(thing, by=by)"] * 2),
    "undo and hide": (
        published,
        "moderating.undo(thing, by=by, seen={0})",
        "moderating.hide(thing, by=by, seen={0}, **WHY)",
    ),
    "grant and deny": (
        appealed,
        "moderating.grant(thing, by=by)",
        "moderating.deny(thing, by=by, words='No.')",
    ),
    "take a file off and take it off": (with_brief, OFF, OFF),
    "take a file off and hide": (
        with_brief,
        f"{OFF[:-1]}, seen={{0}})",
        f"{HIDE[:-1]}, seen={{0}})",
    ),
    "put a cleaned file in, and undo": (
        without_its_brief,
        "moderating.put_brief_in(thing, b'%PDF', by=by, seen={0})",
        "moderating.undo(thing, by=by, seen={0})",
    ),
    "unkeep and unkeep": (kept, *["thing.unkeep(by=by)"] * 2),
    "keep and keep": (flagged, *["thing.keep(by=by, words='Fair.')"] * 2),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_of_two_at_once_one_decides_and_the_other_is_told(at_once, name):
    make, first, second = PAIRS[name]
    Edition.advance()
    thing = make()
    proposal = getattr(thing, "proposal", thing)
    last = proposal.last_step
    both = [verb.replace("{0}", str(last.pk if last else 0)) for verb in (first, second)]
    steps, letters = proposal.steps.count(), Letter.objects.count()

    came = at_once(*[do(verb, thing, make_moderator()) for verb in both])

    assert sorted(each is True for each in came) == [False, True]
    assert proposal.steps.count() <= steps + 1
    assert Letter.objects.count() <= letters + 1
    assert Step.objects.standing().filter(proposal=proposal).count() in {
        steps - 1,
        steps,
        steps + 1,
    }


def test_of_two_clicks_that_appeal_one_does(at_once):
    Edition.advance()
    step = refused().last_step

    came = at_once(*[do("Appeal.put(thing)", step, make_moderator())] * 2)

    assert sorted(each is True for each in came) == [False, True]
    assert Appeal.objects.count() == 1


def test_flags_of_one_network_at_once_count_once(at_once):
    proposal = make_proposal()
    put = "Flag.put(thing, reason='abuse', network='198.51.100.7')"

    assert at_once(*[do(put, proposal, make_moderator())] * 2) == [True, True]

    assert Flag.objects.count() == 1


def test_two_into_each_other_at_once_make_one_merge(at_once):
    Edition.advance()
    one, two, by = make_proposal(), make_proposal(), make_moderator()
    verb = "moderating.merge(thing, other, by=by)"

    came = at_once(do(verb, one, by, two), do(verb, two, by, one))

    assert sorted(each is True for each in came) == [False, True]
    assert Merge.objects.count() == Proposal.objects.filter(state="merged").count() == 1


def test_a_support_that_comes_with_a_merge_is_counted_once(at_once):
    Edition.advance()
    one, two, by = make_proposal(), make_proposal(), make_moderator()
    Support.objects.create(
        proposal=one, email="a@example.org", address="a@example.org", confirmed_at=one.created_at
    )
    Proposal.objects.filter(pk=one.pk).update(supporters=1)
    support = "supporting.support(thing, 'a@example.org', user=by)"

    came = at_once(do("moderating.merge(thing, other, by=by)", one, by, two), do(support, two, by))

    assert came == [True, True]
    assert again(two).supporters == Support.objects.of_people().filter(proposal=two).count() == 1


def test_strikes_at_once_are_both_kept(at_once):
    Edition.advance()
    proposal, by = make_proposal(problem="Ada and Bob."), make_moderator()
    verb = "moderating.strike(thing, by=by, field='problem', passage='{}', why='x')"

    came = at_once(*[do(verb.replace("{}", name), proposal, by) for name in ("Ada", "Bob")])

    assert came == [True, True]
    mark = "[personal information removed]"
    assert again(proposal).problem == f"{mark} and {mark}."
