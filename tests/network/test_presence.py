"""Who else has a page of a queue open: a hint, kept beside the database."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from network.presence import FRESH, also_open
from tests.factories import make_organization, make_staff

pytestmark = pytest.mark.django_db


def test_the_second_sees_the_first_and_nobody_sees_themselves():
    ada, bob = make_staff(name="Ada"), make_staff(name="Bob")
    thing = make_organization()

    assert also_open(ada, [thing]) == []
    assert also_open(ada, [thing]) == []
    assert also_open(bob, [thing]) == [("Ada", 0)]
    assert also_open(ada, [thing]) == [("Bob", 0)]


def test_another_thing_is_not_this_one():
    also_open(make_staff(name="Ada"), [make_organization()])

    assert also_open(make_staff(), [make_organization()]) == []


def test_it_says_how_many_minutes_ago_and_forgets_after_ten(monkeypatch):
    ada, bob, thing = make_staff(name="Ada"), make_staff(), make_organization()
    now = timezone.now()

    def at(moment):
        monkeypatch.setattr("network.presence.timezone.now", lambda: moment)

    at(now)
    also_open(ada, [thing])
    at(now + timedelta(minutes=3, seconds=59))
    assert also_open(bob, [thing]) == [("Ada", 3)]
    at(now + FRESH)
    assert also_open(bob, [thing]) == []


def test_it_costs_no_query_and_a_cache_that_lost_it_breaks_nothing(django_assert_num_queries):
    ada, thing = make_staff(), make_organization()

    with django_assert_num_queries(0):
        also_open(ada, [thing])
        caches["presence"].clear()
        assert also_open(ada, [thing]) == []
