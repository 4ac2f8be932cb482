"""Staff write an announcement in both languages; what is sent stays as it is."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Announcement
from tests.factories import make_announcement, make_subject
from tests.network.announcements.admin.desk import url, written

pytestmark = pytest.mark.django_db
State = Announcement.State


def stood_on(response):
    """How the thing stood, as the page says it."""
    return re.findall(r'name="stood" value="([^"]*)"', response.text)[0]


def test_staff_write_one_in_both_languages_and_for_whom(client, staff):
    issue = make_subject()

    said = {"issues": [issue.pk], "provinces": ["ON", "QC"], "sectors": ["media"]}
    client.post(url("add"), written(**said, languages=["fr"]))

    announcement = Announcement.objects.get()
    assert announcement.slug == "a-call-is-open"
    assert announcement.made_by == staff
    assert announcement.provinces == ["ON", "QC"]
    assert announcement.languages == ["fr"]
    assert list(announcement.issues.all()) == [issue]
    page = client.get(url("change", announcement))
    assertContains(page, '<input type="checkbox" name="provinces" value="QC"')
    assert page.text.count("checked") >= 5


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"title_fr": ""}, "This field is required."),
        ({"words_fr": " "}, "This field is required."),
        ({"provinces": ["ZZ"]}, "Select a valid choice."),
        ({"slug": "feed"}, "is taken"),
        ({"title_en": "A\x07bell"}, "one line"),
        ({"purpose": "membership"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_sent_is_not_kept_and_nothing_typed_is_lost(client, staff, fault, said):
    response = client.post(url("add"), written(**fault))

    assertContains(response, said)
    assertContains(response, "A call is open" if "title_en" not in fault else "Write to us.")
    assert not Announcement.objects.exists()


def test_a_title_of_several_lines_becomes_one(client, staff):
    client.post(url("add"), written(title_en="A call\r\nBcc: all@example.org"))

    assert Announcement.objects.get().title_en == "A call Bcc: all@example.org"


def test_a_draft_is_changed(client, staff):
    announcement = make_announcement(provinces=["ON"])

    client.post(url("change", announcement), written(slug="new", title_en="Changed"))

    announcement.refresh_from_db()
    assert announcement.title_en == "Changed"
    assert announcement.provinces == []


def test_the_second_of_two_editors_is_told_and_loses_nothing(client, staff):
    announcement = make_announcement()
    page = url("change", announcement)
    stood = stood_on(client.get(page))
    client.post(page, written(slug="new", title_en="Theirs", stood=stood))

    response = client.post(page, written(slug="new", title_en="Mine", stood=stood))

    assertContains(response, "Changed since you opened this page")
    assertContains(response, "Mine")
    announcement.refresh_from_db()
    assert announcement.title_en == "Theirs"


def test_what_was_sent_meanwhile_is_not_changed_and_whoever_tried_is_told(client, staff):
    announcement = make_announcement()
    announcement.send(by=staff)

    response = client.post(url("change", announcement), written(title_en="Changed"))
    assertContains(response, "Changed since you opened this page")
    again = written(title_en="Changed", stood=stood_on(response))

    assert client.post(url("change", announcement), again).status_code == 409
    announcement.refresh_from_db()
    assert announcement.state == State.SENDING
    assert announcement.title_en != "Changed"


@pytest.mark.parametrize("state", [State.SCHEDULED, State.SENDING])
def test_what_is_to_be_sent_is_shown_and_not_edited(client, staff, state):
    announcement = make_announcement(provinces=["ON"], issues=[make_subject(name="Water")])
    if state == State.SCHEDULED:
        announcement.schedule(by=staff, at=timezone.now() + timedelta(hours=1))
    else:
        announcement.send(by=staff)

    page = client.get(url("change", announcement))

    assertContains(page, "The *call* is open.")
    assertContains(page, "Water, Ontario")
    assertNotContains(page, 'name="words_en"')
    assertNotContains(page, 'name="provinces"')
    assert client.post(url("delete", announcement), {"post": "yes"}).status_code == 403


def test_a_draft_is_thrown_away(client, staff):
    announcement = make_announcement()

    client.post(url("delete", announcement), {"post": "yes", "_why": "A mistake."})

    assert not Announcement.objects.exists()


def test_a_correction_is_written_in_both_languages(client, staff):
    announcement = make_announcement()
    announcement.send(by=staff)
    page = url("change", announcement)

    stood = {"stood": stood_on(client.get(page))}
    one = client.post(page, {"correction_en": "The 7th.", "correction_fr": "", **stood})
    assertContains(one, "Write the correction in both languages.")
    client.post(page, {"correction_en": "The 7th.", "correction_fr": "Le 7.", **stood})

    announcement.refresh_from_db()
    assert (announcement.correction_en, announcement.correction_fr) == ("The 7th.", "Le 7.")
