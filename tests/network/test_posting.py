"""Posting: every letter goes, none goes twice, and what is away is waited for."""

import socket
import time
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.sink import DROP, STALL, TAKE_AND_DROP, Sink
from network.models import Letter, Stop
from network.posting import post_due
from network.tasks import post_letters
from tests.network.letters import as_state, make_letter

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def failing(smtp, **stages):
    """A mail server that answers so at a stage: MAIL, RCPT, DATA or END."""
    with Sink(lambda stage, said: stages.get(stage)) as sink:
        smtp(sink.port)
        yield sink


def only():
    return Letter.objects.get()


# --- What goes over the line --------------------------------------------------------


def test_a_letter_arrives_as_it_was_written(sink):
    letter = make_letter(
        to="ada@example.org",
        language="fr",
        headers={"In-Reply-To": "<a@b>"},
        reply_to="x@y.example",
    )

    assert post_due() == {"posted": 1}

    [(sender, recipient, raw)] = sink.letters
    message = message_from_bytes(raw, policy=policy.default)
    assert recipient == "ada@example.org"
    assert Letter.objects.bounced_to(sender) == letter
    assert message["From"].addresses[0].addr_spec == "join@portal.example"
    assert message["From"].addresses[0].display_name == "Le Réseau d’exemple"
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == letter.subject
    assert message["Message-ID"] == letter.message_id
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["In-Reply-To"] == "<a@b>"
    assert message["Reply-To"] == "x@y.example"
    assert message["Content-Language"] == "fr"
    text, html = message.iter_parts()
    assert text.get_content().splitlines() == letter.text.splitlines()
    assert html.get_content().splitlines() == letter.html.splitlines()
    assert only().state == Letter.State.POSTED


def test_a_list_letter_carries_its_way_out_once(sink):
    letter = make_letter(kind=Letter.Kind.LIST)
    post_due()

    message = message_from_bytes(sink.letters[0][2])
    assert message.get_all("List-Unsubscribe") == [f"<{letter.leave_url}>"]
    assert message.get_all("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]


def test_many_letters_share_a_line(sink):
    for _each in range(7):
        make_letter()

    assert post_due() == {"posted": 7}
    assert (len(sink.letters), sink.lines) == (7, 1)


def test_a_domain_beyond_ascii_is_written_as_dns_has_it(sink):
    make_letter(to="ada@bibliothèque.example")
    post_due()

    assert sink.letters[0][1] == "ada@xn--bibliothque-59a.example"


def test_a_name_beyond_ascii_goes_where_the_server_takes_it(sink):
    make_letter(to="zoé@example.org")
    assert post_due() == {"posted": 1}

    _sender, recipient, raw = sink.letters[0]
    assert recipient == "zoé@example.org"
    assert raw.count(b"\r\nTo: ") == 1
    assert "\r\nTo: zoé@example.org\r\n".encode() in raw


def test_it_fails_with_a_word_where_the_server_does_not(smtp):
    make_letter(to="zoé@example.org")
    make_letter(to="ada@example.org")
    with Sink(smtputf8=False) as sink:
        smtp(sink.port)
        assert post_due() == {"failed": 1, "posted": 1}

    assert "SMTPUTF8" in Letter.objects.failed().get().last_error


# --- What passes, and what won't ----------------------------------------------------


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "END"])
def test_a_refusal_that_passes_is_tried_again_later(smtp, stage):
    make_letter()
    with failing(smtp, **{stage: "451 4.7.1 try <reader@example.org> later"}):
        assert post_due() == {"owed": 1}

    letter = only()
    wait = (letter.next_try_at - timezone.now()).total_seconds()
    assert 30 < wait < 90
    assert letter.last_error == "451 4.7.1 try <…> later"
    assert letter.attempts == 1
    assert letter.text


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "END"])
def test_one_that_will_not_pass_is_marked_and_the_next_goes(smtp, stage):
    first, second = make_letter(), make_letter()

    def answer(at, said):
        refused.append(at == stage)
        return "550 5.1.1 no such user" if at == stage and refused.count(True) == 1 else None

    refused = []
    with Sink(answer) as sink:
        smtp(sink.port)
        assert post_due() == {"failed": 1, "posted": 1}
        assert list(sink.taken) == [second.message_id]

    assert list(Letter.objects.failed()) == [first]


def test_a_refusal_of_who_we_are_is_no_letters_fault(smtp):
    for _each in range(5):
        make_letter()
    with failing(smtp, MAIL="530 5.7.0 sign in first") as sink:
        became = post_due()

    assert became == {"owed": 3}
    assert sink.lines == 3
    assert not Letter.objects.failed().exists()
    assert Letter.objects.filter(attempts=0).count() == 2


@pytest.mark.parametrize("fault", [DROP, STALL, "421 too busy"])
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "END"])
def test_a_line_that_is_lost_loses_no_letter(smtp, stage, fault):
    for _each in range(3):
        make_letter()
    with failing(smtp, **{stage: fault}) as sink:
        assert post_due() == {"owed": 3}
        assert sink.lines == 3
        assert not sink.taken

    assert Letter.objects.owed().count() == 3


def test_after_one_lost_line_the_others_go_over_a_new_one(smtp):
    for _each in range(4):
        make_letter()
    with Sink(lambda stage, said: DROP if stage == "END" and sink.lines == 1 else None) as sink:
        smtp(sink.port)
        assert post_due() == {"owed": 1, "posted": 3}


def test_a_letter_taken_by_a_server_that_hung_up_keeps_its_name(smtp):
    letter = make_letter()
    with failing(smtp, END=TAKE_AND_DROP) as sink:
        post_due()
        Letter.objects.update(next_try_at=timezone.now())
        post_due()

        assert sink.taken == {letter.message_id: 2}


@pytest.mark.parametrize("greeting", ["554 no", "421 too busy", ""])
def test_a_server_that_does_not_greet_us_is_left_alone(smtp, greeting):
    for _each in range(3):
        make_letter()
    with Sink(greeting=greeting) as sink:
        smtp(sink.port)
        assert post_due() == {"owed": 1}
        assert sink.lines == 1


def test_a_closed_port_bumps_one_letter_and_the_rest_stay_due(smtp):
    for _each in range(3):
        make_letter()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    smtp(port)

    assert post_due() == {"owed": 1}

    assert Letter.objects.due(timezone.now()).count() == 2
    assert "ConnectionRefused" in Letter.objects.get(attempts=1).last_error


def test_nothing_goes_to_a_list_after_leaving_though_it_was_owed(sink):
    letter = make_letter(kind=Letter.Kind.LIST)
    Stop.put(letter.to, how=Stop.How.PAGE)

    assert post_due() == {}
    assert not sink.letters


# --- Who posts, and when -------------------------------------------------------------


def test_the_clock_posts_what_is_owed_every_minute():
    sweep = portal.CELERY_BEAT_SCHEDULE["post letters"]

    assert sweep["task"] == post_letters.name
    assert sweep["schedule"] == 60


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_stalls_holds_a_visitor_up_for_seconds_at_most(smtp):
    with Sink(greeting="") as sink:
        smtp(sink.port)
        sink.greeting = ""
        begun = time.monotonic()
        make_letter()

    assert time.monotonic() - begun < 2
    assert only().state == Letter.State.OWED


def test_the_command_says_what_became_of_them(sink, capsys):
    make_letter()
    as_state(make_letter(), Letter.State.CLAIMED)

    call_command("post_letters")
    call_command("post_letters")

    assert capsys.readouterr().out.splitlines() == [
        "Letters: 1 posted; 1 owed in all.",
        "Letters: none was due; 1 owed in all.",
    ]


def test_a_letter_costs_two_writes_and_nothing_else(sink):
    for _each in range(20):
        make_letter()

    with CaptureQueriesContext(connection) as asked:
        post_due()

    # A claim and a mark; reading what is due and seeing that no more is cost three.
    assert len([query for query in asked if "PREPARE" not in query["sql"]]) <= 2 * 20 + 3


def test_without_a_mail_server_letters_are_files_and_their_links_are_shown(
    settings, tmp_path, capsys
):
    settings.EMAIL_BACKEND = "opengov_portal.lib.mail.FileBackend"
    settings.EMAIL_FILE_PATH, settings.HTTPS = str(tmp_path / "mail"), False
    make_letter(to="ada@example.org", kind=Letter.Kind.LIST)

    assert post_due() == {"posted": 1}

    [file] = (tmp_path / "mail").iterdir()
    message = message_from_bytes(file.read_bytes())
    assert message["To"] == "ada@example.org"
    assert "https://portal.example/en/network/leave/" in capsys.readouterr().out


def test_where_others_can_read_the_terminal_no_link_is_shown(settings, tmp_path, capsys):
    settings.EMAIL_BACKEND = "opengov_portal.lib.mail.FileBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    make_letter()
    post_due()

    assert capsys.readouterr().out == ""
