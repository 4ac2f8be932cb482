"""An announcement begins at its hour and is written turn by turn."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from network import announcing
from network.announcing import write_due
from network.models import Announcement
from network.tasks import write_announcements
from tests.factories import make_announcement, make_readers
from tests.network.announcements.sending import begun, letters, state_of

pytestmark = pytest.mark.django_db
State = Announcement.State


def test_no_more_wait_to_be_posted_than_is_good(staff, small_batches, monkeypatch):
    monkeypatch.setattr(announcing, "AHEAD", 4)
    make_readers(9)
    announcement = begun(staff)

    assert write_due()[0] == 6
    assert write_due()[0] == 0
    letters(announcement).update(state="posted", posted_at=timezone.now(), text="", html="",
                                 attempts=1, next_try_at=None)  # fmt: skip
    assert write_due()[0] == 3


def test_a_turn_ends_when_its_time_is_up_and_the_next_goes_on(staff, small_batches):
    make_readers(9)
    announcement = begun(staff)

    assert write_due(seconds=0) == (0, True)
    assert write_due() == (9, False)
    assert letters(announcement).count() == 9


def test_without_a_broker_staff_wait_for_one_short_turn(staff, monkeypatch):
    seconds = []
    monkeypatch.setattr(announcing, "write_due", lambda s: seconds.append(s) or (0, True))

    write_announcements()

    assert seconds == [2]


def test_at_its_hour_it_begins_by_itself(staff):
    make_readers(2)
    announcement = make_announcement()
    announcement.schedule(by=staff, at=timezone.now() + timedelta(hours=1))
    assert write_due()[0] == 0

    Announcement.objects.update(send_at=timezone.now())
    call_command("write_announcements")

    assert state_of(announcement) == State.SENDING
    assert announcement.expected == letters(announcement).count() == 2


def test_one_that_was_called_off_at_the_last_moment_does_not_begin(staff):
    announcement = make_announcement()
    announcement.schedule(by=staff, at=timezone.now() + timedelta(hours=1))
    Announcement.objects.update(send_at=timezone.now())
    [due] = Announcement.objects.due()
    announcement.unschedule(by=staff)

    assert not due.send_when_due()
    assert state_of(announcement) == State.DRAFT
