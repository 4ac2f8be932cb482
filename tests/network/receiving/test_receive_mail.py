"""`receive_mail` says 0 when a message is taken, 75 when it is not, and nothing else (M6)."""

import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError

from network.models import InboundMessage
from tests.network.receiving.messages import ADA, JOIN, message

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def hand_over(monkeypatch):
    def hand_over(raw, *options):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        call_command("receive_mail", *options)

    return hand_over


def test_a_message_on_standard_input_is_taken(hand_over):
    hand_over(message(), f"--sender={ADA}", f"--recipient={JOIN}")

    row = InboundMessage.objects.get()
    assert (row.envelope_sender, row.recipient, row.way) == (ADA, JOIN, "pipe")
    assert row.answer


def test_a_mail_server_may_say_who_in_the_environment(hand_over, monkeypatch):
    monkeypatch.setenv("SENDER", ADA)
    monkeypatch.setenv("RECIPIENT", "join+aaa@portal.example")

    hand_over(message())

    row = InboundMessage.objects.get()
    assert (row.envelope_sender, row.recipient) == (ADA, "join+aaa@portal.example")


def test_an_empty_sender_is_that_of_a_report(hand_over):
    hand_over(message(), "--sender=", f"--recipient={JOIN}")
    assert InboundMessage.objects.get().outcome == InboundMessage.Outcome.AUTOMATIC


def test_of_several_recipients_ours_counts(hand_over):
    hand_over(message(), f"--sender={ADA}", "--recipient=x@example.org", f"--recipient={JOIN}")
    assert InboundMessage.objects.get().recipient == JOIN


@pytest.mark.parametrize("sender", ["-x@example.org", "$(reboot)@example.org", "' OR 1 --", "\x1b"])
def test_any_sender_may_stand_on_the_line(hand_over, sender):
    hand_over(message(), f"--sender={sender}", f"--recipient={JOIN}")
    assert InboundMessage.objects.get().state != InboundMessage.State.RECEIVED


@pytest.mark.parametrize("problem", [OperationalError, OSError, RuntimeError, MemoryError])
def test_what_was_not_taken_stays_with_the_mail_server(hand_over, monkeypatch, caplog, problem):
    def away(*args, **more):
        raise problem(f"no room for {ADA}")

    monkeypatch.setattr(InboundMessage.objects, "bulk_create", away)

    with pytest.raises(SystemExit) as end:
        hand_over(message(), f"--sender={ADA}")

    assert end.value.code == 75
    assert ADA not in caplog.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"SECRET_KEY": ""},
        {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/nowhere"},
        {"DATABASE_URL": "no database at all"},
        {"DJANGO_SETTINGS_MODULE": "no.such.settings"},
    ],
    ids=str,
)
def test_a_portal_that_cannot_start_leaves_the_message_there_too(wrong, tmp_path):
    command = [sys.executable, "manage.py", "receive_mail", f"--sender={ADA}"]

    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(tmp_path), **wrong},
        input=message(),
        capture_output=True,
        check=False,
    )

    assert done.returncode == 75
    assert ADA.encode() not in done.stderr
