"""A message is kept before it is judged, and whatever happens it is judged once."""

import io
import threading
import tracemalloc

import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection

from network.models import InboundMessage, Letter
from network.receiving import delivery, judge_all, judging, take
from tests.network.receiving.messages import ADA, JOIN, message, send

pytestmark = pytest.mark.django_db
State, Outcome = InboundMessage.State, InboundMessage.Outcome


def test_the_same_message_twice_does_nothing_twice():
    raw = message()

    assert send(raw) == send(raw)

    assert InboundMessage.objects.count() == 1
    assert Letter.objects.count() == 1


@pytest.mark.parametrize("way", InboundMessage.Way)
def test_a_message_is_known_by_its_id_whichever_way_it_comes(way):
    raw = message(Message_ID="<one@example.org>")
    send(raw)

    take(b"Received: by another\r\n" + raw, way=way, envelope_sender=ADA, recipient=JOIN)

    assert InboundMessage.objects.count() == 1


def test_a_message_is_the_same_however_its_lines_end():
    raw = message(Message_ID="<one@example.org>")
    send(raw)
    send(raw.replace(b"\r\n", b"\n") + b"\n")
    assert InboundMessage.objects.count() == 1


def test_nobody_holds_up_anothers_message_by_its_id():
    """Who sends first under an ID that they saw or guessed keeps only their own."""
    send(message("Mine.", From="Eve <eve@example.org>", Message_ID="<one@example.org>"))
    forged = message("Forged.", Message_ID="<one@example.org>")
    send(forged, sender="eve@example.org")

    row = send(message(Message_ID="<one@example.org>"))

    assert row.outcome == Outcome.ASKED_TO_JOIN
    assert InboundMessage.objects.count() == 3


def test_a_message_without_an_id_is_known_by_all_of_it():
    raw = message(Message_ID=None)
    send(raw)
    send(raw)
    assert InboundMessage.objects.count() == 1
    send(raw + b"more")
    assert InboundMessage.objects.count() == 2


def test_a_message_id_in_the_body_is_none():
    send(message("Message-ID: <x@example.org>", Message_ID=None))
    send(message("Message-ID: <x@example.org>\n", Message_ID=None))
    assert InboundMessage.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_the_same_message_twice_at_once_is_answered_once():
    raw, together = message(), threading.Barrier(4)

    def one():
        together.wait(10)
        send(raw)
        connection.close()

    threads = [threading.Thread(target=one) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert InboundMessage.objects.get().outcome == Outcome.ASKED_TO_JOIN
    assert Letter.objects.count() == 1


def test_what_was_kept_and_not_judged_is_judged_by_the_sweep(monkeypatch):
    monkeypatch.setattr(delivery, "judge", lambda pk: None)  # as if the worker had been killed
    row = send()
    assert (row.state, row.outcome, row.judged_at) == (State.RECEIVED, "", None)

    call_command("judge_messages")

    row.refresh_from_db()
    assert row.outcome == Outcome.ASKED_TO_JOIN
    assert judge_all() == 0
    assert Letter.objects.count() == 1


def test_what_breaks_while_it_is_judged_is_set_aside_for_a_person(monkeypatch, caplog):
    def broken(raw):
        raise RuntimeError(f"no such thing: {ADA}")

    monkeypatch.setattr(judging, "read", broken)

    row = send()

    assert (row.state, row.outcome) == (State.WAITING, Outcome.ODD)
    assert row.reason
    assert ADA not in caplog.text


def test_a_database_that_goes_away_while_judging_leaves_it_for_the_sweep(monkeypatch, caplog):
    def away(*args, **more):
        raise OperationalError(f"server closed the connection: {ADA}")

    with monkeypatch.context() as now:
        now.setattr(judging, "ask_to_join", away)
        row = send()
    assert row.state == State.RECEIVED
    assert ADA not in caplog.text

    assert judge_all() == 1
    row.refresh_from_db()
    assert row.outcome == Outcome.ASKED_TO_JOIN


def test_what_cannot_be_kept_is_not_taken(monkeypatch):
    def away(*args, **more):
        raise OperationalError

    monkeypatch.setattr(InboundMessage.objects, "bulk_create", away)

    with pytest.raises(DatabaseError):
        send()


# --- Limits ------------------------------------------------------------------------


def test_a_large_message_is_kept_in_part_marked_and_answered(settings):
    settings.INBOUND_RAW_BYTES = 10_000
    raw = message("I want to join.\n" + "x" * 50_000)

    row = send(raw)

    assert (row.size, len(bytes(row.raw)), row.is_partial) == (len(raw), 10_000, True)
    assert row.outcome == Outcome.ASKED_TO_JOIN


def test_text_over_its_limit_is_cut_and_marked(settings):
    settings.INBOUND_TEXT_BYTES = 1000
    row = send(body="é" * 5000)

    assert len(row.text.encode()) <= 1000
    assert set(row.text) == {"é"}
    assert row.is_partial


def test_no_more_text_than_a_quarter_of_a_megabyte_is_kept(settings):
    assert settings.INBOUND_TEXT_BYTES == 256 * 1024


class Endless(io.RawIOBase):
    """25 MB that are made while they are read."""

    def __init__(self):
        self.left = 25_000_000

    def read(self, size=-1):
        if not self.left:
            return b""
        if self.left == 25_000_000:
            self.left -= len(head := message(""))
            return head
        self.left -= (size := min(size, self.left))
        return b"x" * size


def test_a_message_of_25_megabytes_is_never_held_whole():
    tracemalloc.start()
    row = take(Endless(), way=InboundMessage.Way.PIPE, envelope_sender=ADA, recipient=JOIN)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert row.size == 25_000_000
    assert row.is_partial
    assert peak < 20_000_000


def test_forgetting_deletes_what_is_done_with_and_old_and_nothing_else(settings):
    def of(days, **made):
        row = send(**made)
        if row.done_at:
            InboundMessage.objects.filter(pk=row.pk).update(
                done_at=row.done_at - judging.DAY * days
            )
        else:
            InboundMessage.objects.filter(pk=row.pk).update(
                judged_at=row.judged_at - judging.DAY * days
            )
        return row

    old = of(90, Precedence="bulk")
    young = of(89, Precedence="bulk")
    waiting = of(400, sender="eve@example.org")

    call_command("keep_little")

    assert set(InboundMessage.objects.all()) == {young, waiting}
    assert old not in InboundMessage.objects.all()
    assert settings.INBOUND_KEPT_DAYS == 90
