"""How often a network may ask the rooms above for something (SECURITY.md D3, A4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from network import limits
from network.models import Letter, Tally

pytestmark = pytest.mark.django_db
ADA = "ada@example.org"


def asked(room, times, network="192.0.2.7", email=ADA):
    return [limits.asked_for(room, network, email) for _n in range(times)]


def an_hour_later():
    Tally.objects.update(until=timezone.now() - timedelta(seconds=1))


def test_an_idea_a_minute_and_five_in_five_minutes():
    assert asked("forwarding", 1) == [0]
    assert 0 < asked("forwarding", 1)[0] <= 61


def test_a_household_or_a_library_supports_and_follows_together():
    for room in ("supporting", "following"):
        assert asked(room, 10) == [0] * 10
        assert 0 < asked(room, 1)[0] <= 61


def test_an_hour_has_its_own_limit():
    taken = 0
    for _minute in range(12):
        taken += asked("supporting", 10).count(0)
        Tally.objects.filter(until__lte=timezone.now() + timedelta(minutes=2)).update(
            until=timezone.now()
        )
    assert taken == 60
    assert asked("supporting", 1)[0] > 600
    an_hour_later()
    assert asked("supporting", 1) == [0]


def test_another_network_is_not_kept_waiting_but_all_around_it_is():
    for n in range(200):
        asked("supporting", 7, network=f"192.0.2.{n}")
    assert asked("supporting", 1, network="192.0.2.250")[0] > 0
    assert asked("supporting", 1, network="192.0.3.1") == [0]


def test_one_mail_domain_has_its_limit_which_refused_networks_do_not_use_up(monkeypatch):
    monkeypatch.setitem(limits.AT_ONE_DOMAIN, "supporting", 5)
    asked("supporting", 40, email="x@elsewhere.org")  # most are refused for their network
    for n in range(5):
        assert asked("supporting", 1, network=f"198.51.{n}.1") == [0]
    assert asked("supporting", 1, network="198.51.9.1", email="BEA@EXAMPLE.org")[0] > 0
    assert asked("supporting", 1, network="198.51.9.1", email="x@example.net") == [0]


def test_at_a_hundred_an_hour_the_log_says_so_and_at_two_hundred_staff_are_told(caplog):
    for n in range(210):
        asked("following", 1, network=f"198.{n}.0.1", email=f"someone{n}@example.org")

    assert caplog.text.count("100 requests for following in an hour: one domain") == 1
    letter = Letter.objects.get()
    assert (letter.template, letter.to) == ("network/emails/many_asking", "contact@portal.example")
    assert "200 ideas, supports" in letter.text
    assert "example.org" not in letter.text + caplog.text
    assert "198." not in caplog.text


def test_over_the_limit_is_logged_without_an_address(caplog):
    asked("forwarding", 2)
    assert "Over the limit: forwarding" in caplog.text
    assert "192.0.2" not in caplog.text
    assert "ada" not in caplog.text


def test_every_kind_has_its_limits():
    assert limits.NEAR.keys() == limits.AT_ONE_DOMAIN.keys()
    for each in limits.NEAR.values():
        assert list(each) == sorted(each)
