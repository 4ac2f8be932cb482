"""How often a network may ask, and what the log says of one that asks too often (A4)."""

import logging

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory

from opengov_portal.lib import requests
from opengov_portal.lib.errors import TooMany
from opengov_portal.lib.logs import OneLineFormatter
from opengov_portal.lib.requests import count, limited, network_of


@limited("the made-up export", times=2, seconds=60)
def export(request):
    return HttpResponse("data")


def asked_from(address="192.0.2.7", **headers):
    return RequestFactory().get("/data/", REMOTE_ADDR=address, headers=headers)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A time that stands still, 20 seconds into a minute."""
    clock = {"now": 1_800_000_020}
    monkeypatch.setattr(requests.time, "time", lambda: clock["now"])
    return clock


def test_within_the_limit_the_view_answers():
    assert [export(asked_from()).content for _time in range(2)] == [b"data", b"data"]


def test_beyond_it_one_is_told_how_long_to_wait(caplog):
    export(asked_from())
    export(asked_from())

    with pytest.raises(TooMany) as refused:
        export(asked_from())

    assert refused.value.headers == {"Retry-After": "40"}
    assert "the made-up export" in caplog.text
    assert "192.0.2.7" not in caplog.text


def test_the_next_window_begins_anew(clock):
    for _time in range(2):
        export(asked_from())
    clock["now"] += 40

    assert export(asked_from()).content == b"data"


def test_networks_are_counted_apart():
    for _time in range(2):
        export(asked_from())

    assert export(asked_from("192.0.2.8")).content == b"data"


def test_a_whole_64_of_ipv6_is_one_network():
    assert network_of(asked_from("2001:db8::1")) == network_of(asked_from("2001:db8::ffff"))
    assert network_of(asked_from("2001:db8::1")) != network_of(asked_from("2001:db8:0:1::1"))


def test_ipv4_as_a_server_of_both_writes_it_is_ipv4():
    """Else all of IPv4 would be one network of IPv6, and wait for each other."""
    assert network_of(asked_from("::ffff:192.0.2.7")) == "192.0.2.7"


def test_behind_a_front_server_only_its_own_word_counts(settings):
    forged = {"x-forwarded-for": "203.0.113.9, 198.51.100.4"}

    assert network_of(asked_from("127.0.0.1", **forged)) == "198.51.100.4"
    settings.TRUST_PROXY = False
    assert network_of(asked_from("192.0.2.7", **forged)) == "192.0.2.7"


@pytest.mark.parametrize("odd", ["", "not an address", "1.2.3.4\nforged"])
def test_an_address_that_is_none_is_no_fault(odd):
    assert network_of(asked_from(odd)) == ""
    assert export(asked_from(odd)).content == b"data"


def test_a_cache_that_is_away_stops_nobody(monkeypatch):
    monkeypatch.setattr(type(cache._connections[cache._alias]), "add", lambda *a, **k: None)
    monkeypatch.setattr(type(cache._connections[cache._alias]), "incr", lambda *a, **k: None)

    assert [count("key", times=1, seconds=60) for _time in range(3)] == [0, 0, 0]


def test_no_input_can_forge_a_line_of_the_log():
    record = logging.LogRecord(
        "portal", logging.WARNING, "", 1, "searched for %s", ("a\nERROR forged\r\u2028b",), None
    )

    line = OneLineFormatter("{levelname} {message}", style="{").format(record)

    assert line == "WARNING searched for a\\nERROR forged\\r\\u2028b"


def test_a_trace_in_the_log_looks_like_no_record():
    try:
        raise ValueError("one\nERROR forged")
    except ValueError:
        record = logging.getLogger().makeRecord(
            "portal", logging.ERROR, "", 1, "broke", (), __import__("sys").exc_info()
        )

    first, *others = OneLineFormatter("{levelname} {message}", style="{").format(record).split("\n")

    assert first == "ERROR broke"
    assert all(line.startswith("    ") for line in others)
