"""A message leaves the mailbox only once it is kept; a server that is away is waited for."""

import os
import subprocess
import sys
from imaplib import IMAP4
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError
from imap_tools import ImapToolsError

from network.models import InboundMessage, Letter
from network.receiving import mailbox
from tests.network.receiving.messages import ADA, message

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


def stamped(**made):
    return message(more=(f"Return-Path: <{ADA}>",), **made)


class Mailbox:
    """A made-up mailbox: what is in it, and what was moved to which folder."""

    def __init__(self, *messages):
        self.messages = {str(uid): raw for uid, raw in enumerate(messages, 1)}
        self.moved, self.folders = {}, ["INBOX"]
        self.folder = self.client = self
        self.fault = None

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        return None

    def exists(self, name):
        return name in self.folders

    def create(self, name):
        self.folders.append(name)

    def set(self, name):
        self.opened = name

    def uids(self, criteria):
        self.asked = str(criteria)
        return list(self.messages)

    def uid(self, command, uid, what):
        if uid not in self.messages:
            return "OK", [None]
        most = int(what.rpartition(".")[2].rstrip(">)"))
        raw = self.messages[uid]
        said = f"1 (UID {uid} RFC822.SIZE {len(raw)} BODY[]<0> {{{len(raw)}}}".encode()
        return "OK", [(said, raw[:most]), b")"]

    def move(self, uid, folder):
        if self.fault:
            raise self.fault
        self.moved[uid] = (folder, self.messages.pop(uid))

    def delete(self, uids):
        self.deleted = uids


@pytest.fixture
def opened(monkeypatch, settings):
    settings.JOIN_IMAP_URL = "imap://join:s3cret@127.0.0.1:1/INBOX"

    def opened(*messages):
        box = Mailbox(*messages)
        monkeypatch.setattr(mailbox, "opened", lambda: box)
        return box

    return opened


def test_what_is_in_the_mailbox_is_taken_and_moved_away(opened):
    box = opened(stamped(), stamped(From="bob@example.org"))

    call_command("read_mailbox")

    assert box.messages == {}
    assert {folder for folder, _raw in box.moved.values()} == {"Taken"}
    assert InboundMessage.objects.filter(way="imap").count() == 2
    assert Letter.objects.to_address(ADA).count() == 1


def test_what_cannot_be_kept_stays_in_the_mailbox(opened, monkeypatch, caplog):
    box = opened(stamped())

    def away(*args, **more):
        raise OperationalError(f"no room for {ADA}")

    monkeypatch.setattr(InboundMessage.objects, "bulk_create", away)

    call_command("read_mailbox")

    assert len(box.messages) == 1
    assert not box.moved
    assert ADA not in caplog.text


@pytest.mark.parametrize(
    "fault", [OSError("gone"), IMAP4.abort("gone"), ImapToolsError("no"), TimeoutError()]
)
def test_a_reading_that_dies_half_way_is_begun_again_without_harm(opened, fault, caplog):
    box = opened(stamped(), stamped(From="bob@example.org"))
    box.fault = fault
    assert mailbox.read_mailbox() == 0
    assert InboundMessage.objects.count() == 1

    box.fault = None
    assert mailbox.read_mailbox() == 2

    assert InboundMessage.objects.count() == 2
    assert Letter.objects.to_address(ADA).count() == 1
    assert "Traceback" not in caplog.text


def test_no_more_of_a_message_is_fetched_than_is_kept(opened, settings):
    settings.INBOUND_RAW_BYTES = 1000
    opened(raw := stamped(body="x" * 5000))

    mailbox.read_mailbox()

    row = InboundMessage.objects.get()
    assert (row.size, len(bytes(row.raw)), row.is_partial) == (len(raw), 1000, True)


def test_a_message_that_another_reading_took_is_left(opened, monkeypatch):
    box = opened(stamped())
    monkeypatch.setattr(box, "uids", lambda criteria: ["1", "7"])

    assert mailbox.read_mailbox() == 1


def test_a_server_that_is_away_is_logged_without_a_trace(settings, caplog):
    settings.JOIN_IMAP_URL = "imap://join:a%20word@127.0.0.1:9/INBOX"

    assert mailbox.read_mailbox() == 0

    assert "The mailbox cannot be read: ConnectionRefusedError" in caplog.text
    assert "word" not in caplog.text
    assert "Traceback" not in caplog.text


def test_without_a_mailbox_nothing_is_read(monkeypatch):
    monkeypatch.setattr(mailbox, "opened", None)
    call_command("read_mailbox")
    call_command("keep_little")


def test_what_was_taken_long_ago_is_deleted_there_too(opened):
    box = opened(stamped())
    box.folders.append("Taken")

    call_command("keep_little")

    assert (box.opened, box.deleted) == ("Taken", ["1"])
    assert "BEFORE" in box.asked


@pytest.mark.parametrize(
    "url",
    [
        "imap://join:s3cret@mail.example.org",
        "pop://join:s3cret@127.0.0.1",
        "imap+ssl://127.0.0.1",
        "x",
    ],
)
def test_a_mailbox_that_is_none_or_open_to_listeners_stops_the_start(url, tmp_path):
    command = [sys.executable, "-c", "import opengov_portal.settings"]
    given = {**os.environ, "JOIN_IMAP_URL": url, "VAR_DIR": str(tmp_path)}

    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)

    assert "ImproperlyConfigured: JOIN_IMAP_URL" in done.stderr
    assert "s3cret" not in done.stderr.rpartition("ImproperlyConfigured")[2]
