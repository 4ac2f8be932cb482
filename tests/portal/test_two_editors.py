"""Two with one page of the admin open: the second is told who changed what, and loses nothing."""

import pytest
from django.contrib import admin
from django.core.cache import caches
from django.test import RequestFactory
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from commitments.models import Responder, Theme
from network import actions
from network.admin.standing import StandingForm
from network.models import Deed, Organization, Revision, SavedWords
from proposals.models import Lineage
from tests.factories import (
    make_announcement,
    make_call,
    make_commitment,
    make_community,
    make_institution,
    make_member,
    make_milestone,
    make_organization,
    make_plan,
    make_proposal,
    make_saved_words,
    make_self_assessment,
    make_staff,
    make_subject,
)
from tests.forms import add_row, admin_name, form_of
from tests.network.organizations import make_letter_of_intent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]

WHY = {"_why": ["To be short."]}


def make_theme():
    return make_plan().themes.create(slug="money", name_en="Money", name_fr="Argent")


def make_lineage():
    return Lineage.objects.create(
        proposal=make_proposal(),
        commitment=make_commitment(),
        note_en="It was asked for.",
        note_fr="On l’a demandé.",
        source_url="https://example.org/",
    )


def make_filed():
    office = make_institution()
    promise = make_commitment()
    promise.leads.create(institution=office, order=1)
    return make_self_assessment(promise, office)


# How each is made, and what of it two editors change.
EDITED = {
    "an organization": (make_organization, "name_en"),
    "a community": (make_community, "name_en"),
    "a letter of intent": (make_letter_of_intent, "title_en"),
    "saved words": (lambda: make_saved_words(SavedWords.Kind.MESSAGE), "label_en"),
    "an announcement": (make_announcement, "title_en"),
    "a plan": (make_plan, "title_en"),
    "a theme": (make_theme, "name_en"),
    "an institution": (make_institution, "name_en"),
    "a subject": (make_subject, "name"),
    "a commitment": (make_commitment, "summary_en"),
    "a call": (lambda: make_call(questions_en="Q", questions_fr="Q"), "title_en"),
    "a descent": (make_lineage, "note_en"),
    "a self-assessment": (make_filed, "wording_en"),
}


@pytest.fixture
def two(client):
    """Ada, whose browser is `client`, and Bob."""
    caches["presence"].clear()
    ada, bob = make_staff(name="Ada"), make_staff(name="Bob")
    client.force_login(ada)
    return ada, bob


def url(thing, page="change"):
    return reverse(admin_name(thing, page), args=[thing.pk])


def form_id(thing):
    return f"{thing._meta.model_name}_form"


def opened(client, person, thing, **said):
    """The form as someone opened it, with what they typed; `said` by field."""
    client.force_login(person)
    data = form_of(client.get(url(thing)), form_id(thing))
    return data | {name: [value] for name, value in said.items()}


def sent(client, person, thing, data):
    client.force_login(person)
    return client.post(url(thing), data)


def again(thing):
    return type(thing)._base_manager.get(pk=thing.pk)


# --- Each page ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EDITED)
def test_the_second_is_told_who_changed_what_and_keeps_all_that_was_typed(client, two, name):
    ada, bob = two
    make, field = EDITED[name]
    thing = again(make())
    if name == "a self-assessment":
        for person in two:
            Responder.objects.create(user=person, institution=thing.filing.institution)
    before = getattr(thing, field)
    mine = opened(client, ada, thing, **{field: "Of Ada"}) | WHY
    theirs = opened(client, bob, thing, **{field: "Of Bob"}) | WHY
    assert sent(client, bob, thing, theirs).status_code == 302

    response = sent(client, ada, thing, mine)

    assertContains(response, "Changed since you opened this page, by: Bob.")
    assertContains(response, "What was changed meanwhile")
    assertContains(response, "Bob</ins>")
    if "_why" in form_of(response, form_id(thing)):
        assertContains(response, "To be short.", count=2)  # Bob's, and Ada's in its box
    assert getattr(again(thing), field) == "Of Bob"
    back = form_of(response, form_id(thing))
    aside = {"stood", "csrfmiddlewaretoken"} | ({"_why"} - back.keys())
    assert {key: back[key] for key in back if key not in aside} == {
        key: mine[key] for key in mine if key not in aside
    }

    assert sent(client, ada, thing, back).status_code == 302
    assert getattr(again(thing), field) == "Of Ada"
    last = Deed.objects.about(thing).done().newest().first()
    assert last.by == ada
    if name != "a self-assessment":
        changes = [change for change in last.changes if change["field"] == field]
        assert [(one["before"], one["after"]) for one in changes] == [("Of Bob", "Of Ada")]
    assert before != "Of Ada"


@pytest.mark.parametrize("name", EDITED)
def test_who_saves_alone_is_not_held_up(client, two, name):
    ada, _bob = two
    make, field = EDITED[name]
    thing = again(make())
    if name == "a self-assessment":
        Responder.objects.create(user=ada, institution=thing.filing.institution)

    for words in ("One", "Two"):
        data = opened(client, ada, thing, **{field: words})
        assert sent(client, ada, thing, data).status_code == 302

    assert getattr(again(thing), field) == "Two"


def test_every_page_that_edits_something_minds_the_other():
    request = RequestFactory().get("/")
    request.user = make_staff()
    # Accounts are people's own; a name at the desk is decided about, and not typed.
    aside = {"network.user"}

    careless = {
        model._meta.label_lower
        for model, window in admin.site._registry.items()
        if window.has_change_permission(request) and not issubclass(window.form, StandingForm)
    }

    assert careless <= aside


# --- What else counts -------------------------------------------------------------------------


def test_saving_anyway_is_refused_again_where_a_third_was_quicker(client, two):
    ada, bob = two
    eve, thing = make_staff(name="Eve"), make_organization()
    mine = opened(client, ada, thing, name_en="Of Ada")
    for person in (bob, eve):
        sent(client, person, thing, opened(client, person, thing, name_en=f"Of {person}"))
        response = sent(client, ada, thing, mine)
        assertContains(response, f"by: {person}.")
        mine = form_of(response, "organization_form")

    assert sent(client, ada, thing, mine).status_code == 302


def test_several_who_were_quicker_are_all_named(client, two):
    ada, bob = two
    eve, thing = make_staff(name="Eve"), make_organization()
    mine = opened(client, ada, thing, name_en="Of Ada")
    for person in (bob, eve):
        sent(client, person, thing, opened(client, person, thing, name_en=f"Of {person}"))

    assertContains(sent(client, ada, thing, mine), "by: Eve, Bob.")


def test_a_verb_that_changed_it_counts_too(client, two):
    ada, bob = two
    thing = make_organization()
    mine = opened(client, ada, thing, name_en="Of Ada")
    revision = Revision.objects.create(
        organization=thing, changes={"about_en": "We swim."}, proposed_by=make_member().user
    )
    actions.apply_revision(revision, by=bob)

    response = sent(client, ada, thing, mine)

    assertContains(response, "by: Bob.")
    assertContains(response, "We swim.")
    assert Organization.objects.get(pk=thing.pk).about_en == "We swim."


def test_a_file_that_was_loaded_meanwhile_is_told_as_such(client, two):
    ada, _bob = two
    thing = make_organization()
    mine = opened(client, ada, thing, name_en="Of Ada")
    Deed.record(Deed.Act.CHANGED, thing, by=None, changes=[])

    assertContains(sent(client, ada, thing, mine), "by: A command or a file.")


def test_a_theme_and_the_page_of_its_plan_mind_each_other(client, two):
    ada, bob = two
    theme = make_theme()
    mine = opened(client, ada, theme.plan, title_en="Of Ada")
    sent(client, bob, theme, opened(client, bob, theme, name_en="Purses"))

    response = sent(client, ada, theme.plan, mine)
    assertContains(response, "by: Bob.")
    assertContains(response, "Purses")
    mine = opened(client, ada, theme, name_en="Of Ada")
    plan = opened(client, bob, theme.plan) | {"themes-0-name_en": ["Wallets"]}
    sent(client, bob, theme.plan, plan)
    assertContains(sent(client, ada, theme, mine), "Wallets")
    assert Theme.objects.get().name_en == "Wallets"


def test_a_milestone_that_was_deleted_meanwhile_is_told_and_let_go(client, two):
    ada, bob = two
    promise = make_commitment()
    stays, goes = (make_milestone(promise, label_en=name) for name in ("Stays", "Goes"))
    mine = opened(client, ada, promise, summary_en="Of Ada") | {
        "milestones-0-label_en": ["Stays, by Ada"], "milestones-1-label_en": ["Goes on"],
    }  # fmt: skip
    add_row(mine, "milestones", code="N", order="3", label_en="New, by Ada", label_fr="Nouveau")
    theirs = opened(client, bob, promise) | {"milestones-1-DELETE": ["on"]}
    assert theirs["milestones-1-id"] == [str(goes.pk)]
    assert sent(client, bob, promise, theirs).status_code == 302

    response = sent(client, ada, promise, mine)

    assertContains(response, "by: Bob.")
    assertContains(response, "What you had in a row that was deleted (milestone)")
    assertContains(response, "<dd>Goes on</dd>")
    back = form_of(response, "commitment_form")
    assert back["milestones-0-label_en"] == ["Stays, by Ada"]
    assert sent(client, ada, promise, back).status_code == 302
    assert again(promise).summary_en == "Of Ada"
    assert [(one.pk, one.label_en) for one in promise.milestones.order_by("order", "pk")] == [
        (stays.pk, "Stays, by Ada"), (promise.milestones.latest("pk").pk, "New, by Ada"),
    ]  # fmt: skip


def test_a_milestone_that_was_added_meanwhile_stays(client, two):
    ada, bob = two
    promise = make_commitment()
    mine = opened(client, ada, promise, summary_en="Of Ada")
    make_milestone(promise, label_en="New")
    Deed.record(Deed.Act.CHANGED, promise, by=bob, changes=[])

    back = form_of(sent(client, ada, promise, mine), "commitment_form")

    assert sent(client, ada, promise, back).status_code == 302
    assert promise.milestones.get().label_en == "New"


def test_a_row_that_is_gone_is_told_though_the_record_tells_nothing(client, two):
    ada, _bob = two
    promise = make_commitment()
    goes = make_milestone(promise, label_en="Goes")
    mine = opened(client, ada, promise, summary_en="Of Ada")
    goes.delete()

    response = sent(client, ada, promise, mine)

    assertContains(response, "by: A command or a file.")
    assertContains(response, "<dd>Goes</dd>")
    back = form_of(response, "commitment_form")
    assert sent(client, ada, promise, back).status_code == 302
    assert again(promise).summary_en == "Of Ada"


def test_a_row_that_both_added_is_told_and_no_fault(client, two):
    ada, bob = two
    promise = make_commitment()
    mine = opened(client, ada, promise)
    add_row(mine, "milestones", code="X", order="1", label_en="Of Ada", label_fr="D’Ada")
    make_milestone(promise, code="X")
    Deed.record(Deed.Act.CHANGED, promise, by=bob, changes=[])
    back = form_of(sent(client, ada, promise, mine), "commitment_form")

    response = sent(client, ada, promise, back)

    assert response.status_code == 200
    assertContains(response, "Somebody has added one like this meanwhile.")
    back = form_of(response, "commitment_form")
    assert back["milestones-0-label_en"] == ["Of Ada"]
    assert sent(client, ada, promise, back | {"milestones-0-code": ["Y"]}).status_code == 302
    assert sorted(promise.milestones.values_list("code", flat=True)) == ["X", "Y"]


def test_a_row_may_take_the_place_of_one_that_is_deleted_with_it(client, two):
    ada, _bob = two
    promise = make_commitment()
    make_milestone(promise, code="X")
    data = opened(client, ada, promise) | {"milestones-0-DELETE": ["on"]}
    add_row(data, "milestones", code="X", order="1", label_en="New", label_fr="Nouveau")

    assert sent(client, ada, promise, data).status_code == 302

    assert promise.milestones.get().label_en == "New"


@pytest.mark.parametrize("forged", ["", "0-0", "9" * 40, "x", "-1", "١-٢", "\0"])
def test_a_page_that_does_not_say_how_it_stood_saves_over_nothing(client, two, forged):
    ada, bob = two
    thing = make_organization()
    sent(client, bob, thing, opened(client, bob, thing, name_en="Of Bob"))
    mine = opened(client, ada, thing, name_en="Of Ada", stood=forged)

    response = sent(client, ada, thing, mine)

    assert response.status_code in {200, 400}
    assert again(thing).name_en == "Of Bob"


def test_a_page_to_look_at_or_to_add_has_nothing_to_mind(client, two):
    assertNotContains(client.get(url(make_organization(), "change")), "meanwhile")
    assertNotContains(client.get(reverse("admin:network_organization_add")), 'name="stood"')
    assertNotContains(client.get(url(make_proposal(), "change")), 'name="stood"')


def test_whoever_opens_a_page_to_edit_is_told_who_has_it_open(client, two):
    ada, bob = two
    promise = make_commitment()
    opened(client, ada, promise)
    client.force_login(bob)

    assertContains(client.get(url(promise)), "Ada opened this just now.", count=1)


def test_the_filters_stay_though_the_first_save_was_refused(client, two):
    ada, bob = two
    thing = make_organization()
    kept = "?_changelist_filters=state__exact%3Dpublic"
    mine = opened(client, ada, thing, name_en="Of Ada")
    sent(client, bob, thing, opened(client, bob, thing, name_en="Of Bob"))
    client.force_login(ada)
    back = form_of(client.post(url(thing) + kept, mine), "organization_form")

    response = client.post(url(thing) + kept, back)

    queue = reverse("admin:network_organization_changelist") + "?state__exact=public"
    assertRedirects(response, queue, fetch_redirect_response=False)


def test_it_is_said_in_french_too(client, two):
    ada, bob = two
    ada.language = "fr"
    ada.save()
    thing = make_organization()
    mine = opened(client, ada, thing, name_en="Of Ada")
    sent(client, bob, thing, opened(client, bob, thing, name_en="Of Bob"))

    response = sent(client, ada, thing, mine)

    assertContains(response, "Modifié depuis que vous avez ouvert cette page, par")
    assertContains(response, "Ce qui a été modifié entre-temps")


@pytest.mark.parametrize("forged", ["x", "", "-1", "9" * 30, "²"])
def test_rows_that_make_no_sense_are_a_fault_of_whoever_sent_them(client, two, forged):
    ada, _bob = two
    promise = make_commitment()
    make_milestone(promise)
    for name in ("milestones-INITIAL_FORMS", "milestones-0-id", "milestones-0-due"):
        data = opened(client, ada, promise) | {name: [forged]}
        assert sent(client, ada, promise, data).status_code in {200, 302, 400}, name
