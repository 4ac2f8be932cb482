"""A reply to the letter of a room above says yes to what it listed, and to nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import get_language

from network.models import Confirmation, InboundMessage, JoinRequest, Letter, Member, Stop, User
from opengov_portal.lib.errors import Refused
from tests.factories import make_member
from tests.network.asking import ask, letters, yes_link
from tests.network.receiving.messages import JOIN, confirming, reply, secret_of

pytestmark = pytest.mark.django_db
State, Outcome = InboundMessage.State, InboundMessage.Outcome


def became(row):
    return row.state, row.outcome


@pytest.fixture
def asked(room):
    return ask(room)


@pytest.mark.parametrize("body", ["Yes", "", "Oui, je confirme", "ok thanks\n\n-- \nAda", "👍"])
def test_a_reply_says_yes(room, asked, body):
    row = reply(confirming(), body)

    assert became(row) == (State.DONE, Outcome.SAID_YES)
    assert row.about == letters().get()
    assert room.confirmed == ["Support: Open the minutes"]
    assert Confirmation.objects.get().state == "confirmed"
    assert not Member.objects.exists()
    assert not JoinRequest.objects.exists()


def test_in_either_language(room):
    room.asked = lambda confirmation: ["Appui" if get_language() == "fr" else "Support"]
    ask(room, language="fr")
    assert became(reply(confirming(), "Oui")) == (State.DONE, Outcome.SAID_YES)


def test_by_its_secret_alone(room, asked):
    reply(confirming(), In_Reply_To=None, References=None, quote=False)
    assert room.confirmed


def test_though_the_mail_server_dropped_the_secret(room, asked):
    reply(confirming(), to=JOIN)
    assert room.confirmed


def test_in_whatever_case_a_mail_program_put_the_secret(room, asked):
    to = confirming().headers["Reply-To"].upper()
    reply(confirming(), to=to, In_Reply_To=None, References=None)
    assert room.confirmed


def test_twice_does_it_once(room, asked):
    reply(confirming())
    row = reply(confirming())
    assert became(row) == (State.DONE, Outcome.SAID_YES)
    assert row.why
    assert len(room.confirmed) == 1


def test_somebody_else_with_the_secret_confirms_nothing(room, asked):
    row = reply(confirming(), From="eve@example.org", sender="eve@example.org", quote=False)
    assert became(row) == (State.WAITING, Outcome.KEPT)
    assert not room.confirmed


def test_a_sender_that_is_not_proven_confirms_nothing(room, asked, settings):
    settings.AUTHSERV_ID = "mx.portal.example"
    row = reply(confirming(), more=["Authentication-Results: mx.portal.example; dmarc=fail"])
    assert became(row) == (State.WAITING, Outcome.UNPROVEN)
    assert not room.confirmed


@pytest.mark.parametrize("body", ["No", "Non merci", "It was not me"])
def test_a_no_waits_for_staff(room, asked, body):
    assert became(reply(confirming(), body)) == (State.WAITING, Outcome.KEPT)
    assert not room.confirmed


def test_more_than_a_yes_is_a_yes_and_read_by_staff(room, asked):
    row = reply(confirming(), "Yes. When will you answer me?")
    assert became(row) == (State.WAITING, Outcome.SAID_YES)
    assert room.confirmed


def test_to_leave_is_to_leave(room, asked):
    row = reply(confirming(), "unsubscribe")
    assert became(row) == (State.DONE, Outcome.LEFT)
    assert room.left == ["ada@example.org"]
    assert Stop.objects.exists()
    assert not room.confirmed


def test_too_late_waits_for_staff_and_does_nothing(room, asked):
    Confirmation.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert became(reply(confirming())) == (State.WAITING, Outcome.KEPT)
    assert not room.confirmed
    assert Letter.objects.count() == 1


def test_what_cannot_be_done_any_more_waits_for_staff(room, asked):
    room.refuses = Refused("The call is over.")
    assert became(reply(confirming())) == (State.WAITING, Outcome.KEPT)
    assert Confirmation.objects.get().state == "waiting"


def test_an_account_that_staff_closed_confirms_nothing(room, asked):
    make_member(email="ada@example.org")
    User.objects.update(is_active=False)
    assert became(reply(letters().get())) == (State.WAITING, Outcome.KEPT)
    assert not room.confirmed


# --- What its letter did not list -------------------------------------------------


def test_what_was_added_since_is_told_of_in_a_second_letter_and_its_reply_says_yes_to_all(
    room, asked
):
    ask(room, "Follow: all", here=asked)
    first = confirming()

    row = reply(first)

    assert became(row) == (State.DONE, Outcome.TOLD_ANEW)
    assert not room.confirmed
    second = letters().last()
    assert row.answer == second != first
    assert "Follow: all" in second.text
    assert yes_link(asked) in second.text
    assert secret_of(second) == asked.secret
    assert second.headers["In-Reply-To"] == row.message_id
    assert "Or type" not in second.text  # its code was known to the first alone

    reply(second)
    assert room.confirmed == ["Support: Open the minutes", "Follow: all"]
    assert letters().count() == 2


def test_without_the_secret_only_the_link_does(room, asked):
    ask(room, "Follow: all", here=asked)
    row = reply(confirming(), to=JOIN)
    assert became(row) == (State.WAITING, Outcome.KEPT)
    assert letters().count() == 1
    assert not room.confirmed


def test_what_had_no_letter_of_its_own_is_not_confirmed_by_a_reply(room, asked):
    ask(room, "Support: A stranger’s")
    reply(confirming())
    assert room.confirmed == ["Support: Open the minutes"]
    assert Confirmation.objects.filter(state="waiting").exists()
