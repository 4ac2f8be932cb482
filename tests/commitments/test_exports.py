"""/data/commitments.json and .csv: every public field, streamed, the same for all."""

import csv
import io
import json

import pytest
from django.apps import apps
from django.urls import reverse

from commitments.dictionary import PARTS, RECORDS, UNPUBLISHED
from commitments.models import Commitment, Indicator, Source, ValueClaim
from network.models import Edition
from opengov_portal.lib.spreadsheets import cell
from tests.commitments.files import load
from tests.counting import cost_of
from tests.factories import (
    make_assessment,
    make_commitment,
    make_institution,
    make_milestone,
    make_plan,
    make_staff,
    make_subject,
)

FILES = ["data:commitments_json", "data:commitments_csv"]


def body(response):
    return b"".join(response.streaming_content)


def as_json(client):
    return json.loads(body(client.get(reverse("data:commitments_json"))))


def as_rows(client):
    content = body(client.get(reverse("data:commitments_csv")))
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def promise():
    """A made-up commitment with one of everything."""
    office = make_institution(slug="bees")
    promise = make_commitment(
        make_plan(slug="plan-b"),
        number=7,
        leads=[office],
        subjects=[make_subject(slug="honey")],
        title_en="Count the bees — all",
        label_fr="Compter les abeilles à miel",
    )
    first = make_milestone(promise, code="7.1", due="2031-06", status="")
    first.institutions.add(office)
    make_milestone(promise, code="7.1.1", parent=first)
    make_assessment(promise, wording_en="Mostly buzzing")
    Indicator.objects.create(commitment=promise, label_en="Bees", label_fr="Abeilles")
    Source.objects.create(commitment=promise, url="https://example.org/a", used_for=["bees"])
    ValueClaim.objects.create(commitment=promise, assessor="irm", value="transparency")
    return promise


def test_every_field_of_the_models_is_published_or_private_with_a_reason():
    records = {record.model: record for record in RECORDS}

    for model in apps.get_app_config("commitments").get_models():
        if model.__name__ in UNPUBLISHED:
            continue
        record = records[model]
        fields = [*model._meta.fields, *model._meta.many_to_many]
        names = {field.name for field in fields} | ({"subjects"} if model is Commitment else set())
        assert names == {*record.fields, *record.private}, model
        assert not set(record.fields) & set(record.private), model
        assert all(record.private.values()), model


@pytest.mark.django_db
def test_the_json_holds_every_field_of_a_commitment_and_its_parts(client, promise):
    found = as_json(client)

    [told] = found["commitments"]
    assert told["code"] == promise.code
    assert told["plan"] == "plan-b"
    assert told["title_en"] == "Count the bees — all"
    assert told["title_fr"] is None
    assert told["subjects"] == ["honey"]
    assert told["page_fr"] == "https://portal.example/fr/plans/plan-b/7/"
    assert told["leads"][0]["institution"] == "bees"
    assert [one["parent"] for one in told["milestones"]] == [None, "7.1"]
    assert told["milestones"][0]["institutions"] == ["bees"]
    assert told["milestones"][0]["due"] == "2031-06"
    assert told["milestones"][0]["status"] is None
    assert told["assessments"][0]["wording_en"] == "Mostly buzzing"
    assert told["indicators"][0]["label_fr"] == "Abeilles"
    assert told["sources"][0]["used_for"] == ["bees"]
    assert told["value_claims"] == [{"assessor": "irm", "value": "transparency"}]
    for name, part in PARTS.items():
        assert set(told[name][0]) == set(part.fields)
    assert found["plans"][0]["slug"] == "plan-b"
    assert found["subjects"][0]["slug"] == "honey"
    assert found["institutions"][0]["slug"] == "bees"


@pytest.mark.django_db
def test_the_json_says_its_schema_its_licence_and_what_null_means(client):
    found = as_json(client)

    assert found["schema_version"] == "1.0"
    assert found["licence"]["compilation"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "never means no" in found["attribution_en"]
    assert found["documentation_fr"] == "https://portal.example/fr/donnees/"
    assert found["commitments"] == []


@pytest.mark.django_db
def test_the_csv_has_one_row_a_record_and_each_says_whose_it_is(client, promise):
    rows = as_rows(client)

    kinds = [row["record"] for row in rows]
    assert kinds == [
        *["commitment", "lead", "milestone", "milestone"],
        *["indicator", "assessment", "value_claim", "source"],
    ]
    for row in rows:
        assert row["commitment"] == promise.code
        assert row["commitment_title_fr"] == "Compter les abeilles à miel"
        assert row["page_en"] == "https://portal.example/en/plans/plan-b/7/"
    assert rows[2]["due"] == "2031-06"
    assert rows[2]["institutions"] == "bees"
    assert rows[5]["code"] == "all_on_schedule"


@pytest.mark.django_db
def test_the_csv_has_a_column_for_every_field(client, promise):
    columns = set(as_rows(client)[0])

    for record in RECORDS:
        if record.name:
            assert set(record.fields) <= columns


@pytest.mark.django_db
def test_the_csv_opens_in_excel_with_its_accents(client, promise):
    content = body(client.get(reverse("data:commitments_csv")))

    assert content.startswith(b"\xef\xbb\xbfrecord,")
    assert "à miel".encode() in content


@pytest.mark.django_db
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_run_as_a_formula(client, start):
    make_commitment(title_en=f"{start}cmd|' /C calc'!A0", label_fr="Promesse")

    [row] = as_rows(client)

    assert row["title_en"].startswith(f"'{start}")
    assert row["commitment_title_en"].startswith(f"'{start}")


def test_a_cell_is_empty_for_what_is_not_known():
    assert [cell(None), cell(""), cell([])] == ["", "", ""]
    assert [cell(0), cell(False), cell(["a", "b"])] == [0, "false", "a; b"]


def test_a_list_that_begins_as_a_formula_is_text_too():
    assert cell(["=1", "2"]) == "'=1; 2"


@pytest.mark.django_db
def test_all_65_commitments_are_in_both_files(client):
    load()

    found = as_json(client)
    rows = as_rows(client)

    assert len(found["commitments"]) == 65
    assert len([row for row in rows if row["record"] == "commitment"]) == 65
    for name, part in PARTS.items():
        in_json = sum(len(one[name]) for one in found["commitments"])
        assert in_json == part.model.objects.count()
        assert in_json == len([row for row in rows if row["record"] == part.name])


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_a_file_is_streamed_to_be_saved_and_may_be_kept_by_anyone(client, name):
    response = client.get(reverse(name))

    assert response.streaming
    suffix = name.removeprefix("data:commitments_")
    assert response["Content-Disposition"] == f'attachment; filename="commitments.{suffix}"'
    assert "public" in response["Cache-Control"]
    assert 'rel="license"' in response["Link"]
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_a_file_is_not_sent_again_until_something_changes(client, name):
    Edition.advance()
    tag = client.get(reverse(name))["ETag"]

    assert client.get(reverse(name), headers={"if-none-match": tag}).status_code == 304
    Edition.advance()
    assert client.get(reverse(name), headers={"if-none-match": tag}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_asking_only_for_the_headers_sends_no_file(client, name, promise):
    response = client.head(reverse(name))

    assert response.status_code == 200
    assert body(response) == b""


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_a_file_is_only_read(client, name):
    assert client.post(reverse(name)).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_staff_get_the_same_file_but_nobody_keeps_it(client, name, promise):
    for_all = body(client.get(reverse(name)))
    client.force_login(make_staff())

    response = client.get(reverse(name))

    assert body(response) == for_all
    assert "private" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_asking_too_often_is_refused_for_a_while(client, name):
    answers = [client.get(reverse(name)) for _ in range(61)]

    assert answers[59].status_code == 200
    assert answers[60].status_code == 429
    assert int(answers[60]["Retry-After"]) > 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_a_file_costs_the_same_queries_with_1_commitment_or_30(client, name, promise):
    def cost():
        return cost_of(lambda: body(client.get(reverse(name))))

    client.get(reverse(name))
    few = cost()
    for number in range(100, 129):
        other = make_commitment(promise.plan, number=number, leads=[make_institution()])
        make_milestone(other).institutions.add(make_institution())
        make_assessment(other)
        other.subjects.add(make_subject())

    assert cost() == few
    assert few <= 20
