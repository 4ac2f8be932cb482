"""Editors write, senders send, and nobody else comes in."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Announcement, Letter
from tests.factories import make_announcement, make_staff, make_user
from tests.network.announcements.admin.desk import previews, send, url
from tests.network.announcements.sending import state_of

pytestmark = pytest.mark.django_db
State = Announcement.State


def test_an_editor_writes_and_tries_and_does_not_send(client, editor):
    announcement = make_announcement()

    assertNotContains(client.get(url("change", announcement)), url("send", announcement))
    assertContains(client.get(url("send", announcement)), "You may not send announcements.")
    assert send(client, announcement).status_code == 403
    assert client.post(url("step", announcement, "pause")).status_code == 403
    assert state_of(announcement) == State.DRAFT
    assert client.post(url("trial", announcement)).status_code == 302

    announcement.send(by=make_staff())
    correction = {"correction_en": "The 7th.", "correction_fr": "Le 7."}
    client.post(url("change", announcement), correction)
    announcement.refresh_from_db()
    assert not announcement.correction_en


def test_who_may_not_see_announcements_finds_nothing(client):
    client.force_login(make_staff(is_superuser=False))
    announcement = make_announcement()

    for page in previews(announcement):
        assert client.get(page).status_code == 404
    assert send(client, announcement).status_code == 404
    assert client.post(url("trial", announcement)).status_code == 404
    assert client.post(url("step", announcement, "pause")).status_code == 404


def test_nobody_else_comes_in(client):
    announcement = make_announcement()

    for person in (None, make_user()):
        if person:
            client.force_login(person)
        for page in [*previews(announcement), url("send", announcement)]:
            assert client.get(page).status_code == 302
        for page in (url("trial", announcement), url("step", announcement, "pause")):
            assert client.post(page).status_code == 302
    assert not Letter.objects.exists()


def test_what_is_not_there_is_not_found(client, staff):
    assert client.get(reverse("admin:network_announcement_preview", args=[99])).status_code == 404
