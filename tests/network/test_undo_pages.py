"""Undoing at the desk: on the page of a thing, in the message, and what its button does."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from network import actions
from network.models import (
    Affiliation,
    InboundMessage,
    Member,
    Organization,
    Revision,
)
from network.receiving import answer
from tests.factories import make_member, make_staff
from tests.forms import admin_name, form_of
from tests.network.organizations import (
    make_affiliation,
)
from tests.network.test_undo import url
from tests.network.undoing import (
    CASES,
    REFUSAL,
    again,
    decided,
    later,
    make_colleague,
    make_revision,
    make_waiting,
    row,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]


@pytest.fixture
def ada(client):
    person = make_staff(name="Ada")
    client.force_login(person)
    return person


@pytest.mark.parametrize("name", CASES)
def test_its_page_has_the_undo_for_an_hour(client, ada, name):
    thing, stood, _by, _letters = decided(name, by=ada)
    page = client.get(url(thing, "change"))
    assertContains(page, "Ada decided: ")
    waits = "no letter goes before that" in page.text
    assert waits == bool(thing.last_decision.letters)

    response = client.post(url(thing), form_of(page, "undo"), follow=True)

    assertContains(response, ": undone.")
    assert row(thing) == stood
    assertNotContains(response, "Ada decided: ")


@pytest.mark.parametrize("name", CASES)
def test_a_get_undoes_nothing_and_shows_what_would_be(client, ada, name):
    thing, _stood, _by, _letters = decided(name, by=ada)
    came = row(thing)

    page = client.get(url(thing))

    assertContains(page, "Ada decided: ")
    assert row(thing) == came
    assert thing.last_decision


@pytest.mark.parametrize("name", CASES)
def test_an_hour_later_the_page_has_none_and_the_button_says_why(client, ada, name):
    thing, _stood, _by, _letters = decided(name, by=ada)
    data = form_of(client.get(url(thing)), "decide")
    came = row(thing)
    later(minutes=61)

    assertNotContains(client.get(url(thing, "change")), "Ada decided: ")
    assertContains(client.get(url(thing)), "nothing here that can still be undone")
    response = client.post(url(thing), data, follow=True)

    assertContains(response, "The hour in which this could be undone is over.")
    assert row(thing) == came


@pytest.mark.parametrize("name", CASES)
def test_the_wrong_person_and_nobody_find_no_undo(client, name):
    thing, _stood, _by, _letters = decided(name)
    came, model = row(thing), thing._meta.model_name
    client.force_login(make_colleague(f"view_{model}", "view_addresses"))

    assertNotContains(client.get(url(thing, "change")), "/undo/")
    assert client.get(url(thing)).status_code == 403
    assert client.post(url(thing)).status_code == 403
    client.logout()
    assert client.post(url(thing)).status_code == 302

    assert row(thing) == came


def test_a_page_that_says_not_what_it_saw_undoes_nothing(client, ada):
    thing, _stood, _by, _letters = decided("an organization is refused", by=ada)

    response = client.post(url(thing), follow=True)

    assertContains(response, "was first, at ")
    assert again(thing).state == Organization.State.REFUSED


def test_a_decision_on_an_older_page_is_not_mistaken_for_a_later_one(client, ada):
    thing, _stood, _by, _letters = decided("an organization is published", by=ada)
    data = form_of(client.get(url(thing)), "decide")
    bob = make_colleague("change_organization", name="Bob")
    actions.refuse_organization(again(thing), by=bob, **REFUSAL)

    response = client.post(url(thing), data, follow=True)

    assertContains(response, "Bob was first, at ")
    assert again(thing).state == Organization.State.REFUSED


@pytest.mark.parametrize(
    ("model", "action", "make"),
    [
        (Organization, "publish", make_waiting),
        (Revision, "agree_all", make_revision),
        (Affiliation, "confirm_representatives", lambda: make_affiliation(state="asked")),
        (Member, "agree_to_listing", lambda: make_member(listing="waiting")),
        (InboundMessage, "mark_done", CASES["a message is done with"].make),
    ],
)
def test_the_message_of_an_action_has_the_undo_of_each(client, ada, model, action, make):
    some = [make(), make()]
    queue = reverse(admin_name(model, "changelist"))
    data = {"action": action, "_selected_action": [one.pk for one in some]}

    page = client.post(queue, data, follow=True)

    for one in some:
        assertContains(page, f'<a href="{url(one)}">Undo: “')
        assert client.get(url(one)).status_code == 200


def test_an_answer_that_is_undone_can_be_put_right_and_sent(client, ada):
    thing, _stood, _by, letters = decided("a message is answered", by=ada)

    client.post(url(thing), form_of(client.get(url(thing)), "decide"))

    page = client.get(url(thing, "change"))
    assert form_of(page, "answer")["answer-text"] == ["On Monday."]
    answer(again(thing), text="On Tuesday.", language="en", by=ada)
    assert "On Tuesday." in letters.get().text
    assert again(thing).taken_back == {}


def test_the_filters_stay(client, ada):
    thing, _stood, _by, _letters = decided("a name is shown", by=ada)
    kept = "?_changelist_filters=listing__exact%3Dagreed"
    page = client.get(url(thing, "change") + kept)
    assertContains(page, f'action="{url(thing)}{kept}"')

    response = client.post(url(thing) + kept, form_of(page, "undo"))

    assertRedirects(response, url(thing, "change") + kept, fetch_redirect_response=False)


def test_a_message_about_many_leads_to_ten_of_them(client, ada):
    some = [make_affiliation(state="asked") for _n in range(12)]
    data = {"action": "confirm_members", "_selected_action": [one.pk for one in some]}

    page = client.post(reverse(admin_name(Affiliation, "changelist")), data, follow=True)

    assert page.text.count(">Undo: “") == 10


def test_it_is_said_in_french_too(client, ada):
    ada.language = "fr"
    ada.save()
    thing, _stood, _by, _letters = decided("a name is shown", by=ada)

    page = client.get(url(thing, "change"))

    assertContains(page, "Décision de Ada\N{NO-BREAK SPACE}: Affiché.")
    assertContains(page, 'value="Annuler"')
