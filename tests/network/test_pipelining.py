"""MAIL, RCPT and DATA in one breath, where the server offers it (RFC 2920)."""

import smtplib

import pytest
from django.utils import timezone

from bench.sink import DROP, STALL, Sink
from network.models import Letter
from network.posting import post_due
from opengov_portal.lib.mail import hand_over
from tests.network.letters import make_letter

pytestmark = pytest.mark.django_db


def refusing(stage, reply, *, once=True):
    """An answer for a sink: that reply at that stage, to the first letter alone."""
    said = []

    def answer(at, _words):
        if at != stage or (once and said):
            return None
        said.append(at)
        return reply

    return answer


def test_a_server_that_offers_it_hears_all_three_at_once(sink):
    make_letter()
    post_due()

    [group] = [each for each in sink.groups if each.startswith("MAIL")]
    assert [line.split()[0] for line in group.splitlines()] == ["MAIL", "RCPT", "DATA"]
    assert f" SIZE={len(sink.letters[0][2])}" in group


def test_one_that_does_not_hears_one_at_a_time(smtp):
    make_letter()
    with Sink(pipelining=False) as sink:
        smtp(sink.port)
        assert post_due() == {"posted": 1}

    assert all(len(group.splitlines()) == 1 for group in sink.groups)
    assert len(sink.letters) == 1


@pytest.mark.parametrize("hasty", [False, True])
@pytest.mark.parametrize(
    ("stage", "reply", "became"),
    [
        ("RCPT", "550 5.1.1 no such user", "failed"),
        ("RCPT", "450 4.2.0 later", "owed"),
        ("MAIL", "552 5.3.4 too large", "failed"),
        ("DATA", "554 5.7.1 no", "failed"),
        ("DATA", "451 4.3.0 later", "owed"),
        ("DATA", "250 what?", "failed"),
        ("END", "554 5.6.0 no", "failed"),
    ],
)
def test_a_refusal_in_the_middle_is_of_that_letter_alone(smtp, stage, reply, became, hasty):
    """Whether or not the server says “go on” to DATA with nobody to get the letter."""
    make_letter()
    second = make_letter()
    with Sink(refusing(stage, reply), hasty=hasty) as sink:
        smtp(sink.port)
        assert post_due() == {became: 1, "posted": 1}
        assert sink.lines == (2 if stage == "MAIL" else 1)

    assert sink.taken == {second.message_id: 1}
    assert Letter.objects.exclude(pk=second.pk).get().last_error == reply


def test_a_server_that_refuses_and_hangs_up_has_refused(smtp):
    make_letter()
    answers = {"RCPT": "550 5.1.1 no such user", "DATA": DROP}
    with Sink(lambda stage, said: answers.get(stage)) as sink:
        smtp(sink.port)
        assert post_due() == {"failed": 1}


@pytest.mark.parametrize("fault", [DROP, STALL, "421 too busy"])
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "END"])
def test_a_line_that_is_lost_without_it_loses_no_letter_either(smtp, stage, fault):
    for _each in range(3):
        make_letter()
    with Sink(lambda at, said: fault if at == stage else None, pipelining=False) as sink:
        smtp(sink.port)
        assert post_due() == {"owed": 3}
        assert sink.lines == 3
        assert not sink.taken


@pytest.mark.parametrize("fault", [DROP, "421 4.3.2 too busy"])
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "END"])
def test_what_was_lost_on_the_way_goes_once_over_a_new_line(smtp, stage, fault):
    letter = make_letter()
    with Sink(refusing(stage, fault)) as sink:
        smtp(sink.port)
        assert post_due() == {"owed": 1}
        Letter.objects.update(next_try_at=timezone.now())
        assert post_due() == {"posted": 1}

    assert sink.taken == {letter.message_id: 1}


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_line_that_begins_with_a_dot_arrives_as_it_was(smtp, template, pipelining):
    words = ".one\n.two\n..three\nfour"
    make_letter(template("dots", words))
    with Sink(pipelining=pipelining) as sink:
        smtp(sink.port)
        assert post_due() == {"posted": 1}

    assert words.replace("\n", "\r\n").encode() in sink.letters[0][2]


def test_an_address_cannot_say_more_than_itself():
    with Sink() as sink, smtplib.SMTP("127.0.0.1", sink.port) as line:
        line.ehlo()
        for sender, to in (("a@b\r\nRSET", "c@d"), ("a@b", "c@d>\nRCPT TO:<e@f")):
            with pytest.raises(ValueError, match="line break"):
                hand_over(line, sender, to, b"x\r\n")

    assert not any(group.startswith("MAIL") for group in sink.groups)
