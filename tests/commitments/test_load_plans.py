"""`manage.py load_plans`: from a file to the portal, and again, and changed."""

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import (
    ActionPlan,
    Assessment,
    Change,
    Commitment,
    Indicator,
    Institution,
    Lead,
    Milestone,
    Report,
    Source,
    Theme,
    ValueClaim,
)
from network.models import Edition, Subject
from tests.commitments.files import commitment, editorial, load, made_up, write
from tests.factories import make_assessment

pytestmark = pytest.mark.django_db

HELD = (
    ActionPlan,
    Theme,
    Report,
    Institution,
    Commitment,
    Lead,
    Source,
    Milestone,
    Milestone.institutions.through,
    Indicator,
    Assessment,
    ValueClaim,
    Subject,
)


def everything():
    """All that the portal holds, row by row."""
    return [list(model.objects.order_by("pk").values_list()) for model in HELD]


@pytest.fixture
def plans(tmp_path):
    """Write a file of the made-up country, load it, and say what was said."""

    def loaded(content, **options):
        return load(write(tmp_path, content), **options)

    return loaded


def test_the_shipped_file_holds_six_plans_and_65_commitments():
    said = load()

    assert ActionPlan.objects.count() == 6
    assert Commitment.objects.count() == 65
    assert "2016-2018: 22 commitments: 22 added" in said
    assert "Commitments: 65 added, 0 changed, 0 left as they were." in said


def test_loading_again_changes_nothing_and_says_so():
    load()
    before, edition, changes = everything(), Edition.current(), Change.objects.count()

    said = load()

    assert everything() == before
    assert Edition.current() == edition
    assert Change.objects.count() == changes
    assert "Nothing changed" in said


def test_a_load_raises_the_edition_once_and_notes_each_commitment(plans):
    before = Edition.current()

    plans(made_up())

    assert Edition.current() == before + 1
    added = Change.objects.filter(kind="added").order_by("code")
    assert [change.code for change in added] == ["2030-2032", "2030-2032-01", "2030-2032-02"]
    assert len({change.at for change in added}) == 1


def test_a_load_asks_for_the_search_index_to_be_rebuilt(
    plans, monkeypatch, django_capture_on_commit_callbacks
):
    asked = []
    monkeypatch.setattr(
        "commitments.tasks.rebuild_search_index.apply_async",
        lambda *args, **kwargs: asked.append(args),
    )

    with django_capture_on_commit_callbacks(execute=True):
        plans(made_up())
    with django_capture_on_commit_callbacks(execute=True):
        plans(made_up())

    assert asked == [((),)]


def test_a_changed_file_updates_by_stable_id_and_says_which_fields(plans):
    file = made_up()
    plans(file)
    kept = Commitment.objects.get(code="2030-2032-01")
    file["plans"][0]["commitments"][1]["ogp_id"] = "FR0002"
    file["plans"][0]["commitments"][1]["milestones"][0]["label_en"] = "Look for them"
    file["plans"][0]["commitments"][1]["title_note"] = None
    file["plans"][0]["commitments"].append(commitment(3))
    file["plans"][0]["commitment_count"] = 3

    said = plans(file)

    assert "3 commitments: 1 added, 1 changed, 1 left" in said
    assert "changed 2030-2032-02: milestones.label_en, ogp_id, title_note_en" in said
    assert "changed plan 2030-2032: commitment_count" in said
    changed = Commitment.objects.get(code="2030-2032-02")
    assert changed.ogp_id == "FR0002"
    assert changed.milestones.get(code="2.1").label_en == "Look for them"
    assert changed.changes.get(kind="changed").fields == [
        "milestones.label_en",
        "ogp_id",
        "title_note_en",
    ]
    assert Commitment.objects.get(pk=kept.pk).changed_at == kept.changed_at
    assert changed.changed_at > kept.changed_at


@pytest.mark.parametrize("numbers", [(2, 1), (1, 9)])
def test_the_number_of_a_commitment_is_never_changed(plans, numbers):
    """Its address says it: the old one would show another, or nothing."""
    plans(made_up())
    file = made_up()
    for one, number in zip(file["plans"][0]["commitments"], numbers, strict=True):
        one |= {"number": number, "title_note": "And more is new."}

    with pytest.raises(CommandError) as error:
        plans(file)

    assert "plan 2030-2032, commitment 2030-2032-0" in str(error.value)
    assert ", number: the address of 2030-2032-0" in str(error.value)
    assert [*Commitment.objects.order_by("code").values_list("number", flat=True)] == [1, 2]
    assert not Commitment.objects.filter(title_note_en="And more is new.").exists()


def test_two_plans_may_trade_places(plans):
    file = made_up()
    other = made_up()["plans"][0] | {"id": "2033-2035", "ordinal": 2, "commitments": []}
    file["plans"].append(other)
    plans(file)
    file["plans"][0]["ordinal"], other["ordinal"] = 2, 1

    plans(file)

    assert ActionPlan.objects.get(slug="2033-2035").ordinal == 1


def test_what_editors_changed_stays_until_the_file_says_something_new(plans):
    file = made_up()
    plans(file)
    Commitment.objects.filter(code="2030-2032-01").update(summary_en="Edited here.")
    Milestone.objects.get(code="1.1").institutions.clear()

    assert "Nothing changed" in plans(file)
    assert Commitment.objects.get(code="2030-2032-01").summary_en == "Edited here."

    file["plans"][0]["commitments"][0]["summary_en"] = "Every bee is counted twice."
    assert "changed 2030-2032-01: milestones.institutions, summary_en" in plans(file)
    assert Commitment.objects.get(code="2030-2032-01").summary_en == "Every bee is counted twice."


def pruned():
    """The file with one of everything gone."""
    file = made_up()
    plan = file["plans"][0]
    del plan["reports"], plan["commitments"][1]
    first = plan["commitments"][0]
    first["theme_id"] = None
    plan["themes"] = []
    del first["indicators"], first["sources"], first["supporting_departments"]
    first["milestones"].pop()
    first["milestones"][0]["lead_department_ids"] = []
    first["ogp_values_government"] = None
    first["assessments"].pop(0)
    file["departments"].pop(0)
    return file


GONE = (
    "report draft_plan of plan 2030-2032",
    "theme honey of plan 2030-2032",
    "commitment 2030-2032-02",
    "indicator Bees of 2030-2032-01",
    "source https://example.org/tracker of 2030-2032-01",
    "lead roads supporting of 2030-2032-01",
    "milestone 1.1.1 of 2030-2032-01",
    "department of a milestone bees of milestone 1.1 of 2030-2032-01",
    "OGP value government transparency of 2030-2032-01",
    "assessment tracker_overall_status tracker of 2030-2032-01",
    "institution roads",
)


def test_what_is_gone_from_the_file_is_listed_and_kept(plans):
    plans(made_up())
    counts = [model.objects.count() for model in HELD]

    said = plans(pruned())

    for gone in GONE:
        assert f"gone from the file, kept: {gone}\n" in said
    assert f"{len(GONE)} gone from the file, kept." in said
    assert [model.objects.count() for model in HELD] == counts
    assert f"{len(GONE)} gone from the file, kept." in plans(pruned())


def test_what_is_gone_from_the_file_is_removed_with_prune(plans):
    plans(made_up())
    plans(pruned())
    edition = Edition.current()

    said = plans(pruned(), prune=True)

    for gone in GONE:
        assert f"gone from the file, removed: {gone}\n" in said
    assert Commitment.objects.get().code == "2030-2032-01"
    assert not Theme.objects.exists()
    assert Institution.objects.get().slug == "bees"
    assert Assessment.objects.filter(assessor="government").count() == 0
    assert Edition.current() == edition + 1
    assert Change.objects.get(kind="removed").code == "2030-2032-02"
    assert "gone" not in plans(pruned())


def test_a_plan_gone_from_the_file_goes_only_with_prune(plans):
    plans(made_up())
    file = made_up()
    file["plans"][0] |= {"id": "2040", "ordinal": 2, "commitments": []}

    assert "gone from the file, kept: plan 2030-2032" in plans(file)
    assert ActionPlan.objects.count() == 2

    plans(file, prune=True)
    assert ActionPlan.objects.get().slug == "2040"
    removed = Change.objects.filter(kind="removed").order_by("code")
    assert [one.code for one in removed] == ["2030-2032", "2030-2032-01", "2030-2032-02"]


def test_what_the_network_finds_is_never_gone_from_a_file(plans):
    plans(made_up())
    promise = Commitment.objects.get(code="2030-2032-01")
    make_assessment(
        promise, assessor="network", phase="update", scale="network_progress", code="kept"
    )

    said = plans(made_up(), prune=True)

    assert "gone" not in said
    assert promise.assessments.filter(assessor="network").exists()


def test_an_institution_may_lead_and_support_the_same_commitment():
    load()

    roles = Lead.objects.filter(commitment__code="2016-2018-01", institution__slug="pco-bcp")

    assert sorted(roles.values_list("role", flat=True)) == ["lead", "supporting"]


def test_an_unknown_rating_is_kept_as_not_known():
    load()

    completion = Assessment.objects.get(
        commitment__code="2016-2018-19", scale="irm_completion_end_of_term"
    )

    assert completion.code == ""
    assert completion.source_url


def test_subjects_and_french_notes_come_with_an_editorial_file(plans, tmp_path):
    plans(made_up(), editorial=write(tmp_path, editorial(), "editorial.json"))

    second = Commitment.objects.get(code="2030-2032-02")
    assert sorted(second.subjects.values_list("slug", flat=True)) == ["bees", "roads"]
    assert second.milestones.get(code="2.1").note_fr == "Tronqué."
    assert ActionPlan.objects.get().period_note_fr == "Il a commencé tard."


def test_without_an_editorial_file_subjects_and_translations_stay(plans, tmp_path):
    file = made_up()
    plans(file, editorial=write(tmp_path, editorial(), "editorial.json"))
    file["plans"][0]["commitments"][1]["label_fr"] = "Compter toutes les abeilles"

    plans(file)

    second = Commitment.objects.get(code="2030-2032-02")
    assert second.label_fr == "Compter toutes les abeilles"
    assert second.subjects.count() == 2
    assert second.milestones.get(code="2.1").note_fr == "Tronqué."


def test_the_french_of_a_note_goes_when_its_english_changes(plans, tmp_path):
    file = made_up()
    plans(file, editorial=write(tmp_path, editorial(), "editorial.json"))
    file["plans"][0]["commitments"][1]["milestones"][0]["note"] = "Cut off early."

    plans(file)

    assert Milestone.objects.get(code="2.1").note_fr == ""


def test_quiet_says_nothing(plans):
    assert plans(made_up(), verbosity=0) == ""


def test_a_plan_costs_the_same_queries_with_2_commitments_or_40(plans):
    def cost(count):
        file = made_up()
        file["plans"][0] |= {
            "id": f"plan-{count}",
            "ordinal": count,
            "commitments": [
                commitment(number) | {"id": f"plan-{count}-{number}"}
                for number in range(1, count + 1)
            ],
        }
        with CaptureQueriesContext(connection) as queries:
            plans(file, prune=True)
        return len(queries)

    cost(1), cost(3)  # the second time a plan goes for another, all content types are known

    assert abs(cost(40) - cost(2)) <= 3
