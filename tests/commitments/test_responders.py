"""A responder speaks for an institution: says how the commitments go that it leads."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from commitments import actions
from commitments.models import Assessment, Assessor, Change, Filing, Lead, Responder, Scale
from commitments.models import SelfAssessment as Own
from network import roles
from network.models import Deed, Edition, User
from network.roles import Role
from tests.factories import (
    make_assessment,
    make_commitment,
    make_institution,
    make_plan,
    make_responder,
    make_self_assessment,
    make_user,
    make_with_role,
)
from tests.forms import form_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]

LIST = reverse("admin:commitments_selfassessment_changelist")
ADD = reverse("admin:commitments_selfassessment_add")
APPOINT = reverse("admin:commitments_responder_add")


@pytest.fixture
def office():
    return make_institution()


@pytest.fixture
def promise(office):
    return make_commitment(leads=[office])


@pytest.fixture
def responder(client, office):
    person = make_responder(office)
    client.force_login(person)
    return person


def page_of(filed):
    return reverse("admin:commitments_selfassessment_change", args=[filed.pk])


def form(client, promise, **facts):
    data = form_of(client.get(ADD), "selfassessment_form")
    return (
        data
        | {
            "commitment": [promise.pk],
            "finding": [f"{Scale.SELF_ASSESSMENT}:on_schedule"],
            "phase": ["update"],
            "source_url": ["https://example.org/report"],
        }
        | facts
    )


def filed(promise, **facts):
    return Own(
        **{
            "commitment": promise,
            "phase": "update",
            "code": "completed",
            "source_url": "https://example.org/report",
        }
        | facts
    )


# --- Appointing ------------------------------------------------------------------------


def test_an_administrator_appoints_someone_who_has_the_role_by_it(client, office):
    client.force_login(make_with_role(Role.ADMINISTRATOR))
    person = make_user()

    client.post(APPOINT, {"user": person.pk, "institution": office.pk})

    person = User.objects.get(pk=person.pk)
    assert roles.roles_of(person) == {Role.RESPONDER}
    assert office.is_spoken_for_by(person)


def test_whoever_speaks_for_none_any_more_has_the_role_no_longer(client, office):
    client.force_login(make_with_role(Role.ADMINISTRATOR))
    person = make_responder(office, make_institution())
    first, last = Responder.objects.filter(user=person)

    for link, left in ((first, {Role.RESPONDER}), (last, set())):
        url = reverse("admin:commitments_responder_delete", args=[link.pk])
        client.post(url, {"post": "yes", "_why": "A mistake."})
        assert roles.roles_of(User.objects.get(pk=person.pk)) == left


def test_who_is_appointed_again_speaks_for_that_institution_alone(client, office):
    administrator = make_with_role(Role.ADMINISTRATOR)
    person, other = make_user(), make_institution()
    Responder(user=person, institution=office).appoint(by=administrator)
    person.speaks_for.get().dismiss(by=administrator)

    Responder(user=person, institution=other).appoint(by=administrator)

    assert [one.institution for one in person.speaks_for.all()] == [other]


def test_the_migration_brings_role_and_appointment_together(office):
    whole, ticked = make_responder(office), make_with_role(Role.RESPONDER)
    both, unticked = make_with_role(Role.RESPONDER, Role.EDITOR), make_user()
    Responder.objects.create(user=unticked, institution=office)
    migration = import_module("commitments.migrations.0006_responders_have_the_role")

    migration.bring_together(apps, SimpleNamespace(connection=connection))

    people = User.objects.in_bulk([one.pk for one in (whole, ticked, both, unticked)])
    assert {pk: roles.held_by(person) for pk, person in people.items()} == {
        whole.pk: {Role.RESPONDER}, ticked.pk: set(), both.pk: {Role.EDITOR}, unticked.pk: set(),
    }  # fmt: skip
    assert [people[one.pk].is_staff for one in (whole, ticked, both)] == [True, False, True]
    assert [one.user for one in Responder.objects.all()] == [whole]


def test_nobody_is_appointed_twice_to_one(client, office, responder):
    client.force_login(make_with_role(Role.ADMINISTRATOR))

    answer = client.post(APPOINT, {"user": responder.pk, "institution": office.pk})

    assertContains(answer, "They speak for this institution already.")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_nobody_else_appoints(client, office, role):
    by = make_with_role(role)
    client.force_login(by)

    assert client.post(APPOINT, {"user": by.pk, "institution": office.pk}).status_code == 403
    with pytest.raises(PermissionDenied):
        Responder(user=by, institution=office).appoint(by=by)
    assert not Responder.objects.exists()


# --- Filing -----------------------------------------------------------------------------


def test_a_responder_files_how_a_commitment_goes_and_everyone_reads_it(
    client, responder, office, promise
):
    before = Edition.current()

    assert client.post(ADD, form(client, promise)).status_code == 302

    own = Own.objects.get()
    assert (own.assessor, own.scale, own.code) == (
        Assessor.GOVERNMENT, Scale.SELF_ASSESSMENT, "on_schedule",
    )  # fmt: skip
    filing = Filing.objects.get(assessment=own)
    assert (filing.institution, filing.by) == (office, responder)
    assert Change.objects.get(commitment=promise).fields == ["assessments"]
    assert Edition.current() > before
    assertContains(client.get(promise.get_absolute_url()), "https://example.org/report")


def test_the_history_says_which_institution_filed_it_and_which_corrected_it(client, responder):
    office = make_institution(name_en="Ministry of Bees", name_fr="Ministère des Abeilles")
    Responder.objects.create(user=responder, institution=office)
    promise = make_commitment(make_plan(starts="2020-07"), leads=[office])
    own = filed(promise, assessor=Assessor.GOVERNMENT, scale=Scale.SELF_ASSESSMENT)
    actions.file(own, by=responder)
    own.code = "on_schedule"
    actions.file(own, by=responder)

    first, second = Deed.objects.about(promise).oldest()

    assert first.why_en == "Filed by Ministry of Bees, which leads this commitment."
    assert second.why_en == "Corrected by Ministry of Bees, which filed it."
    bees = "\N{NO-BREAK SPACE}: Ministère des Abeilles."
    assert first.why_fr == f"Déposé par l’institution qui mène cet engagement{bees}"
    assert second.why_fr == f"Corrigé par l’institution qui l’a déposé{bees}"
    page = client.get(f"{promise.get_absolute_url()}history/")
    assertContains(page, "Filed by Ministry of Bees")


def test_only_commitments_that_the_institution_leads_are_offered_and_taken(
    client, responder, office, promise
):
    helped, other = make_commitment(), make_commitment(leads=[make_institution()])
    Lead.objects.create(commitment=helped, institution=office, role=Lead.Role.SUPPORTING)

    for elsewhere in (helped, other):
        answer = client.post(ADD, form(client, promise, commitment=[elsewhere.pk]))
        assert "commitment" in answer.context["adminform"].form.errors
        with pytest.raises(PermissionDenied):
            actions.file(filed(elsewhere), by=responder)
    assert not Own.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source_url", ""),
        ("finding", ""),
        ("finding", f"{Scale.SELF_ASSESSMENT}:"),
        ("finding", f"{Scale.IRM_COMPLETION_END_OF_TERM}:complete"),
        ("finding", f"{Scale.NETWORK}:kept"),
        ("finding", f"{Scale.TRACKER}:all_complete"),
        ("phase", "tracker"),
    ],
)
def test_it_is_on_its_own_scale_at_a_moment_of_its_own_and_has_a_source(
    client, responder, promise, field, value
):
    answer = client.post(ADD, form(client, promise, **{field: [value]}))

    assert field in answer.context["adminform"].form.errors
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("facts", [{"source_url": ""}, {"code": ""}, {"phase": "tracker"}])
def test_the_verb_asks_for_the_same(responder, promise, facts):
    with pytest.raises(ValidationError):
        actions.file(filed(promise, **facts), by=responder)
    assert not Assessment.objects.exists()


def test_whoever_says_another_assessor_still_speaks_for_government(responder, promise):
    actions.file(filed(promise, assessor=Assessor.IRM, scale=Scale.NETWORK), by=responder)

    assert Assessment.objects.get().assessor == Assessor.GOVERNMENT


def test_what_was_filed_is_corrected_and_not_deleted(client, responder, office, promise):
    own = make_self_assessment(promise, office)
    data = form_of(client.get(page_of(own)), "selfassessment_form")

    client.post(page_of(own), data | {"finding": [f"{Scale.SELF_ASSESSMENT}:completed"]})

    own.refresh_from_db()
    assert own.code == "completed"
    url = reverse("admin:commitments_selfassessment_delete", args=[own.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403


def test_what_others_said_is_out_of_reach(client, responder, promise):
    """Another institution's, and a finding that the portal loaded from a source."""
    other = make_institution()
    Lead.objects.create(commitment=promise, institution=other)
    theirs = make_self_assessment(promise, other)
    loaded = make_assessment(promise)

    assertNotContains(client.get(LIST), page_of(theirs))
    for one in (theirs, loaded):
        assert client.get(page_of(one)).status_code == 302  # there is no such thing for them
        with pytest.raises(PermissionDenied):
            actions.file(Own.objects.get(pk=one.pk), by=responder)


def test_whoever_is_dismissed_files_nothing_more(client, responder, promise):
    Responder.objects.all().delete()

    assert client.get(ADD).status_code == 200
    with pytest.raises(PermissionDenied):
        actions.file(filed(promise), by=responder)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.RESPONDER}))
def test_speaking_for_an_institution_needs_the_role_or_it_is_none_of_theirs(office, promise, role):
    person = make_with_role(role)

    with pytest.raises(PermissionDenied):
        actions.file(filed(promise), by=person)
    assert not Assessment.objects.exists()


def test_a_responder_changes_no_commitment(client, responder, promise):
    url = reverse("admin:commitments_commitment_change", args=[promise.pk])

    assert client.get(url).status_code == 403
    assert client.post(url, {"title_en": "Mine"}).status_code == 403
