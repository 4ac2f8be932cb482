"""D5: who asked to join and never confirmed is forgotten after 30 days."""

from datetime import timedelta
from io import StringIO

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from network import limits
from network.models import JoinRequest, Member, Tally
from tests.factories import make_join_request, make_member, make_staff
from tests.night import forgotten

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def test_what_is_thirty_days_old_goes_and_members_stay():
    make_member()
    make_join_request()
    JoinRequest.objects.update(created_at=timezone.now() - MONTH)
    kept = make_join_request()

    assert forgotten("requests") == 2

    assert JoinRequest.objects.get() == kept
    assert Member.objects.count() == 1


def test_a_day_before_that_it_is_kept():
    make_join_request()
    JoinRequest.objects.update(created_at=timezone.now() - MONTH + timedelta(hours=1))

    assert forgotten("requests") == 0
    assert JoinRequest.objects.exists()


def test_many_go_in_few_queries(django_assert_max_num_queries):
    for _n in range(30):
        make_join_request()
    JoinRequest.objects.update(created_at=timezone.now() - MONTH)

    with django_assert_max_num_queries(75):
        assert forgotten("requests") == 30


def test_tallies_go_when_their_time_is_over():
    limits.asked("192.0.2.7", "ada@example.org")
    Tally.objects.filter(until__lt=timezone.now() + timedelta(minutes=6)).update(
        until=timezone.now()
    )

    forgotten()

    assert Tally.objects.count() == 2


def test_a_command_of_the_same_name_does_it_by_hand():
    make_join_request()
    JoinRequest.objects.update(created_at=timezone.now() - MONTH)

    for left in ("1", "0"):
        said = StringIO()
        call_command("keep_little", stdout=said)
        assert f"requests: {left}\n" in said.getvalue()


def test_the_clock_asks_for_it_every_night():
    tasks = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    assert "network.tasks.keep_little" in tasks
    assert "network.tasks.keep_little" in current_app.tasks


def test_staff_look_at_requests_and_change_nothing(client, settings):
    settings.REQUIRE_STAFF_MFA = False
    client.force_login(make_staff())
    asked = make_join_request(email="ada@example.org")
    pages = f"/admin/network/joinrequest/{asked.pk}/change/", "/admin/network/joinrequest/"

    for page in pages:
        response = client.get(page)
        assert "ada@example.org" in response.text
        assert asked.secret_digest not in response.text
        assert asked.code_digest not in response.text
    assert client.post(pages[0], {"email": "eve@example.org"}).status_code == 403
    assert client.get("/admin/network/joinrequest/add/").status_code == 403
    assert client.post(f"/admin/network/joinrequest/{asked.pk}/delete/").status_code == 403
