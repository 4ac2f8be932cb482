"""Editors change what is promised, through the very pages they see; readers see it at once."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from commitments.models import (
    ActionPlan,
    Change,
    Commitment,
    Lead,
)
from network.models import Deed, Edition, Subject
from tests.commitments.editing.pages import ADD, errors_of, form_on, page_of
from tests.factories import (
    make_commitment,
    make_institution,
    make_plan,
    make_subject,
)
from tests.forms import add_row, form_of

pytestmark = pytest.mark.django_db


def test_an_edit_is_saved_published_and_signed(client, editor, commitment):
    data = form_on(client, commitment)
    edition = Edition.current()
    data["title_en"] = ["Open every budget"]
    data["milestones-0-status"] = ["complete"]
    data["milestones-0-status_source_url"] = ["https://example.org/tracker"]

    response = client.post(page_of(commitment), data)

    assert response.status_code == 302
    commitment.refresh_from_db()
    assert commitment.title_en == "Open every budget"
    change = Change.objects.get()
    assert (change.kind, change.by, change.code) == ("changed", editor, commitment.code)
    assert change.fields == ["milestones", "title_en"]
    assert Edition.current() == edition + 1
    assert Deed.objects.done().get().by == editor
    page = client.get(page_of(commitment))
    assertContains(page, "Ada Editor")
    assertContains(page, "milestones, title_en")


def test_a_child_alone_is_a_change_of_its_commitment(client, editor, commitment):
    before = commitment.changed_at
    data = form_on(client, commitment)
    data["leads-0-role"] = ["supporting"]

    client.post(page_of(commitment), data)

    commitment.refresh_from_db()
    assert Change.objects.get().fields == ["leads"]
    assert commitment.changed_at > before
    assert commitment.leads.get().role == Lead.Role.SUPPORTING


def test_saving_what_was_not_changed_writes_nothing(client, editor, commitment):
    data = form_on(client, commitment)
    edition, before = Edition.current(), commitment.changed_at

    response = client.post(page_of(commitment), data)

    assert response.status_code == 302
    commitment.refresh_from_db()
    assert not Change.objects.exists()
    assert not Deed.objects.done().exists()
    assert Edition.current() == edition
    assert commitment.changed_at == before


def test_the_same_edit_twice_is_one_change(client, editor, commitment):
    data = form_on(client, commitment)
    data["summary_en"] = ["In plain words"]

    client.post(page_of(commitment), data)
    client.post(page_of(commitment), data)

    assert Change.objects.count() == 1


def test_a_commitment_is_added_with_all_that_hangs_on_it(client, editor):
    plan, institution, subject = make_plan(), make_institution(), make_subject()
    data = form_of(client.get(reverse(ADD)), "commitment_form")
    data |= {
        "plan": [plan.pk],
        "number": ["3"],
        "title_en": ["Publish the maps"],
        "label_fr": ["Publier les cartes"],
        "subjects": [subject.pk],
        "other_supporting_en": ["A union\r\n\r\n  A school "],
    }
    add_row(data, "leads", institution=institution.pk, named_by=["ogp_plan_record"])
    add_row(data, "milestones", code="3.1", label_en="Draw", due="2031-06")
    add_row(
        data,
        "assessments",
        finding="irm_early_results:Major",
        phase="end_of_term",
        source_url="https://example.org/irm",
        other_source_urls="https://example.org/1\nhttps://example.org/2",
    )

    response = client.post(reverse(ADD), data)

    assert response.status_code == 302, errors_of(response)
    commitment = Commitment.objects.get()
    assert commitment.code == f"{plan.slug}-03"
    assert commitment.other_supporting_en == ["A union", "A school"]
    assert commitment.subjects.get() == subject
    assert commitment.leads.get().named_by == ["ogp_plan_record"]
    assert commitment.milestones.get().due.value == "2031-06"
    finding = commitment.assessments.get()
    assert (finding.assessor, finding.scale, finding.code) == ("irm", "irm_early_results", "Major")
    assert len(finding.other_source_urls) == 2
    change = Change.objects.get()
    assert (change.kind, change.by) == ("added", editor)


def test_what_is_part_of_an_address_stays(client, editor, commitment):
    data = form_on(client, commitment)
    other = make_plan()

    client.post(page_of(commitment), data | {"plan": [other.pk], "number": ["9"], "code": ["x"]})
    client.post(page_of(commitment.plan), form_on(client, commitment.plan) | {"slug": ["other"]})

    fresh = Commitment.objects.get()
    assert (fresh.plan, fresh.number, fresh.code) == (commitment.plan, 1, commitment.code)
    assert fresh.plan.slug == commitment.plan.slug
    assert not Change.objects.exists()


WHY = {"_why_en": "A mistake.", "_why_fr": "Une erreur."}


def test_deleting_a_commitment_is_recorded(client, editor, commitment):
    url = reverse("admin:commitments_commitment_delete", args=[commitment.pk])
    edition = Edition.current()
    assert client.get(url).status_code == 200
    assert Commitment.objects.exists()

    client.post(url, {"post": "yes", **WHY})

    assert not Commitment.objects.exists()
    change = Change.objects.get()
    assert (change.kind, change.code, change.by) == ("removed", commitment.code, editor)
    assert Edition.current() == edition + 1


def test_deleting_several_records_each(client, editor):
    first, second = make_commitment(), make_commitment()
    chosen = {
        "action": "delete_selected",
        "_selected_action": [first.pk, second.pk],
        "post": "yes",
        **WHY,
    }

    client.post(reverse("admin:commitments_commitment_changelist"), chosen)

    removed = Change.objects.filter(kind="removed").values_list("code", flat=True)
    assert set(removed) == {first.code, second.code}


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (make_plan, "title_fr"),
        (make_institution, "short_fr"),
        (make_subject, "name_fr"),
    ],
)
def test_what_stands_around_a_commitment_is_published_too(client, editor, make, field):
    thing = make()
    data = form_on(client, thing)
    edition = Edition.current()

    assert client.post(page_of(thing), data).status_code == 302
    assert Edition.current() == edition
    assert client.post(page_of(thing), data | {field: ["Nouveau"]}).status_code == 302

    thing.refresh_from_db()
    assert getattr(thing, field) == "Nouveau"
    assert Edition.current() > edition
    assert Deed.objects.done().get().by == editor


def test_a_plan_is_added_with_its_themes_and_reports(client, editor):
    url = reverse("admin:commitments_actionplan_add")
    data = form_of(client.get(url), "actionplan_form")
    data |= {"title_en": ["Plan"], "title_fr": ["Plan fr"], "ordinal": ["7"], "slug": ["2040-2042"]}
    data |= {"starts": ["2040"], "ends": ["2041/42"]}
    add_row(data, "themes", name_en="Money", name_fr="Argent", slug="money")
    add_row(data, "reports", kind="draft_plan", published="2039-12", url_en="https://example.org/")

    response = client.post(url, data)

    assert response.status_code == 302, errors_of(response)
    plan = ActionPlan.objects.get()
    assert (plan.themes.get().slug, plan.reports.get().published.value) == ("money", "2039-12")
    assert plan.ends.value == "2041/42"


def test_a_subject_needs_its_name_in_both_languages(client, editor):
    url = reverse("admin:network_subject_add")

    errors = errors_of(client.post(url, {"name": "Water", "slug": "water", "name_fr": ""}))

    assert "name_fr" in errors
    assert not Subject.objects.exists()


def test_readers_pages_are_one_click_away_in_both_languages(client, editor, commitment):
    page = client.get(page_of(commitment))

    for language in ("en", "fr"):
        assertContains(page, f'href="/{language}/plans/{commitment.plan.slug}/1/"')


def test_both_languages_stand_side_by_side(client, editor, commitment):
    form = client.get(page_of(commitment)).context["adminform"]

    together = [
        tuple(field.field.name for field in line if not field.is_readonly)
        for part in form
        for line in part
    ]

    for stem in ("title", "label", "summary", "title_note", "lead_note", "other_supporting"):
        assert (f"{stem}_en", f"{stem}_fr") in together
