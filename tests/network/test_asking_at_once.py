"""Many at once, on either database: one letter, one yes, and what was shown is what is done."""

import pytest

from network.models import Confirmation, Consent, Letter, Member
from tests.factories import make_member
from tests.network.asking import ask, letters
from tests.network.test_joining_at_once import at_once, folder, processes

__all__ = ["at_once", "folder", "processes"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)

# The room of those processes keeps what it was told in the table of letters: a row each.
ROOM = """
from network.rooms import ROOMS
class MadeUp:
    def asked(self, confirmation):
        kept = Letter.objects.filter(key__startswith=f"hung-{confirmation.pk}-")
        return [letter.key for letter in kept.order_by("pk")]
    def confirm(self, confirmation, *, origin=""):
        for key in self.asked(confirmation):
            tell(f"done-{key}")
        return "/"
    def forget(self, addresses, user): pass
def tell(key):
    Letter.write("network/emails/answer_message", to="room@example.org", language="en", key=key,
                 context={"words": "x", "about": "x"})
def hang(what):
    return lambda confirmation: tell(f"hung-{confirmation.pk}-{what}")
ROOMS[:] = [MadeUp()]
"""


def asking(email):
    return (
        ROOM
        + f"""
came = [bool(actions.ask_to_confirm("{email}", language="en", hang=hang(f"{email}-{{n}}")).secret)
        for n in range(3)]"""
    )


def saying_yes(asked):
    return (
        ROOM
        + f"""
came = actions.confirm_asked(Confirmation.objects.get(pk={asked.pk})) is not None"""
    )


def saying_yes_to_nothing(asked):
    return (
        ROOM
        + f"""
from network.models.confirmation import seal_of
from opengov_portal.lib.errors import Refused
try:
    mine = Confirmation.objects.get(pk={asked.pk})
    came = actions.confirm_asked(mine, seen=seal_of([])) is not None
except Refused:
    came = "look again"
"""
    )


def hanging(asked):
    return (
        ROOM
        + f"""
here = Confirmation.objects.get(pk={asked.pk})
came = actions.ask_to_confirm(here.email, language="en", here=here, hang=hang("more")).pk"""
    )


def done():
    return sorted(Letter.objects.filter(key__startswith="done-").values_list("key", flat=True))


def test_of_those_who_ask_at_once_for_one_address_one_gets_the_letter(at_once):
    came = at_once(asking("ada@example.org"), asking("ADA+x@example.org"))

    assert sorted(yes for each in came for yes in each) == [False] * 5 + [True]
    assert letters().count() == 1
    assert Confirmation.objects.count() == 6  # what was asked is kept all the same
    assert Confirmation.objects.written().count() == 1


def test_of_two_who_say_yes_at_once_one_does_it(at_once, room):
    asked = ask(room)

    came = at_once(*[saying_yes(asked)] * 2)

    assert sorted(came) == [False, True]


def test_who_adds_at_the_moment_of_a_yes_is_done_with_it_or_asked_apart(at_once, room):
    asked = ask(room)
    room.hung.clear()

    yes, hung = at_once(saying_yes(asked), hanging(asked))

    assert yes
    if hung == asked.pk:
        assert done() == [f"done-hung-{asked.pk}-more"]
    else:
        assert done() == []
        assert Confirmation.objects.get(pk=hung).state == "waiting"


def test_what_is_added_at_the_moment_of_a_yes_is_never_done_unseen(at_once, room):
    asked = ask(room)
    room.hung.clear()

    yes, hung = at_once(saying_yes_to_nothing(asked), hanging(asked))

    assert done() == []
    assert yes is True or (yes == "look again" and hung == asked.pk)


def test_one_who_leaves_and_says_yes_at_once_does_both_or_leaves(at_once, room):
    member = make_member(email="ada@example.org")
    asked = ask(room)
    leaving = (
        ROOM
        + f"""
came = actions.leave(Member.objects.get(pk={member.pk}), how=Consent.How.MEMBER)
"""
    )

    at_once(leaving, saying_yes(asked))

    assert not Member.objects.exists()
    assert not Confirmation.objects.exists()
    assert Consent.objects.filter(act="withdrawn").exists()
