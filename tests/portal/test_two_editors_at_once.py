"""Two who save one page at the same moment, on either database: one saves, the other is told."""

import pytest
from django.test import Client

from network.models import Deed, Edition, SavedWords
from tests.factories import (
    make_commitment,
    make_milestone,
    make_organization,
    make_saved_words,
    make_staff,
)
from tests.forms import form_of
from tests.network.test_joining_at_once import at_once, folder, processes
from tests.portal.test_two_editors import again, form_id, url

__all__ = ["at_once", "folder", "processes"]  # fixtures

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("without_second_factor"),
]

SAVE = """
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from network.models import User
ContentType.objects.clear_cache()  # the tables were emptied since
settings.REQUIRE_STAFF_MFA = False
browser = Client(SERVER_NAME="portal.example")
browser.force_login(User.objects.get(pk={by}))
answer = browser.post("{url}", {data}, secure=True)
came = [answer.status_code, "Changed since you opened this page, by: {other}" in answer.text]
"""
MAKERS = {
    "an organization": (make_organization, "name_en"),
    "saved words": (lambda: make_saved_words(SavedWords.Kind.MESSAGE), "words_en"),
    "a commitment": (make_commitment, "summary_en"),
    "a milestone": (lambda: make_milestone().commitment, "milestones-0-label_en"),
}


@pytest.mark.parametrize("name", MAKERS)
def test_of_two_who_save_at_once_one_does_and_the_other_is_told(at_once, name):
    Edition.advance()
    make, field = MAKERS[name]
    thing, works = again(make()), []
    people = [make_staff(name=each) for each in ("Ada", "Bob")]
    for person, other in (people, people[::-1]):
        browser = Client()
        browser.force_login(person)
        data = form_of(browser.get(url(thing), secure=True), form_id(thing))
        data |= {field: [f"Of {person}"]}
        works.append(SAVE.format(by=person.pk, url=url(thing), data=data, other=other))

    came = at_once(*works)

    assert sorted(came) == [[200, True], [302, False]]
    first = people[came.index([302, False])]
    assert [deed.by for deed in Deed.objects.about(thing).filter(act="changed")] == [first]
    row = thing.milestones.get() if "milestones" in field else again(thing)
    assert getattr(row, field.rpartition("-")[2]) == f"Of {first}"
