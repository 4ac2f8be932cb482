"""The cache that processes share goes on counting while Redis is away."""

import socket
import time

import pytest
from django.core.cache import caches

from opengov_portal.lib import caches as lib
from opengov_portal.lib.caches import Shelf, SteadyRedisCache
from opengov_portal.lib.requests import count
from tests.factories import PASSWORD, make_staff


@pytest.fixture(params=["closed", "silent"])
def away(request, settings, monkeypatch):
    """A Redis that nobody answers for: its port is closed, or takes calls and says nothing."""
    monkeypatch.setattr(SteadyRedisCache, "away_until", 0.0)
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        if request.param == "silent":
            port.listen()
        own = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "own"}
        settings.CACHES = {
            **settings.CACHES,
            "own": own,
            "default": {
                "BACKEND": "opengov_portal.lib.caches.SteadyRedisCache",
                "LOCATION": f"redis://127.0.0.1:{port.getsockname()[1]}/0",
                "OPTIONS": {"socket_connect_timeout": 0.05, "socket_timeout": 0.05},
            },
        }
        caches["own"].clear()
        yield


def test_what_is_kept_is_found_again(away):
    cache = caches["default"]

    assert cache.get("key", "nothing") == "nothing"
    assert cache.add("key", 1, 60)
    assert not cache.add("key", 9, 60)
    assert cache.incr("key") == 2
    cache.set("other", [3], 60)
    assert cache.get_many(["key", "other"]) == {"key": 2, "other": [3]}
    cache.delete("key")
    assert cache.get("key") is None


def test_limits_go_on_being_counted(away):
    assert [bool(count("key", times=2, seconds=60)) for _time in range(3)] == [False, False, True]


@pytest.mark.django_db
def test_staff_sign_in_and_guesses_are_still_counted(away, client):
    staff = make_staff()
    staff.emailaddress_set.create(email=staff.email, primary=True, verified=True)
    asked = {"login": staff.email, "password": PASSWORD}

    assert client.post("/en/account/login/", asked).status_code == 302
    client.logout()
    for _time in range(6):
        client.post("/en/account/login/", asked | {"password": "a guess that is wrong"})
    assert "Too many failed" in client.post("/en/account/login/", asked).text


def test_one_who_asks_waits_for_it_and_the_others_do_not(away, monkeypatch, caplog):
    caches["default"].get("key")
    asked = []
    monkeypatch.setattr(lib.RedisCache, "get", lambda *args, **kwargs: asked.append(args))

    caches["default"].get("key")

    assert not asked
    assert caplog.text.count("Redis is away") == 1
    monkeypatch.setattr(SteadyRedisCache, "away_until", 0.0)
    caches["default"].get("key")
    assert asked


# The shelf of pages


@pytest.fixture
def shelf():
    yield Shelf("of-a-test", {"OPTIONS": {"MAX_ENTRIES": 30}})
    Shelf("of-a-test", {}).clear()


def test_what_lies_on_a_shelf_is_handed_out_as_it_is(shelf):
    page = ["a page", b"whole"]
    shelf.set("key", page, 60)

    assert shelf.get("key") is page
    assert Shelf("of-a-test", {}).get("key") is page  # each thread has one of its own
    assert shelf.get("other", "nothing") == "nothing"


def test_what_lies_on_a_shelf_too_long_is_gone(shelf):
    shelf.set("key", 1, 0.01)
    assert not shelf.add("key", 2, 60)
    time.sleep(0.02)

    assert shelf.get("key") is None
    assert shelf.add("key", 3, 60)
    assert shelf.get("key") == 3


def test_a_shelf_has_an_end_and_what_was_asked_for_last_stays(shelf):
    for number in range(100):
        shelf.set(str(number), number)
        assert shelf.get("0") == 0

    assert len(shelf._cache) <= 30
