"""Nothing is deleted at the desk without a reason, which the record keeps."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from commitments.models import Change, Commitment, Institution
from network.models import Deed, SavedWords, Stop, Subject
from network.roles import Role
from tests.factories import (
    make_commitment,
    make_institution,
    make_saved_words,
    make_staff,
    make_subject,
    make_with_role,
)
from tests.forms import admin_name, form_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]


def url(thing, page="delete"):
    args = [] if page == "changelist" else [thing.pk]
    return reverse(admin_name(thing, page), args=args)


def make_words():
    return make_saved_words(SavedWords.Kind.MESSAGE)


def make_stop():
    return Stop.objects.create(address="ada@example.org", how=Stop.How.STAFF)


MAKERS = [make_words, make_stop, make_subject, make_institution, make_commitment]
REASONS = {make_commitment: {"_why_en": "Entered twice.", "_why_fr": "Saisi deux fois."}}


def reason(make):
    return REASONS.get(make, {"_why": "Entered twice."})


def still_there(*things):
    return all(type(one).objects.filter(pk=one.pk).exists() for one in things)


@pytest.mark.parametrize("make", MAKERS)
def test_it_is_deleted_with_its_reason_on_record(client, staff, make):
    thing = make()
    data = form_of(client.get(url(thing)), "delete")

    client.post(url(thing), data | reason(make))

    assert not still_there(thing)
    deed = Deed.objects.about(thing).filter(act="removed").get()
    assert (deed.by, deed.why_en) == (staff, "Entered twice.")
    assert deed.changes
    assert deed.why_fr == reason(make).get("_why_fr", "")


@pytest.mark.parametrize("make", MAKERS)
def test_without_a_reason_nothing_is_and_the_page_says_so(client, staff, make):
    thing = make()
    blank = dict.fromkeys(reason(make), "  ")

    for sent in ({"post": "yes"}, {"post": "yes", **blank}, {"anything": "else"}):
        response = client.post(url(thing), sent)

        assertContains(response, "Nothing was deleted: say why.")
        assert still_there(thing)
    assert not Deed.objects.about(thing).done().exists()


def test_one_language_of_a_reason_is_kept_while_the_other_is_asked_for(client, staff):
    promise = make_commitment()

    response = client.post(url(promise), {"post": "yes", "_why_fr": "Saisi deux fois."})

    assert form_of(response, "delete")["_why_fr"] == ["Saisi deux fois."]
    assert still_there(promise)
    data = form_of(response, "delete") | {"_why_en": ["Entered twice."]}
    client.post(url(promise), data)
    assert not Commitment.objects.exists()
    assert Change.objects.get().deed.why_fr == "Saisi deux fois."


def test_a_reason_that_is_too_long_is_kept_and_cut_by_nobody(client, staff):
    thing, long = make_words(), "x" * 1001

    response = client.post(url(thing), {"post": "yes", "_why": long})

    assert form_of(response, "delete")["_why"] == [long]
    assert still_there(thing)


# --- Several at once -----------------------------------------------------------------------


def chosen(things, **more):
    return {"action": "delete_selected", "_selected_action": [one.pk for one in things]} | more


@pytest.mark.parametrize("make", MAKERS)
def test_several_have_one_reason(client, staff, make):
    some = [make(), make()] if make is not make_stop else [make()]
    queue = url(some[0], "changelist")
    data = form_of(client.post(queue, chosen(some)), "delete")

    client.post(queue, data | reason(make))

    assert not any(still_there(one) for one in some)
    reasons = Deed.objects.filter(act="removed").values_list("why_en", flat=True)
    assert list(reasons) == ["Entered twice."] * len(some)


@pytest.mark.parametrize("make", MAKERS)
def test_several_without_a_reason_stay_and_are_still_chosen(client, staff, make):
    some = [make(), make()] if make is not make_stop else [make()]
    queue = url(some[0], "changelist")

    response = client.post(queue, chosen(some, post="yes"))

    assertContains(response, "Nothing was deleted: say why.")
    assert still_there(*some)
    again = form_of(response, "delete")
    assert {int(key) for key in again["_selected_action"]} == {one.pk for one in some}
    client.post(queue, again | reason(make))
    assert not any(still_there(one) for one in some)


def test_the_first_page_of_several_asks_and_does_not_complain(client, staff):
    some = [make_words(), make_words()]

    response = client.post(url(some[0], "changelist"), chosen(some))

    assertContains(response, 'name="_why"')
    assertNotContains(response, "Nothing was deleted")


# --- Who, and how ---------------------------------------------------------------------------


def test_a_get_asks_and_deletes_nothing(client, staff):
    thing = make_words()

    assertContains(client.get(url(thing) + "?post=yes&_why=x"), 'name="_why"')

    assert still_there(thing)


def test_the_wrong_person_and_nobody_delete_nothing_with_a_reason(client):
    subject, promise = make_subject(), make_commitment()
    client.force_login(make_with_role(Role.MODERATOR))
    for thing in (subject, promise):
        sent = {"post": "yes", "_why": "x", "_why_en": "x", "_why_fr": "x"}
        assert client.post(url(thing), sent).status_code == 403
        client.post(url(thing, "changelist"), chosen([thing], **sent))
    client.logout()
    assert client.post(url(subject), {"post": "yes", "_why": "x"}).status_code == 302

    assert still_there(subject, promise)


def test_what_others_hang_on_is_not_asked_about(client, staff):
    promise, office = make_commitment(), make_institution()
    promise.leads.create(institution=office, order=1)

    for response in (
        client.get(url(office)),
        client.post(url(office), {"post": "yes", "_why": "x"}),
        client.post(url(office, "changelist"), chosen([office], post="yes", _why="x")),
    ):
        assertNotContains(response, 'name="_why"')
    assert Institution.objects.exists()


def test_another_site_cannot_send_it_with_a_reason_or_without():
    browser, subject = Client(enforce_csrf_checks=True), make_subject()
    browser.force_login(make_staff())
    data = form_of(browser.get(url(subject), secure=True), "delete")
    ours = {"headers": {"Referer": f"https://testserver{url(subject)}"}, "secure": True}
    theirs = {"headers": {"Origin": "https://evil.example"}, "secure": True}

    for sent in (data, data | {"_why": "x"}):
        assert browser.post(url(subject), sent, **theirs).status_code == 403
    assert browser.post(url(subject), data, **ours).status_code == 200
    assert still_there(subject)
    assert browser.post(url(subject), data | {"_why": "x"}, **ours).status_code == 302

    assert not Subject.objects.filter(pk=subject.pk).exists()


def test_it_is_asked_in_french_too(client):
    client.force_login(make_staff(language="fr"))
    subject = make_subject()

    assertContains(client.get(url(subject)), "Motif de la suppression")
    assertContains(client.post(url(subject), {"post": "yes"}), "Rien n’a été supprimé")
