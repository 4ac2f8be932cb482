"""Automatic answers have limits, so that no two machines talk for long (M5)."""

from datetime import timedelta

import pytest

from network.actions import ask_to_join
from network.models import InboundMessage, JoinRequest, Letter
from network.posting import envelope
from tests.network.receiving.messages import ADA, message, send

pytestmark = pytest.mark.django_db
Outcome = InboundMessage.Outcome


def pass_time(**span):
    """As if all that was done had been done that much earlier."""
    for model, field in ((InboundMessage, "judged_at"), (JoinRequest, "created_at")):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(
                **{field: getattr(row, field) - timedelta(**span)}
            )


def letters():
    return Letter.objects.to_address(ADA).count()


def test_whoever_writes_on_and_on_is_answered_once_a_day():
    outcomes = []
    for _time in range(6):
        outcomes.append(send(body="Good morning").outcome)
        pass_time(minutes=20)

    assert outcomes == [Outcome.ASKED_TO_JOIN] + [Outcome.TOO_MANY] * 5
    assert letters() == 1
    pass_time(days=1)
    assert send(body="Good morning").outcome == Outcome.ASKED_TO_JOIN


def test_who_asks_to_join_in_words_has_one_answer_more_and_no_third():
    for _time in range(6):
        send(
            body="I want to join", From="Ada <ada+list@example.org>", sender="ada+list@example.org"
        )
        pass_time(minutes=20)

    assert letters() == 2


def test_two_messages_within_a_quarter_of_an_hour_bring_one_letter():
    send(body="I want to join")
    assert send(body="I want to join").outcome == Outcome.TOO_MANY
    assert letters() == 1


def test_there_is_a_limit_over_all_in_an_hour(settings):
    settings.INBOUND_ANSWERS_AN_HOUR = 3
    for number in range(5):
        address = f"person{number}@example.org"
        row = send(From=address, sender=address)

    assert Letter.objects.count() == 3
    assert (row.state, row.outcome) == (InboundMessage.State.WAITING, Outcome.TOO_MANY)
    pass_time(hours=1)
    assert send().answer


def test_the_limit_over_all_is_a_hundred(settings):
    assert settings.INBOUND_ANSWERS_AN_HOUR == 100


class Portal:
    """One of two portals, each with an address and a host of its own, wired to the other."""

    def __init__(self, settings, host):
        self.settings, self.host = settings, host
        self.join = f"join@{host}"
        self.taken = 0

    def be(self):
        self.settings.JOIN_ADDRESS, self.settings.SITE_URL = self.join, f"https://{self.host}"

    def post(self, other):
        """Hand every letter to the other portal that is owed over to it."""
        self.be()
        owed = list(Letter.objects.owed().filter(to=other.join))
        carried = [(each.bounce_address, envelope(each).raw()) for each in owed]
        for each in owed:
            assert each.claim()
            assert each.mark_posted()
        other.be()
        for sender, raw in carried:
            raw = self.stripped(raw)
            row = send(raw, sender=sender, to=other.join)
            assert row.state == InboundMessage.State.IGNORED
            other.taken += 1

    def stripped(self, raw):
        return raw


def wired(one, other):
    for _turn in range(10):
        one.post(other)
        other.post(one)


def test_two_portals_wired_to_each_other_exchange_one_message_each(settings):
    one, other = Portal(settings, "one.example"), Portal(settings, "other.example")
    for asker, asked in ((one, other), (other, one)):
        asker.be()
        ask_to_join(asked.join, language="en", how=JoinRequest.How.FORM)

    wired(one, other)

    assert (one.taken, other.taken) == (1, 1)
    assert Letter.objects.count() == 2


def test_a_robot_that_hides_what_it_is_is_left_alone_after_two():
    for number in range(20):
        answered = Letter.objects.order_by("-pk").first()
        thread = {"In_Reply_To": answered.message_id} if answered else {}
        send(message(f"Ticket {number}: join the queue", **thread))
        pass_time(minutes=16)

    assert letters() <= 2
