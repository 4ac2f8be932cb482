"""What the rooms above do when a member leaves or is erased, and what is held and forgotten."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.asserts import assertContains

from network.actions import confirm_asked, erase, leave, leave_lists
from network.holdings import held_on, held_on_account, record
from network.models import Confirmation, Consent, InboundMessage, JoinRequest, Letter, Stop
from network.rooms import ROOMS, open_room
from opengov_portal.lib.errors import Refused
from tests.factories import make_join_request, make_member, make_staff
from tests.network.asking import MadeUpRoom, ask, letters
from tests.night import forgotten

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return make_member(email="ada@example.org")


def test_who_leaves_has_nothing_waiting_any_more(room, member):
    ask(room, email="Ada+x@example.org")
    ask(room, email="eve@example.org")
    room.forget = lambda addresses, user: room.forgotten.append(
        (addresses, user.email, Confirmation.objects.count())
    )

    leave(member, how=Consent.How.MEMBER)

    # The rooms were told while what hung was still to be found.
    assert room.forgotten == [({"ada@example.org"}, "ada@example.org", 2)]
    assert [each.address for each in Confirmation.objects.all()] == ["eve@example.org"]
    assert [letter.to for letter in letters()] == ["eve@example.org"]


def test_who_is_erased_too(room, member):
    ask(room)
    erase(member, how=Consent.How.MEMBER)
    assert len(room.forgotten) == 1
    assert not Confirmation.objects.exists()
    leave(member, how=Consent.How.MEMBER)  # a second time
    assert len(room.forgotten) == 1


def test_a_room_that_fails_leaves_all_as_it_was(room, member):
    ask(room)

    def forget(addresses, user):
        raise Refused

    room.forget = forget
    with pytest.raises(Refused):
        leave(member, how=Consent.How.MEMBER)
    assert Confirmation.objects.exists()
    member.refresh_from_db()


def test_who_wants_no_more_of_a_letter_is_told_to_the_rooms(room, member):
    leave_lists(Letter.objects.first(), how=Stop.How.PAGE)
    assert room.left == ["ada@example.org"]


# --- What is held -----------------------------------------------------------------


def test_what_was_asked_for_is_among_what_is_held_and_opens_nothing(room, member):
    asked = ask(room)

    for held in (held_on("ADA@example.org"), held_on_account(member.user)):
        assert [each["email"] for each in held["confirmations"]] == ["ada@example.org"]
        assert held["made_up"][0]["email"] == "ada@example.org"
        everything = str(held | {"letters_to_you": []})  # one not yet posted holds its words
        for secret in (asked.secret_digest, asked.code_digest, asked.told):
            assert secret not in everything


def test_the_members_own_download_has_it(client, room, member):
    ask(room)
    client.force_login(member.user)
    response = client.post("/en/network/member/download/")
    assertContains(response, "confirmations")
    assert json.loads(response.content)["confirmations"]


def test_nobody_of_staff_is_named_to_a_person():
    message = InboundMessage(sender="ada@example.org", answered_by=make_staff(), raw=b"")
    assert "answered_by" not in record(message)
    assert "answered_by" in record(message, {message.answered_by.pk})


# --- Nightly ----------------------------------------------------------------------


def test_what_nobody_confirmed_is_deleted_after_thirty_days(room):
    stale, confirmed = ask(room), ask(room, email="bea@example.org")
    confirm_asked(confirmed)
    fresh = ask(room, email="eve@example.org")
    make_join_request(email="old@example.org")
    old = timezone.now() - timedelta(days=30)
    Confirmation.objects.exclude(pk=fresh.pk).update(created_at=old)
    JoinRequest.objects.update(created_at=old)
    room.forget_stale = lambda now: sum(1 for pk, _what in room.hung if Stale.has(pk))

    class Stale:
        @staticmethod
        def has(pk):
            return (
                Confirmation.objects.filter(pk=pk, state="waiting").stale(timezone.now()).exists()
            )

    assert (
        forgotten("made_up", "confirmations", "requests") == 4
    )  # what hung, two confirmations, one request
    assert list(Confirmation.objects.all()) == [fresh]
    assert forgotten("made_up", "confirmations", "requests") == 0
    assert stale != fresh


def test_by_hand_too(room):
    ask(room)
    Confirmation.objects.update(created_at=timezone.now() - timedelta(days=31))
    call_command("keep_little")
    assert not Confirmation.objects.exists()


def test_a_room_is_opened_once(room):
    another = MadeUpRoom()
    open_room(another)
    assert [room, another] == ROOMS
