"""How often one may ask to join: by network and by mail domain, over all processes."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db.models import F
from django.utils import timezone

from network import limits
from network.models import JoinRequest, Letter, Limit, Tally
from tests.forms import form_of

pytestmark = pytest.mark.django_db


def a_while_later(**time):
    Tally.objects.update(until=F("until") - timedelta(**time))


def test_a_network_address_asks_once_a_minute_and_then_waits_politely(fill_in, caplog):
    assert fill_in(email="a@example.org").status_code == 302

    response = fill_in(email="b@example.org", name="Bea", address="/fr/reseau/adhesion/")

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 61
    assert '<html lang="fr"' in response.text
    sent = form_of(response, "join")
    assert (sent["email"], sent["name"], sent["consent"]) == (["b@example.org"], ["Bea"], ["on"])
    assert JoinRequest.objects.count() == 1
    assert "Over the limit: joining" in caplog.text
    assert "192.0.2" not in caplog.text
    assert "example.org" not in caplog.text


def test_a_minute_later_one_may_ask_again(fill_in):
    fill_in(email="a@example.org")
    a_while_later(seconds=61)

    assert fill_in(email="b@example.org").status_code == 302


def test_five_in_five_minutes_are_enough(fill_in):
    codes = []
    for n in range(6):
        codes.append(fill_in(email=f"p{n}@example.org").status_code)
        # The minute is over; the five are not.
        Tally.objects.filter(until__lt=timezone.now() + timedelta(seconds=61)).delete()

    assert codes == [302] * 5 + [429]
    a_while_later(minutes=5)
    assert fill_in(email="p9@example.org").status_code == 302


def test_what_was_refused_for_a_mistake_is_not_counted(fill_in):
    for _n in range(3):
        assert fill_in(email="ada").status_code == 200
    assert fill_in().status_code == 302


def test_a_neighbourhood_asks_twenty_times_in_five_minutes(fill_in):
    codes = [
        fill_in(email=f"p{n}@example.org", network=f"192.0.2.{n}").status_code for n in range(22)
    ]
    assert codes == [302] * 20 + [429] * 2
    assert fill_in(email="p30@example.org", network="192.0.3.1").status_code == 302


def test_a_whole_64_of_ipv6_is_one_network(fill_in):
    assert fill_in(email="a@example.org", network="2001:db8::1").status_code == 302
    assert fill_in(email="b@example.org", network="2001:db8::ffff:1").status_code == 429
    assert fill_in(email="b@example.org", network="2001:db8:0:1::1").status_code == 302


def test_many_for_one_domain_are_logged_and_far_too_many_told_to_staff_once(caplog):
    for n in range(205):
        assert limits.asked(f"198.{n}.100.7", f"p{n}@Flooded.example") == 0

    assert caplog.text.count("100 requests to join in an hour: one domain") == 1
    letter = Letter.objects.get()
    assert (letter.template, letter.to) == ("network/emails/many_joining", "contact@portal.example")
    assert "one mail domain" in letter.text
    assert "looded" not in letter.text + caplog.text


def test_a_network_that_asks_all_hour_is_told_to_staff(caplog):
    for n in range(205):
        limits.asked(f"192.0.2.{n}", f"p@domain{n}.example")
        Tally.objects.filter(until__lt=timezone.now() + timedelta(minutes=6)).delete()

    assert "100 requests to join in an hour: one network" in caplog.text
    assert "one network" in Letter.objects.get().text


def test_a_domain_has_its_fill_too():
    Tally.count([Limit("joining at example.org", limits.HOUR)])
    Tally.objects.update(times=600)

    assert limits.asked("192.0.2.7", "ada@Example.org") > 3000
    assert limits.asked("192.0.3.7", "ada@example.ca") == 0


def test_who_is_refused_does_not_use_up_a_domain_for_others():
    for _n in range(50):
        limits.asked("192.0.2.7", "victim@example.org")

    assert Tally.count([Limit("joining at example.org", limits.HOUR)])[0].times == 2


def test_the_limits_are_those_of_all_processes(fill_in):
    fill_in()
    cache.clear()  # as it is in another process, where there is no Redis

    assert fill_in(email="b@example.org").status_code == 429


def test_what_is_counted_names_nobody(settings):
    limits.asked("192.0.2.7", "ada@example.org")
    keys = set(Tally.objects.values_list("pk", flat=True))
    Tally.objects.all().delete()
    settings.SECRET_KEY = "another key of ours, as long as it needs to be, 0123456789"

    limits.asked("192.0.2.7", "ada@example.org")

    assert keys.isdisjoint(Tally.objects.values_list("pk", flat=True))


def test_codes_are_tried_twenty_times_in_five_minutes(client):
    url = "/en/network/join/sent/"
    data = form_of(client.get(url), "code") | {"code": ["123456"]}

    codes = [client.post(url, data).status_code for _n in range(21)]

    assert codes == [200] * 20 + [429]
