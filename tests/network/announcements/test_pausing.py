"""What is paused is neither written nor posted; all else goes on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from network.announcing import Press, write_due
from network.models import Announcement, Letter
from network.posting import post_due
from tests.factories import make_readers
from tests.network.announcements.sending import begun, letters

pytestmark = pytest.mark.django_db
State = Announcement.State


def test_a_pause_stops_the_writing_and_what_is_written(staff, small_batches, monkeypatch, sink):
    make_readers(9)
    announcement = begun(staff)
    press = Press(Announcement.objects.get())
    assert press.keep(press.next_readers())
    next_batch = press.next_readers()

    announcement.pause(by=staff)

    assert not press.keep(next_batch)
    assert write_due()[0] == 0
    assert post_due() == {}
    assert letters(announcement).count() == 3

    announcement.resume(by=staff)
    assert write_due()[0] == 6
    assert post_due() == {"posted": 9}


def test_a_letter_that_was_being_posted_when_it_was_paused_waits_too(staff):
    make_readers(1)
    announcement = begun(staff)
    write_due()
    letter = letters(announcement).get()
    assert letter.claim()
    announcement.pause(by=staff)
    assert letter.try_later("451 later")
    Letter.objects.update(next_try_at=timezone.now())

    again = letters(announcement).get()
    assert not again.claim()
    assert again.state == Letter.State.OWED

    announcement.resume(by=staff)
    assert letters(announcement).get().claim()


def test_a_long_pause_makes_no_letter_too_old(staff):
    make_readers(1)
    announcement = begun(staff)
    write_due()
    announcement.pause(by=staff)
    Letter.objects.update(owed_since=timezone.now() - timedelta(days=9))

    announcement.resume(by=staff)

    letter = letters(announcement).get()
    assert letter.claim()
    assert letter.try_later("451 later")
    assert letter.state == Letter.State.OWED


def test_other_letters_go_while_one_announcement_is_paused(staff, sink):
    make_readers(2)
    paused = begun(staff)
    write_due()
    paused.pause(by=staff)
    other = begun(staff)
    write_due()

    assert post_due() == {"posted": 2}
    assert set(letters(other).values_list("state", flat=True)) == {"posted"}
