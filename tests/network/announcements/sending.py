"""Announcements on their way, and the letters of one."""

from django.db.models import Count
from django.utils import timezone

from network.models import Announcement, Letter
from tests.factories import make_announcement

State = Announcement.State


def begun(staff, **fields):
    announcement = make_announcement(**fields)
    announcement.send(by=staff)
    return announcement


def begun_quietly(staff):
    """Begun without the turn that follows a commit here."""
    announcement = make_announcement()
    Announcement.objects.filter(pk=announcement.pk).update(
        state=State.SENDING, published_at=timezone.now(), sent_by=staff
    )
    announcement.refresh_from_db()
    return announcement


def state_of(announcement):
    announcement.refresh_from_db()
    return announcement.state


def letters(announcement):
    return Letter.objects.filter(announcement=announcement).order_by("pk")


def once_each(announcement, count):
    found = letters(announcement).values("user").annotate(letters=Count("pk"))
    assert len(found) == count
    assert {row["letters"] for row in found} == {1}
    announcement.refresh_from_db()
    assert announcement.written == count
