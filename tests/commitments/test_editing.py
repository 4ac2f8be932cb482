"""Editors change what is promised, through the very pages they see; readers see it at once."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from commitments.models import (
    ActionPlan,
    Assessment,
    Assessor,
    Change,
    Commitment,
    Institution,
    Lead,
    Milestone,
    Scale,
    Theme,
)
from network.models import Edition, Subject
from tests.factories import (
    make_assessment,
    make_commitment,
    make_institution,
    make_milestone,
    make_plan,
    make_staff,
    make_subject,
)
from tests.forms import add_row, admin_name, form_of

pytestmark = pytest.mark.django_db

ADD = "admin:commitments_commitment_add"


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.REQUIRE_STAFF_MFA = False


@pytest.fixture
def editor(client):
    person = make_staff(name="Ada Editor")
    client.force_login(person)
    return person


@pytest.fixture
def commitment():
    """One with something of everything, its theme too."""
    plan = make_plan()
    theme = Theme.objects.create(plan=plan, slug="money", name_en="Money", name_fr="Argent")
    commitment = make_commitment(
        plan,
        leads=[make_institution()],
        subjects=[make_subject()],
        theme=theme,
        other_supporting_en=["A union", "A school"],
    )
    milestone = make_milestone(commitment, due="2031-06", status_as_of="")
    make_milestone(commitment, parent=milestone)
    make_assessment(commitment, as_of="2031-03-31", other_source_urls=["https://example.org/a"])
    commitment.sources.create(url="https://example.org/plan", used_for=["title_en"])
    commitment.indicators.create(label_en="Files", label_fr="Fichiers", latest_as_of="2031")
    commitment.value_claims.create(assessor=Assessor.IRM, value="transparency")
    return commitment


def page_of(thing):
    return reverse(admin_name(thing, "change"), args=[thing.pk])


def form_on(client, thing):
    return form_of(client.get(page_of(thing)), f"{thing._meta.model_name}_form")


def errors_of(response):
    """Every error on the page that came back, by the name of its field."""
    assert response.status_code == 200, response["Location"]
    found = dict(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        found |= {formset.prefix: formset.non_form_errors()} if formset.non_form_errors() else {}
        for form in formset.forms:
            found |= {f"{form.prefix}-{name}": why for name, why in form.errors.items()}
    return {name: " ".join(why) for name, why in found.items()}


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
    assert LogEntry.objects.get().user == editor
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
    assert not LogEntry.objects.exists()
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


def test_bad_input_comes_back_whole_with_clear_words(client, editor, commitment):
    data = form_on(client, commitment)
    data |= {
        "summary_en": ["Hours of careful work"],
        "milestones-0-due": ["next summer"],
        "milestones-0-status": ["complete"],
        "sources-0-url": ["not an address"],
        "assessments-0-other_source_urls": ["https://example.org/a\nnonsense"],
    }

    response = client.post(page_of(commitment), data)

    errors = errors_of(response)
    assert "2018-06-30" in errors["milestones-0-due"]
    assert "A status needs the address" in errors["milestones-0-status_source_url"]
    assert "valid URL" in errors["sources-0-url"]
    assert "“nonsense”" in errors["assessments-0-other_source_urls"]
    back = form_of(response, "commitment_form")
    assert back["summary_en"] == ["Hours of careful work"]
    assert back["milestones-0-due"] == ["next summer"]
    assert back["sources-0-url"] == ["not an address"]
    del back["csrfmiddlewaretoken"]
    assert {name: value for name, value in back.items() if value != data[name]} == {}
    assert not Change.objects.exists()


def test_a_number_taken_is_said_in_words(client, editor, commitment):
    data = form_of(client.get(reverse(ADD)), "commitment_form")
    data |= {"plan": [commitment.plan_id], "number": ["1"], "title_en": ["A"], "label_fr": ["B"]}

    errors = errors_of(client.post(reverse(ADD), data))

    assert "already has a commitment of that number" in " ".join(errors.values())


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"title_en": [""]}, "title_en", "official title here or our own label"),
        ({"label_fr": [""]}, "title_fr", "official title here or our own label"),
        ({"title_fr": ["Un titre"]}, "title_fr_basis", "where the French title is from"),
        ({"title_fr_basis": ["official_page"]}, "title_fr_basis", "where the French title is from"),
    ],
)
def test_a_rule_of_the_whole_row_is_said_at_its_field(
    client, editor, commitment, change, field, words
):
    errors = errors_of(client.post(page_of(commitment), form_on(client, commitment) | change))

    assert words in errors[field]


def test_a_theme_of_another_plan_cannot_be_chosen(client, editor, commitment):
    plan = make_plan()
    foreign = Theme.objects.create(plan=plan, slug="else", name_en="Elsewhere", name_fr="Ailleurs")
    page = client.get(page_of(commitment))
    data = form_of(page, "commitment_form")

    errors = errors_of(client.post(page_of(commitment), data | {"theme": [foreign.pk]}))

    assertContains(page, "Money")
    assertNotContains(page, ">Elsewhere")
    assert "theme" in errors


def test_a_new_commitment_is_refused_the_theme_of_another_plan(client, editor, commitment):
    data = form_of(client.get(reverse(ADD)), "commitment_form")
    data |= {"plan": [make_plan().pk], "number": ["1"], "theme": [commitment.theme_id]}
    data |= {"title_en": ["A"], "label_fr": ["B"]}

    errors = errors_of(client.post(reverse(ADD), data))

    assert errors == {"theme": "This theme belongs to another plan."}


def test_a_milestone_is_part_of_one_of_the_same_commitment(client, editor, commitment):
    foreign = make_milestone()
    data = form_on(client, commitment)
    whole, part = commitment.milestones.order_by("order", "pk")

    cases = [
        ({"milestones-0-parent": [foreign.pk]}, "milestones-0-parent", "valid choice"),
        ({"milestones-0-parent": [whole.pk]}, "milestones-0-parent", "part of itself"),
        ({"milestones-0-parent": [part.pk]}, "milestones-0-parent", "part of itself"),
        ({"milestones-0-DELETE": ["on"]}, "milestones-1-parent", "being deleted"),
    ]
    for change, field, words in cases:
        errors = errors_of(client.post(page_of(commitment), data | change))
        assert words in errors[field]
    assert commitment.milestones.count() == 2


def test_two_milestones_cannot_be_made_part_of_each_other_at_once(client, editor, commitment):
    commitment.milestones.update(parent=None)
    first, second = commitment.milestones.order_by("order", "pk")
    data = form_on(client, commitment)
    data |= {"milestones-0-parent": [second.pk], "milestones-1-parent": [first.pk]}

    errors = errors_of(client.post(page_of(commitment), data))

    assert "part of itself" in errors["milestones-0-parent"]


def test_a_milestone_leaves_with_its_parts(client, editor, commitment):
    data = form_on(client, commitment)

    gone = data | {"milestones-0-DELETE": ["on"], "milestones-1-DELETE": ["on"]}
    response = client.post(page_of(commitment), gone)

    assert response.status_code == 302
    assert not commitment.milestones.exists()
    assert Change.objects.get().fields == ["milestones"]


def test_a_finding_off_the_scales_is_an_error_in_words(client, editor, commitment):
    data = form_on(client, commitment)

    for odd in ("irm_verifiable:Major", "nonsense", "nonsense:Major", ":"):
        errors = errors_of(
            client.post(page_of(commitment), data | {"assessments-0-finding": [odd]})
        )
        assert "valid choice" in errors["assessments-0-finding"]


def test_a_finding_needs_its_source_and_one_scale_a_phase(client, editor, commitment):
    data = form_on(client, commitment)
    n = add_row(
        data, "assessments", finding="irm_verifiable:Yes", phase="end_of_term", source_url=""
    )
    errors = errors_of(client.post(page_of(commitment), data))
    assert "needs the address" in errors[f"assessments-{n}-source_url"]

    data[f"assessments-{n}-finding"] = ["tracker_overall_status:all_complete"]
    data[f"assessments-{n}-phase"] = ["tracker"]
    data[f"assessments-{n}-source_url"] = ["https://example.org/t"]
    errors = errors_of(client.post(page_of(commitment), data))
    assert "duplicate" in errors["assessments"]
    assert commitment.assessments.count() == 1


def test_findings_are_offered_under_their_scale_in_words(client, editor, commitment):
    page = client.get(page_of(commitment))

    assertContains(page, '<optgroup label="The network: The network')
    assertContains(
        page,
        '<option value="tracker_overall_status:all_on_schedule" selected>'
        "All deliverables on schedule</option>",
        html=True,
    )


def test_an_assessment_checks_its_scale_wherever_it_is_made(commitment):
    odd = Assessment(
        commitment=commitment,
        assessor=Assessor.GOVERNMENT,
        phase=Assessment.Phase.UPDATE,
        scale=Scale.IRM_VERIFIABLE,
        code="Major",
        source_url="https://example.org/",
    )

    with pytest.raises(ValidationError) as refused:
        odd.full_clean()

    assert "code" in refused.value.message_dict or "scale" in refused.value.message_dict


def test_deleting_a_commitment_is_recorded(client, editor, commitment):
    url = reverse("admin:commitments_commitment_delete", args=[commitment.pk])
    edition = Edition.current()
    assert client.get(url).status_code == 200
    assert Commitment.objects.exists()

    client.post(url, {"post": "yes"})

    assert not Commitment.objects.exists()
    change = Change.objects.get()
    assert (change.kind, change.code, change.by) == ("removed", commitment.code, editor)
    assert Edition.current() == edition + 1


def test_deleting_several_records_each(client, editor):
    first, second = make_commitment(), make_commitment()
    chosen = {"action": "delete_selected", "_selected_action": [first.pk, second.pk], "post": "yes"}

    client.post(reverse("admin:commitments_commitment_changelist"), chosen)

    removed = Change.objects.filter(kind="removed").values_list("code", flat=True)
    assert set(removed) == {first.code, second.code}


@pytest.mark.parametrize("role", ["lead", "milestone"])
def test_an_institution_in_use_stays(client, editor, role):
    institution, commitment = make_institution(), make_commitment()
    if role == "lead":
        Lead.objects.create(commitment=commitment, institution=institution)
    else:
        make_milestone(commitment).institutions.add(institution)
    url = reverse("admin:commitments_institution_delete", args=[institution.pk])

    asked = client.get(url)
    client.post(url, {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [institution.pk], "post": "yes"}
    client.post(reverse("admin:commitments_institution_changelist"), chosen)

    assertContains(asked, commitment.code)
    assert Institution.objects.filter(pk=institution.pk).exists()


def test_an_institution_nobody_names_may_go(client, editor):
    institution = make_institution()

    client.post(
        reverse("admin:commitments_institution_delete", args=[institution.pk]), {"post": "yes"}
    )

    assert not Institution.objects.exists()


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
    assert LogEntry.objects.get().user == editor


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


@pytest.mark.parametrize("model", [ActionPlan, Theme, Institution, Subject, Commitment])
def test_every_field_says_what_belongs_in_it(client, editor, model):
    url = reverse(admin_name(model, "add"))
    context = client.get(url).context

    forms = [context["adminform"].form]
    forms += [inline.formset.empty_form for inline in context["inline_admin_formsets"]]
    own = {"id", "DELETE", "commitment", "plan"}
    silent = [
        f"{type(form.instance).__name__}.{name}"
        for form in forms
        for name, field in form.fields.items()
        if not field.help_text and not (name in own and form.prefix)
    ]
    assert silent == []


def test_the_cost_of_a_page_grows_little_with_what_hangs_on_it(
    client, editor, commitment, django_assert_max_num_queries
):
    for _each in range(20):
        make_milestone(commitment)
    client.get(page_of(commitment))

    with django_assert_max_num_queries(75):
        client.get(page_of(commitment))


def test_a_milestone_has_a_code_of_its_own(client, editor, commitment):
    data = form_on(client, commitment)
    data["milestones-1-code"] = data["milestones-0-code"]

    errors = errors_of(client.post(page_of(commitment), data))

    assert "code" in " ".join(errors.values())
    assert Milestone.objects.count() == 2
