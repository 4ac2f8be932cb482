"""Two clicks send an announcement, at once or at its hour; it is paused and resumed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from network.announcing import write_due
from network.models import Announcement, Letter
from tests.factories import make_announcement, make_readers
from tests.network.announcements.admin.desk import send, url
from tests.network.announcements.sending import state_of

pytestmark = pytest.mark.django_db
State = Announcement.State


def test_a_trial_goes_to_whoever_presses_the_button(client, staff):
    make_readers(2)
    announcement = make_announcement()

    response = client.post(url("trial", announcement), follow=True)

    assertContains(response, f"A trial in both languages goes to {staff.email}.")
    assert set(Letter.objects.values_list("to", flat=True)) == {staff.email}
    client.post(url("trial", announcement))
    assert Letter.objects.count() == 4
    assert client.get(url("trial", announcement)).status_code == 405


def test_two_clicks_send_it(client, staff):
    make_readers(2)
    announcement = make_announcement()

    assertContains(client.get(url("change", announcement)), url("send", announcement))
    assert state_of(announcement) == State.DRAFT
    assertContains(client.get(url("send", announcement)), "It would go to 2 members.")
    assert state_of(announcement) == State.DRAFT
    response = send(client, announcement)

    assertContains(response, "It is on the site")
    assert state_of(announcement) == State.SENDING
    assert announcement.sent_by == staff
    assert send(client, announcement).status_code == 409


def test_it_is_sent_at_a_time(client, staff):
    announcement = make_announcement()
    at = timezone.localtime(timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)

    send(client, announcement, when="later", at=f"{at:%Y-%m-%dT%H:%M}")

    assert state_of(announcement) == State.SCHEDULED
    assert announcement.send_at == at
    assertContains(client.get(url("change", announcement)), "Call it off")
    client.post(url("step", announcement, "unschedule"))
    assert state_of(announcement) == State.DRAFT


@pytest.mark.parametrize("at", ["", "2020-01-01T10:00", "soon"])
def test_a_time_that_is_none_is_told(client, staff, at):
    announcement = make_announcement()

    response = send(client, announcement, when="later", at=at)

    assert state_of(announcement) == State.DRAFT
    assertContains(response, "errorlist")


def test_what_was_changed_since_it_was_looked_at_is_not_sent(client, staff):
    announcement = make_announcement()
    seen = announcement.fingerprint
    Announcement.objects.update(words_en="Other words.")

    assert send(client, announcement, seen=seen).status_code == 409
    assert state_of(announcement) == State.DRAFT


def test_it_is_paused_and_resumed_and_says_how_far_it_is(client, staff):
    make_readers(3)
    announcement = make_announcement()
    announcement.send(by=staff)
    write_due()

    page = client.get(url("change", announcement))
    assertContains(page, "Letters written: 3 of 3.")
    assertContains(page, '<progress max="3" value="3"')
    letters = f"?announcement__id__exact={announcement.pk}&amp;state__exact=owed"
    assertContains(page, f'{letters}">3</a>')
    assertContains(
        client.get(reverse("admin:network_letter_changelist") + letters.replace("&amp;", "&")),
        "3 letters",
    )

    client.post(url("step", announcement, "pause"))
    assert state_of(announcement) == State.PAUSED
    assert client.post(url("step", announcement, "pause")).status_code == 409
    client.post(url("step", announcement, "resume"))
    assert state_of(announcement) == State.SENDING
    history = client.get(url("history", announcement)).text
    assert "Paused</ins>" in history
    assert "Paused</del>" in history


def test_there_is_no_other_step(client, staff):
    announcement = make_announcement()

    for step in ("send", "delete", "revise", "__init__"):
        assert client.post(url("step", announcement, step)).status_code == 404
    assert client.get(url("step", announcement, "pause")).status_code == 405


def test_the_send_page_leads_back(client, staff):
    announcement = make_announcement()

    response = client.post(
        url("send", announcement), {"when": "now", "seen": announcement.fingerprint}
    )

    assertRedirects(response, url("change", announcement))
