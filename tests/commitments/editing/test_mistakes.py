"""What an editor gets wrong is said at its field, and nothing typed is lost."""

import re
from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from commitments.models import (
    Assessment,
    Assessor,
    Change,
    Milestone,
    Scale,
    Theme,
)
from tests.commitments.editing.pages import ADD, errors_of, form_on, page_of
from tests.factories import (
    make_milestone,
    make_plan,
)
from tests.forms import add_row, form_of

pytestmark = pytest.mark.django_db

MOST = "Ensure this value is less than or equal to 9999."


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


def test_a_milestone_has_a_code_of_its_own(client, editor, commitment):
    data = form_on(client, commitment)
    data["milestones-1-code"] = data["milestones-0-code"]

    errors = errors_of(client.post(page_of(commitment), data))

    assert "code" in " ".join(errors.values())
    assert Milestone.objects.count() == 2


@pytest.mark.parametrize("forged", ["%00", "9" * 30, "nonsense", "-1", "1%2C2"])
def test_a_forged_address_or_choice_is_a_clear_answer(client, editor, commitment, forged):
    add = reverse(ADD)
    assert client.get(f"{add}?plan={forged}").status_code in {200, 400}
    data = form_on(client, commitment) | {"subjects": [unquote(forged)]}
    response = client.post(page_of(commitment), data)
    assert response.status_code in {200, 400}
    changelist = reverse("admin:commitments_commitment_changelist")
    assert client.get(f"{changelist}?plan={forged}").status_code in {200, 302, 400}


@pytest.mark.parametrize(
    ("number", "words"),
    [("0", "Give a number from 1 to 9999."), ("10000", MOST), ("99999999999999999999", MOST)],
)
def test_a_number_out_of_bounds_is_said_in_words(client, editor, commitment, number, words):
    data = form_of(client.get(reverse(ADD)), "commitment_form")
    data |= {"plan": [commitment.plan_id], "number": [number], "title_en": ["A"], "label_fr": ["B"]}

    errors = errors_of(client.post(reverse(ADD), data))

    assert errors == {"number": words}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Use only letters without accents, digits, hyphens and underscores (_)."),
        (
            "fr",
            "N’utilisez que des lettres sans accent, des chiffres, des traits d’union et des "
            "tirets bas (_).",
        ),
    ],
)
def test_a_stable_id_is_fit_for_files_and_addresses(client, editor, commitment, language, words):
    data = form_of(client.get(reverse(ADD)), "commitment_form")
    data |= {"plan": [commitment.plan_id], "number": ["7"], "title_en": ["A"], "label_fr": ["B"]}

    for code in ("bad code", "bees/1", "abeillé"):
        response = client.post(
            reverse(ADD), data | {"code": [code]}, headers={"accept-language": language}
        )

        assert errors_of(response) == {"code": words}


@pytest.mark.parametrize("huge", ["10000", "99999999999", "99999999999999999999"])
def test_an_order_or_a_count_out_of_bounds_is_said_in_words(client, editor, commitment, huge):
    for order in range(2):
        Theme.objects.create(plan=commitment.plan, slug=f"t{order}", name_en="T", name_fr="T")
    for thing in (commitment, commitment.plan, commitment.plan.themes.first()):
        data = form_on(client, thing)
        counts = [
            name
            for name in data
            if re.fullmatch(r"ordinal|(\w+-\d+-)?order|(\w+-\d+-)?\w+_(count|led)", name)
        ]

        errors = errors_of(client.post(page_of(thing), data | {name: [huge] for name in counts}))

        assert errors == dict.fromkeys(counts, MOST)


def test_what_ends_before_it_begins_is_said(client, editor, commitment):
    data = form_on(client, commitment)
    data |= {"milestones-0-due_from": ["2018-07"], "milestones-0-due": ["2018-06-30"]}
    plan = form_on(client, commitment.plan) | {"starts": ["2016-07"], "ends": ["2015/16"]}

    errors = errors_of(client.post(page_of(commitment), data))
    errors |= errors_of(client.post(page_of(commitment.plan), plan))

    assert errors["milestones-0-due"] == errors["ends"] == "This is before its first day."
