"""A trial goes to whoever asks, and to nobody else."""

import pytest

from network.announcing import send_trial
from network.models import Announcement, Letter
from network.posting import post_due
from tests.factories import make_announcement, make_readers
from tests.network.announcements.sending import letters, state_of

pytestmark = pytest.mark.django_db
State = Announcement.State


def test_a_trial_goes_to_whoever_asks_in_both_languages_each_time(staff):
    make_readers(2)
    announcement = make_announcement()

    send_trial(announcement, to=staff)
    send_trial(announcement, to=staff)

    found = Letter.objects.order_by("pk")
    assert [letter.language for letter in found] == ["en", "fr", "en", "fr"]
    assert {letter.to for letter in found} == {staff.email}
    assert found[0].subject == f"Trial: {announcement.title_en}"
    assert found[1].subject.endswith(announcement.title_fr)
    assert found[0].headers["List-Unsubscribe"] == f"<{found[0].leave_url}>"
    assert "sent to you alone" in found[0].text
    assert state_of(announcement) == State.DRAFT
    assert not letters(announcement).exists()


def test_a_trial_goes_out_though_its_reader_is_no_member(staff, sink):
    send_trial(make_announcement(), to=staff)

    assert post_due() == {"posted": 2}
