"""`manage.py load_plans`: a bad file gets one clear message and changes nothing."""

import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError

from commitments.models import ActionPlan, Change, Commitment, Institution
from network.models import Edition
from tests.commitments.files import commitment, editorial, load, made_up, write
from tests.factories import make_commitment, make_plan

pytestmark = pytest.mark.django_db


def refused(path, **options):
    """The one message that a file is refused with."""
    with pytest.raises(CommandError) as caught:
        load(path, **options)
    message = str(caught.value)
    assert message.endswith(" Nothing was changed.")
    assert "\n" not in message
    assert not ActionPlan.objects.exists()
    assert not Institution.objects.exists()
    assert not Change.objects.exists()
    assert not Edition.current()
    return message


NO_FILE = {
    "not JSON": ("{", "is not JSON: "),
    "nothing": ("", "is not JSON: "),
    "a list": ("[]", "must hold an object"),
    "a number": ("12", "must hold an object"),
    "no plans": ("{}", "plans: is missing"),
    "nested deeply": ("[" * 100_000, "is nested too deeply"),
    "a number of 5,000 digits": ('{"plans": ' + "9" * 5000 + "}", "digits"),
    "not a number": ('{"plans": NaN}', "NaN is not a value"),
    "a key twice": ('{"id": "x", "plans": [], "plans": []}', '"plans" is given twice'),
}


@pytest.mark.parametrize(("content", "said"), NO_FILE.values(), ids=NO_FILE)
def test_what_is_no_file_of_plans_is_refused(tmp_path, content, said):
    assert said in refused(write(tmp_path, content))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "cannot be read" in refused(tmp_path / "none.json")


def test_a_folder_is_refused(tmp_path):
    assert "cannot be read" in refused(tmp_path)


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "plans.json"
    path.write_bytes('{"title_fr": "é"}'.encode("latin-1"))

    assert "is not UTF-8" in refused(path)


def test_a_byte_order_mark_is_no_harm(tmp_path):
    path = tmp_path / "plans.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(made_up()).encode())

    assert "2 added" in load(path)


IN_FILE = {
    "unknown key": (["colour"], "red", 'has the unknown key "colour"'),
    "misspelt key": (["plnas"], [], "Did you mean “plans”?"),
    "schema": (["schema_version"], "9", 'schema_version: "9" is not known'),
    "compiled when": (["compiled_on"], "soon", 'compiled_on: "soon" is not a date'),
    "vocabulary": (
        ["vocabularies"],
        {"irm_starred": ["Perhaps"]},
        'vocabularies, irm_starred: has the unknown code "Perhaps"',
    ),
    "vocabulary's name": (["vocabularies"], {"stars": []}, 'has the unknown key "stars"'),
    "department": (["departments", 0, "name_fr"], None, "department roads, name_fr: is missing"),
    "department twice": (["departments", 1, "id"], "roads", "department roads, id: is given twice"),
    "department's id": (["departments", 0, "id"], "a b", 'department a b, id: "a b"'),
    "department, no object": (["departments", 0], "roads", "department: must be an object"),
    "plans, no list": (["plans"], {"id": "x"}, "plans: must be a list"),
}
IN_PLAN = {
    "no id": (["id"], None, "id: is missing"),
    "missing French": (["title_fr"], None, "title_fr: is missing"),
    "summary in one language": (["summary_en"], "Short.", "summary_fr: is missing"),
    "number": (["ordinal"], "1", 'ordinal: must be a whole number from 0 to 9999, not "1"'),
    "true is no number": (["ordinal"], True, "ordinal: must be a whole number"),
    "no place": (["ordinal"], 0, "ordinal: must be 1 or more"),
    "date": (["period_end"], "2030-13", 'period_end: "2030-13" is not a date'),
    "ends before it starts": (["period_end"], "2029", "period_end: is before period_start"),
    "date, no text": (["period_end"], 2030, "period_end: must be text, not 2030"),
    "detail": (["detail"], "some", 'detail: has the unknown code "some"'),
    "address": (["tracker_url"], "javascript:alert(1)", "tracker_url: "),
    "address, ftp": (["tracker_url"], "ftp://example.org/", "tracker_url: "),
    "theme twice": (
        ["themes"],
        [{"id": "honey", "name_en": "A", "name_fr": "B"}] * 2,
        "theme honey, id: is given twice",
    ),
    "theme's list": (["themes", 0, "commitments"], [1], "theme honey, commitments: lists [1], but"),
    "report": (["reports", 0, "kind"], "gossip", "report gossip, kind: has the unknown code"),
    "commitments, no list": (["commitments"], 3, "commitments: must be a list, not 3"),
}
IN_COMMITMENT = {
    "no number": (["number"], None, "number: is missing"),
    "number zero": (["number"], 0, "number: must be 1 or more"),
    "number huge": (["number"], 10**40, "number: must be a whole number"),
    "number broken": (["number"], 1.5, "number: must be a whole number"),
    "no id": (["id"], "", "id: is missing"),
    "an id that is no name": (["id"], "bees 1/é", 'id: "bees 1/é": Use only letters without'),
    "no name in English": (["title_en"], None, "title_en: is missing, and label_en too"),
    "no name in French": (["label_fr"], " ", "title_fr: is missing, and label_fr too"),
    "title, no text": (["title_en"], ["x"], "title_en: must be text"),
    "title too long": (["title_en"], "x" * 301, "title_en: is too long: 301 characters"),
    "note too long": (["title_note"], "x" * 10_001, "title_note: is too long"),
    "NUL": (["title_en"], "a\0b", "title_en: holds a character that text may not: U+0000"),
    "half a pair": (["title_en"], "a\ud800", "holds a character that text may not: U+D800"),
    "summary in one language": (["summary_fr"], None, "summary_fr: is missing"),
    "title's source": (["title_fr_basis"], "official_page", "title_fr_basis: must be"),
    "theme": (["theme_id"], "wax", 'theme_id: "wax" is not a theme of this plan'),
    "flag": (["milestones_complete_list"], "yes", "must be true or false"),
    "lead": (
        ["lead_departments", 0, "department_id"],
        "sea",
        'lead_departments, department_id: "sea" is not among',
    ),
    "lead twice": (
        ["lead_departments"],
        [{"department_id": "bees"}] * 2,
        'department_id: "bees" is given twice',
    ),
    "named by": (
        ["lead_departments", 0, "named_by"],
        ["hearsay"],
        'named_by: has the unknown code "hearsay"',
    ),
    "value": (["ogp_values_government"], ["speed"], "ogp_values_government: has the unknown code"),
    "source": (["sources", 0, "url"], "example", 'source 1, url: "example" is not an address'),
    "source twice": (
        ["sources"],
        [{"url": "https://example.org/"}] * 2,
        "source 2, url: ",
    ),
    "used for": (["sources", 0, "used_for"], [1], "source 1, used_for: must be text"),
    "indicator": (["indicators", 0, "label_fr"], None, "indicator 1, label_fr: is missing"),
    "indicator's target": (["indicators", 0, "target_en"], "9", "indicator 1, target_fr: is miss"),
    "milestone twice": (["milestones", 1, "id"], "1.1", 'milestone 1.1, id: "1.1" is given twice'),
    "milestone's parent": (
        ["milestones", 1, "parent_id"],
        "7",
        'milestone 1.1.1, parent_id: "7" is not',
    ),
    "milestone of itself": (["milestones", 1, "parent_id"], "1.1.1", "parent_id: "),
    "milestone's label": (["milestones", 0, "label_fr"], None, "milestone 1.1, label_fr: is miss"),
    "milestone's lead": (
        ["milestones", 0, "lead_department_ids"],
        ["sea"],
        'milestone 1.1, lead_department_ids: "sea" is not',
    ),
    "milestone's status": (
        ["milestones", 0, "tracker_status", "code"],
        "done",
        'milestone 1.1, tracker_status, code: has the unknown code "done"; known are complete',
    ),
    "status without source": (
        ["milestones", 0, "tracker_status", "source_url"],
        None,
        "tracker_status, source_url: is missing",
    ),
    "status at mid-term": (
        ["milestones", 0, "status_mid_term_2031_01_01"],
        "done",
        'status_mid_term: has the unknown code "done"',
    ),
    "due before it begins": (["milestones", 1, "last_due"], "2030", "last_due: is before"),
    "first due": (["first_due"], "2029", 'first_due: "2029" is not what its milestones say'),
    "assessor": (["assessments", 0, "assessor"], "press", "assessment 1, assessor: has the unkn"),
    "phase": (["assessments", 0, "phase"], "dusk", 'phase: has the unknown code "dusk"'),
    "status code": (
        ["assessments", 0, "status_code"],
        "on_schedule",
        'status_code: has the unknown code "on_schedule"',
    ),
    "finding without source": (
        ["assessments", 0, "source_url"],
        None,
        "assessment 1, source_url: is missing",
    ),
    "date undone": (
        ["assessments", 0, "as_of_precision"],
        "undated",
        "as_of_precision: does not agree",
    ),
    "precision": (["assessments", 0, "as_of_precision"], "roughly", "as_of_precision: has the unk"),
    "phase twice": (
        ["assessments", 1],
        commitment(1)["assessments"][0],
        "assessment 2, phase: ",
    ),
    "rating": (
        ["assessments", 1, "ratings", "verifiable"],
        "Maybe",
        'assessment 2, verifiable: has the unknown code "Maybe"; known are No, Yes',
    ),
    "rating, no text": (["assessments", 1, "ratings", "verifiable"], {}, "verifiable: has the unk"),
    "rating unknown": (["assessments", 1, "ratings", "charm"], "Yes", 'unknown key "charm"'),
    "rating's value": (["assessments", 1, "ratings", "ogp_values"], ["speed"], "ogp_values: has"),
    "ratings of government": (
        ["assessments", 1, "assessor"],
        "government",
        "ratings: are the IRM's",
    ),
    "IRM without ratings": (["assessments", 1, "ratings"], None, "ratings: are missing"),
    "other sources": (
        ["assessments", 1, "other_source_urls"],
        ["nowhere"],
        "other_source_urls: ",
    ),
    "other OGP id": (["assessments", 1, "ogp_commitment_id"], "FR1", "ogp_commitment_id: is not"),
}


def spoilt(start, path, value):
    file = made_up()
    spot = file
    for step in [*start, *path[:-1]]:
        spot = spot[step]
    spot[path[-1]] = value
    return file


@pytest.mark.parametrize(("path", "value", "said"), IN_FILE.values(), ids=IN_FILE)
def test_a_bad_file_says_where(tmp_path, path, value, said):
    message = refused(write(tmp_path, spoilt([], path, value)))

    assert said in message
    assert message.startswith("plans.json: ")


@pytest.mark.parametrize(("path", "value", "said"), IN_PLAN.values(), ids=IN_PLAN)
def test_a_bad_plan_is_named(tmp_path, path, value, said):
    message = refused(write(tmp_path, spoilt(["plans", 0], path, value)))

    assert said in message
    assert "plan 2030-2032, " in message or path == ["id"]


@pytest.mark.parametrize(("path", "value", "said"), IN_COMMITMENT.values(), ids=IN_COMMITMENT)
def test_a_bad_commitment_is_named_with_its_plan_and_field(tmp_path, path, value, said):
    message = refused(write(tmp_path, spoilt(["plans", 0, "commitments", 0], path, value)))

    assert said in message
    assert message.startswith("plans.json: plan 2030-2032, commitment ")


def test_a_number_given_twice_names_both(tmp_path):
    message = refused(write(tmp_path, spoilt(["plans", 0, "commitments", 1], ["number"], 1)))

    assert "plan 2030-2032, commitment 1, number: 1 is also that of 2030-2032-01" in message


def test_an_id_given_twice_is_refused(tmp_path):
    file = spoilt(["plans", 0, "commitments", 1], ["id"], "2030-2032-01")

    assert 'commitment 2, id: "2030-2032-01" is given twice' in refused(write(tmp_path, file))


def test_an_id_given_in_two_plans_is_refused(tmp_path):
    file = made_up()
    file["plans"].append(made_up()["plans"][0] | {"id": "later", "ordinal": 2})

    assert "is also in plan 2030-2032" in refused(write(tmp_path, file))


def test_two_plans_of_one_ordinal_are_refused(tmp_path):
    file = made_up()
    file["plans"].append(made_up()["plans"][0] | {"id": "later", "commitments": []})

    message = refused(write(tmp_path, file))

    assert "plan later, ordinal: 1 is also that of 2030-2032" in message


def test_a_number_that_a_kept_commitment_holds_is_refused(tmp_path):
    load(write(tmp_path, made_up()))
    file = made_up()
    file["plans"][0]["commitments"][1]["id"] = "2030-2032-new"

    with pytest.raises(CommandError, match="2 is that of 2030-2032-02, which is not in the file"):
        load(write(tmp_path, file))

    assert not Commitment.objects.filter(code="2030-2032-new").exists()
    assert "1 added" in load(write(tmp_path, file), prune=True)


def test_an_ordinal_that_a_kept_plan_holds_is_refused(tmp_path):
    make_plan(slug="older", ordinal=1)

    with pytest.raises(CommandError, match="1 is that of plan older, which is not in the file"):
        load(write(tmp_path, made_up()))

    assert not Commitment.objects.exists()


def test_a_commitment_of_another_plan_is_not_moved(tmp_path):
    make_commitment(make_plan(slug="older"), code="2030-2032-01")

    with pytest.raises(CommandError, match="2030-2032-01, id: the portal has it in another plan"):
        load(write(tmp_path, made_up()))

    assert Commitment.objects.get().plan.slug == "older"


def test_what_the_database_refuses_is_one_message_too(tmp_path):
    load(write(tmp_path, made_up()))
    Commitment.objects.filter(number=2).update(number=3)  # an editor's doing
    file = made_up()
    file["plans"][0]["commitments"].append(commitment(3))

    with pytest.raises(CommandError, match=r"plans\.json: the database refuses it: .*Nothing was"):
        load(write(tmp_path, file))

    assert Commitment.objects.count() == 2


BAD_EDITORIAL = {
    "subject's French": (["subjects", 0, "name_fr"], None, "subject bees, name_fr: is missing"),
    "subject twice": (["subjects", 1, "id"], "bees", 'id: "bees" is given twice'),
    "name twice": (["subjects", 1, "name_en"], "BEES", 'name_en: "BEES" is given twice'),
    "unknown subject": (
        ["commitments", "2030-2032-01"],
        ["wax"],
        'commitment 2030-2032-01, subjects: "wax" is not among',
    ),
    "subjects, no list": (["commitments", "2030-2032-01"], "bees", "must be a list"),
    "unknown commitment": (["commitments", "2030-2032-07"], ["bees"], "has the unknown key"),
    "French, no text": (["french", "Cut off."], 3, 'french, "Cut off.": must be text, not 3'),
    "French, no object": (["french"], ["x"], "french: must be an object"),
}


@pytest.mark.parametrize(("path", "value", "said"), BAD_EDITORIAL.values(), ids=BAD_EDITORIAL)
def test_a_bad_editorial_file_is_refused_as_clearly(tmp_path, path, value, said):
    extra = editorial()
    spot = extra
    for step in path[:-1]:
        spot = spot[step]
    spot[path[-1]] = value

    message = refused(
        write(tmp_path, made_up()), editorial=write(tmp_path, extra, "editorial.json")
    )

    assert said in message
    assert message.startswith("editorial.json: ")


def test_the_command_ends_with_code_1_and_no_traceback(tmp_path):
    path = write(tmp_path, spoilt(["plans", 0, "commitments", 0], ["title_en"], "\x1b[31m\0"))

    ran = subprocess.run(
        [sys.executable, "manage.py", "load_plans", str(path)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 1
    assert "plan 2030-2032, commitment 1, title_en: " in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "\x1b[31m" not in ran.stderr


def test_a_message_holds_nothing_that_a_terminal_would_obey(tmp_path):
    file = spoilt(["plans", 0, "commitments", 0], ["number"], "\x1b[31m\nred")

    assert "\x1b" not in refused(write(tmp_path, file))
