"""Each member gets one letter, and memory does not grow with their number."""

import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from network import announcing
from network.announcing import Press, write_due
from network.models import Announcement
from network.posting import post_due
from tests.factories import make_readers
from tests.network.announcements.sending import begun, letters, state_of

pytestmark = pytest.mark.django_db
State = Announcement.State


def test_each_member_gets_one_letter_however_often_it_is_written(staff, small_batches):
    readers = make_readers(10)
    announcement = begun(staff)

    assert [write_due()[0] for _each in range(3)] == [10, 0, 0]

    assert [letter.user_id for letter in letters(announcement)] == [
        each.user_id for each in readers
    ]
    announcement.refresh_from_db()
    assert announcement.written == announcement.expected == 10
    assert announcement.written_at


def test_it_is_sent_once_nothing_of_it_is_owed(staff, sink):
    make_readers(2)
    announcement = begun(staff)
    write_due()
    assert state_of(announcement) == State.SENDING

    assert post_due() == {"posted": 2}
    write_due()

    assert state_of(announcement) == State.SENT
    assert announcement.finished_at


def test_one_for_nobody_is_sent_at_once(staff):
    announcement = begun(staff)

    assert write_due()[0] == 0
    assert state_of(announcement) == State.SENT


def test_memory_does_not_grow_with_the_number_of_members(staff, monkeypatch):
    monkeypatch.setattr(announcing, "BATCH", 50)

    def peak(count):
        make_readers(count)
        begun(staff, languages=["en"])
        tracemalloc.start()
        assert write_due()[0] >= count
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        Announcement.objects.update(state=State.SENT, written_at=timezone.now(),
                                    finished_at=timezone.now())  # fmt: skip
        return held

    peak(100)  # what is made once is made
    few = peak(200)
    many = peak(800)  # and the first, which get the second too

    assert many < few * 1.3


def test_a_batch_asks_the_same_of_the_database_however_many_are_in_it(staff):
    def questions(count):
        make_readers(count)
        announcement = begun(staff)
        press = Press(Announcement.objects.get(pk=announcement.pk))
        with CaptureQueriesContext(connection) as asked:
            assert press.keep(press.next_readers())
        return sum(query["sql"].startswith("SELECT") for query in asked)

    assert questions(5) == questions(100)
