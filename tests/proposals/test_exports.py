"""/data/proposals.json and .csv: every public field, streamed, the same for all."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from network.models import Edition
from proposals.dictionary import CALL, PARTS, PROPOSAL, TURN
from proposals.models import Brief, Lineage, Proposal, Step, Turn
from tests.counting import cost_of
from tests.factories import (
    make_call,
    make_commitment,
    make_institution,
    make_organization,
    make_plan,
    make_proposal,
    make_response,
    make_staff,
    make_subject,
    make_support,
)

pytestmark = pytest.mark.django_db
FILES = ["data:proposals_json", "data:proposals_csv"]


def body(response):
    return b"".join(response.streaming_content)


def as_json(client):
    return json.loads(body(client.get(reverse("data:proposals_json"))))


def as_rows(client):
    content = body(client.get(reverse("data:proposals_csv")))
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def make_answer(proposal, **fields):
    told = {"outcome": "in_part", "answered_on": date(2031, 5, 2)}
    return make_response(proposal, **told | fields)


@pytest.fixture
def idea():
    """A made-up proposal with one of everything."""
    call = make_call(slug="bees-2030", plan=make_plan(slug="plan-b"))
    promise = make_commitment(call.plan, number=7)
    idea = make_proposal(
        consultation=call,
        issues=[make_subject(slug="honey")],
        title="Compter les abeilles à miel",
        language="fr",
        links=["https://example.org/bees"],
        organization=make_organization(slug="hive", name_en="The Hive"),
        vouched_at=timezone.now(),
        supporters=12,
    )
    idea.commitments.add(promise)
    make_answer(idea, outcome="not_now", replaced_at=timezone.now(), written_at=idea.published_at)
    make_answer(idea, institution=make_institution(slug="bee-office")).commitments.add(promise)
    Lineage.objects.create(proposal=idea, commitment=promise, source_url="https://example.org/s")
    make_support(idea, organization=make_organization(name_en="Friends of Honey"))
    Turn.objects.create(consultation=call, act="published", by=make_staff())
    return idea


def test_the_json_holds_every_field_of_a_proposal_and_its_parts(client, idea):
    other = make_proposal(state="merged", merged_into=idea, consultation=idea.consultation)

    found = as_json(client)

    told, second = found["proposals"]
    assert list(told) == [*PROPOSAL.names, *PARTS]
    assert told["id"] == idea.pk
    assert told["title"] == "Compter les abeilles à miel"
    assert told["language"] == "fr"
    assert told["state"] == "published"
    assert told["call"] == "bees-2030"
    assert told["plan"] == "plan-b"
    assert told["issues"] == ["honey"]
    assert told["commitments"] == ["plan-b-07"]
    assert told["author"] == "The Hive"
    assert told["organization"] == "hive"
    assert told["supporters"] == 12
    assert told["supporting_organizations"] == ["Friends of Honey"]
    assert told["links"] == ["https://example.org/bees"]
    assert told["page_fr"] == f"https://portal.example/fr/propositions/{idea.pk}/"
    assert told["outcome"] == "in_part"
    assert [one["outcome"] for one in told["answers"]] == ["not_now", "in_part"]
    assert [bool(one["replaced_at"]) for one in told["answers"]] == [True, False]
    assert told["answers"][1]["institution"] == "bee-office"
    assert told["answers"][1]["commitments"] == ["plan-b-07"]
    assert told["answers"][1]["answered_on"] == "2031-05-02"
    assert told["lineages"][0]["commitment"] == "plan-b-07"
    assert told["merged"] == [other.pk]
    assert second["merged_into"] == idea.pk
    assert second["title"] == other.title
    for name, part in PARTS.items():
        assert set(told[name][0]) == set(part.fields)


def test_the_json_holds_the_calls_that_are_announced_with_their_turns(client, idea):
    make_call(slug="not-yet", published_at=None)

    calls = {call["slug"]: call for call in as_json(client)["calls"]}

    assert set(calls) == {"any-time", "bees-2030"}
    told = calls["bees-2030"]
    assert set(told) == {*CALL.names, "turns"}
    assert told["plan"] == "plan-b"
    assert [one["act"] for one in told["turns"]] == ["published"]
    assert set(told["turns"][0]) == set(TURN.names)


def test_the_json_says_its_schema_its_licences_and_what_null_means(client):
    found = as_json(client)

    assert found["schema_version"] == "1.0"
    assert found["licence"]["words"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "never means no" in found["attribution_en"]
    assert "jamais" in found["attribution_fr"]
    assert found["documentation_fr"] == "https://portal.example/fr/donnees/"
    assert found["proposals"] == []


@pytest.mark.parametrize(
    ("fields", "author"),
    [
        ({"name": "Ana Bee", "name_shown": True}, "Ana Bee"),
        ({"name": "Ana Bee", "name_shown": False}, None),
        ({"name": "", "name_shown": True}, None),
    ],
)
def test_a_name_is_told_only_where_its_author_lets_it_be(client, fields, author):
    make_proposal(**fields)

    [told] = as_json(client)["proposals"]

    assert told["author"] == author


def test_an_organization_is_named_only_once_it_has_confirmed(client):
    make_proposal(organization=make_organization(), name_shown=False)

    [told] = as_json(client)["proposals"]

    assert told["organization"] is told["author"] is None


def test_an_organization_no_longer_listed_is_not_named(client):
    gone = make_organization(state="refused", reason="duplicate", reason_words="Twice.")
    idea = make_proposal(organization=gone, vouched_at=timezone.now(), name_shown=False)
    make_support(idea, organization=gone)

    [told] = as_json(client)["proposals"]

    assert told["organization"] is told["author"] is None
    assert told["supporting_organizations"] == []


@pytest.mark.parametrize("state", ["unconfirmed", "waiting", "refused"])
def test_what_is_not_public_is_in_no_file(client, state):
    make_proposal(state=state, title="Never seen")

    assert as_json(client)["proposals"] == []
    assert as_rows(client) == []


def test_of_what_was_hidden_the_mark_remains_and_no_word(client, idea):
    Proposal.objects.filter(pk=idea.pk).update(state="hidden")
    Step.objects.create(
        proposal=idea, before="published", after="hidden", reason="abuse", words="Rude to bees."
    )

    content = body(client.get(reverse("data:proposals_json"))).decode()
    [told] = json.loads(content)["proposals"]

    assert told["state"] == "hidden"
    assert told["reason"] == "abuse"
    assert told["removed_at"]
    assert told["published_at"]
    assert told["supporters"] == 12
    assert len(told["answers"]) == 2
    for name in ("title", "problem", "ask", "gain", "author", "organization", "source_url"):
        assert told[name] is None
    assert told["links"] == told["issues"] == told["commitments"] == []
    assert "abeilles à miel" not in content
    assert "Rude" not in content


def test_of_what_was_withdrawn_only_that_and_when_remains(client, idea):
    Proposal.objects.filter(pk=idea.pk).update(state="withdrawn")
    Step.objects.create(proposal=idea, before="published", after="withdrawn")

    [told] = as_json(client)["proposals"]

    assert told["state"] == "withdrawn"
    assert told["title"] is told["reason"] is None
    assert told["removed_at"]


def test_what_was_hidden_and_is_back_has_its_words_again_and_no_reason(client, idea):
    Step.objects.create(proposal=idea, after="hidden", reason="abuse", words="A mistake.")

    [told] = as_json(client)["proposals"]

    assert told["title"]
    assert told["reason"] is told["removed_at"] is None


def test_the_csv_has_one_row_a_record_and_each_says_whose_it_is(client, idea):
    rows = as_rows(client)

    assert [row["record"] for row in rows] == ["proposal", "answer", "answer", "lineage"]
    for row in rows:
        assert row["proposal"] == str(idea.pk)
        assert row["call"] == "bees-2030"
        assert row["page_en"] == f"https://portal.example/en/proposals/{idea.pk}/"
    assert rows[0]["supporting_organizations"] == "Friends of Honey"
    assert rows[2]["outcome"] == "in_part"
    assert rows[3]["commitment"] == "plan-b-07"


def test_the_csv_has_a_column_for_every_field(client, idea):
    columns = set(as_rows(client)[0])

    for record in (PROPOSAL, *PARTS.values()):
        assert set(record.names) <= columns


def test_the_columns_stand_in_an_order_that_stays(client, idea):
    first = body(client.get(reverse("data:proposals_csv"))).splitlines()[0].decode("utf-8-sig")

    assert first.startswith("record,proposal,call,page_en,page_fr,id,state,language,title,")


def test_the_csv_opens_in_excel_with_its_accents(client, idea):
    content = body(client.get(reverse("data:proposals_csv")))

    assert content.startswith(b"\xef\xbb\xbfrecord,")
    assert "à miel".encode() in content


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_is_run_as_a_formula(client, start):
    make_proposal(title=f"{start}cmd|' /C calc'!A0", problem=f"{start}1+1", name=f"{start}x")

    [row] = as_rows(client)

    for name in ("title", "problem", "author"):
        assert row[name].startswith(f"'{start}")


def test_html_in_a_text_is_text(client):
    make_proposal(title="<script>alert(1)</script>")

    assert as_json(client)["proposals"][0]["title"] == "<script>alert(1)</script>"
    for name in FILES:
        response = client.get(reverse(name))
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "attachment" in response["Content-Disposition"]


def test_what_was_brought_in_was_never_confirmed_here(client):
    make_proposal(import_key="a", source_url="https://example.org/1", votes_elsewhere=5)

    [told] = as_json(client)["proposals"]

    assert told["confirmed_at"] is None
    assert told["votes_elsewhere"] == 5
    assert told["source_url"] == "https://example.org/1"


def test_of_what_its_source_dates_by_the_year_no_moment_is_made_up(client):
    call = make_call(held="2016", source_url="https://example.org/call")
    make_proposal(
        consultation=call, import_key="a", dated="2016", source_url="https://example.org/1"
    )

    found = as_json(client)
    [told] = found["proposals"]
    there = next(one for one in found["calls"] if one["slug"] == call.slug)

    assert told["dated"] == there["held"] == "2016"
    for name in ("created_at", "confirmed_at", "published_at"):
        assert told[name] is None
    for name in ("published_at", "opens_at", "closes_at"):
        assert there[name] is None
    assert [row["created_at"] for row in as_rows(client)] == [""]


def test_a_brief_is_told_by_its_address_until_what_it_came_with_is_removed(client):
    proposal = make_proposal()
    brief = Brief.keep(b"%PDF-1.7 of bees")
    Brief.objects.filter(pk=brief.pk).update(proposal=proposal)

    [told] = as_json(client)["proposals"]
    assert told["brief"] == f"https://portal.example/en/proposals/{proposal.pk}/brief/"

    Proposal.objects.filter(pk=proposal.pk).update(state="hidden")
    [told] = as_json(client)["proposals"]
    assert told["brief"] is None


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_streamed_to_be_saved_and_may_be_kept_by_anyone(client, name):
    response = client.get(reverse(name))

    assert response.streaming
    suffix = name.removeprefix("data:proposals_")
    assert response["Content-Disposition"] == f'attachment; filename="proposals.{suffix}"'
    assert "public" in response["Cache-Control"]
    assert 'rel="license"' in response["Link"]
    assert not response.cookies


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_not_sent_again_until_something_changes(client, name, idea):
    tag = client.get(reverse(name))["ETag"]
    assert client.get(reverse(name), headers={"if-none-match": tag}).status_code == 304

    Edition.advance()

    assert client.get(reverse(name), headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("name", FILES)
def test_a_support_is_a_change_though_no_page_is_drawn_anew(client, name, idea, settings):
    settings.PAGE_CACHE_SECONDS = 0
    tag = client.get(reverse(name))["ETag"]

    Proposal.objects.filter(pk=idea.pk).update(supporters=13)

    assert client.get(reverse(name), headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_only_read(client, name):
    assert client.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", FILES)
def test_asking_only_for_the_headers_sends_no_file(client, name, idea):
    response = client.head(reverse(name))

    assert response.status_code == 200
    assert body(response) == b""


@pytest.mark.parametrize("name", FILES)
def test_staff_get_the_same_file_but_nobody_keeps_it(client, name, idea):
    for_all = body(client.get(reverse(name)))
    client.force_login(make_staff())

    response = client.get(reverse(name))

    assert body(response) == for_all
    assert "private" in response["Cache-Control"]


@pytest.mark.parametrize("name", FILES)
def test_asking_too_often_is_refused_for_a_while(client, name):
    answers = [client.get(reverse(name)) for _ in range(61)]

    assert answers[59].status_code == 200
    assert answers[60].status_code == 429
    assert int(answers[60]["Retry-After"]) > 0


@pytest.mark.parametrize("name", FILES)
def test_a_file_costs_the_same_queries_with_1_proposal_or_30(client, name, idea):
    def cost():
        return cost_of(lambda: body(client.get(reverse(name))))

    client.get(reverse(name))
    few = cost()
    for _ in range(29):
        other = make_proposal(
            issues=[make_subject()],
            organization=make_organization(),
            vouched_at=timezone.now() - timedelta(days=1),
        )
        make_answer(other).commitments.add(make_commitment())
        make_support(other, organization=make_organization())
        make_proposal(state="merged", merged_into=other)
        other.commitments.add(make_commitment())

    assert cost() == few
    assert few <= 25
