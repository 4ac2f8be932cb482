"""Who left, stopped or unticked the box gets no letter, up to the last moment."""

import pytest

from network.announcing import Press, write_due
from network.models import Announcement, Letter, Stop
from network.posting import post_due
from tests.factories import make_member, make_readers
from tests.network.announcements.sending import begun, begun_quietly, letters, once_each

pytestmark = pytest.mark.django_db
State = Announcement.State


def test_who_unticked_or_left_before_their_turn_gets_none(staff, small_batches):
    make_readers(3)
    unticked, left, stopped = (make_member(announcements=True) for _each in range(3))
    announcement = begun(staff)
    press = Press(Announcement.objects.get())
    press.keep(press.next_readers())

    type(unticked).objects.filter(pk=unticked.pk).update(announcements=False)
    left.delete()
    Stop.put(stopped.address, how=Stop.How.ONE_CLICK)
    write_due()

    assert letters(announcement).count() == 3


@pytest.mark.django_db(transaction=True)
def test_who_leaves_with_their_account_while_a_batch_is_written_holds_up_nobody(
    staff, small_batches, monkeypatch
):
    readers = make_readers(5)
    announcement = begun_quietly(staff)
    real = Press.next_readers

    def next_readers(press):
        found = real(press)
        type(staff).objects.filter(pk=readers[1].user_id).delete()
        return found

    monkeypatch.setattr(Press, "next_readers", next_readers)

    assert write_due()[0] == 4

    once_each(announcement, 4)


def untick(member):
    type(member).objects.filter(pk=member.pk).update(announcements=False)


def leave(member):
    member.delete()


def stop(member):
    Stop.put(member.address, how=Stop.How.ONE_CLICK)


def close(member):
    type(member.user).objects.filter(pk=member.user.pk).update(is_active=False)


@pytest.mark.parametrize("goes", [untick, leave, stop, close])
def test_who_goes_after_theirs_was_written_gets_none(staff, goes, sink):
    member = make_member(announcements=True)
    Letter.objects.all().delete()  # the welcome
    announcement = begun(staff)
    write_due()

    goes(member)

    assert post_due() == {}
    assert letters(announcement).get().state == Letter.State.WITHHELD
    assert not sink.letters


def test_another_box_keeps_nobody_on_this_list(staff, sink):
    member = make_member(announcements=True, calls=True)
    Letter.objects.all().delete()
    begun(staff)
    write_due()
    untick(member)

    post_due()

    assert not sink.letters


def test_one_address_that_cannot_be_written_to_stops_nobody_else(staff, caplog):
    first, _second = make_readers(2)
    type(first.user).objects.filter(pk=first.user.pk).update(email="no address")
    announcement = begun(staff)

    write_due()

    assert letters(announcement).count() == 1
    assert "no address" not in caplog.text
    assert str(first.pk) in caplog.text
