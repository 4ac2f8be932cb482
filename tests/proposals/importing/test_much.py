"""Thousands of rows: in good time, in bounded memory, and with progress to look at."""

import time
import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proposals.importing import load
from proposals.models import Proposal
from tests.proposals.importing.sheets import bring, rows

pytestmark = pytest.mark.django_db
MANY = 5000
SECONDS = 150  # about 20 on a machine that does nothing else


def test_five_thousand_ideas_are_brought_in_and_found(client, call, write, capsys):
    path = write(rows(*({"title": f"Count bees {n}", "votes": str(n)} for n in range(MANY))))
    begun = time.monotonic()

    bring(path, verbosity=1)

    assert time.monotonic() - begun < SECONDS
    assert Proposal.objects.count() == MANY
    out = capsys.readouterr().out
    for line in ("  500 rows checked", "  4500 of 5000 ideas added", "  5000 of 5000"):
        assert line in out
    assert "Count bees 4321" in client.get("/en/proposals/?q=4321").text

    begun = time.monotonic()
    bring(path)
    assert time.monotonic() - begun < SECONDS / 5


def test_memory_does_not_grow_with_the_file(call, write, monkeypatch):
    monkeypatch.setattr(load, "_index", lambda *args: None)
    monkeypatch.setattr(load, "BATCH", 10)

    def peak(count):
        said = [{"id": f"{count}-{n}", "text": "é" * 59_000} for n in range(count)]
        path = write(rows(*said))
        tracemalloc.start()
        try:
            bring(path)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few, many = peak(40), peak(160)

    assert many < few * 1.3


def test_what_is_asked_of_the_database_grows_by_the_batch(call, write, monkeypatch):
    monkeypatch.setattr(load, "_index", lambda *args: None)

    def cost(count, start):
        said = [{"id": f"{start}-{n}"} for n in range(count)]
        path = write(rows(*said))
        with CaptureQueriesContext(connection) as queries:
            bring(path)
        return len(queries)

    cost(1, 0)  # what a process learns once
    assert cost(2, 1) == cost(20, 2)
