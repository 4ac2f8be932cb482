"""The files of the ledger: as its page, and of one edition."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from network.models import Edition
from proposals.ledger import FILE
from tests.counting import cost_of
from tests.factories import (
    make_call,
    make_commitment,
    make_proposal,
    make_response,
)
from tests.proposals.test_ledger import EN, ago, body, day, rows

pytestmark = pytest.mark.django_db


def test_the_files_hold_every_field_of_every_row_in_the_order_of_the_page(client):
    make_response(
        make_proposal(title="Answered", published_at=ago(30)),
        [make_commitment()],
        answered_on=day(10),
        source_url="https://example.org/answer",
    )
    make_proposal(title="Waits", published_at=ago(4), consultation=make_call(answers_due=day(1)))

    told = rows(client)
    said = json.loads(body(client, "ledger_json"))

    assert list(told[0]) == list(FILE) == list(said["fields"])
    assert [row["title"] for row in told] == ["Waits", "Answered"]
    assert (told[0]["days_waiting"], told[0]["days_overdue"]) == ("4", "1")
    assert (told[1]["days_taken"], told[1]["outcome"]) == ("20", "not_now")
    assert said["proposals"][1]["answer_source"] == "https://example.org/answer"
    assert said["proposals"][0]["page_fr"].endswith(f"/fr/propositions/{told[0]['proposal']}/")
    assert set(said["fields"]["outcome"]) == {"en", "fr"}


def test_a_title_that_begins_a_formula_is_text_in_the_spreadsheet(client):
    make_proposal(title='=HYPERLINK("https://evil.example")')

    assert rows(client)[0]["title"].startswith("'=")


def test_no_address_and_no_withheld_name_is_in_the_files(client):
    make_response(make_proposal(email="ada@example.org", name="Ada", name_shown=False))

    for name in ("ledger_csv", "ledger_json"):
        text = body(client, name)
        assert "ada@example.org" not in text
        assert "Ada" not in text


def test_the_files_are_the_same_until_something_changes_or_the_day_does(client, monkeypatch):
    make_proposal()
    first = client.get(reverse("data:ledger_csv"))
    again = {"HTTP_IF_NONE_MATCH": first.headers["ETag"]}
    assert client.get(reverse("data:ledger_csv"), **again).status_code == 304

    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *moment: tomorrow)

    assert client.get(reverse("data:ledger_csv"), **again).status_code == 200


def test_a_file_is_of_the_edition_that_its_tag_names(client, settings):
    settings.EDITION_MEMO_SECONDS = 60
    make_proposal(title="Old")
    client.get(EN)
    make_proposal(title="New", published_at=ago(1))
    Edition.advance()

    assert [row["title"] for row in rows(client)] == ["Old", "New"]


def test_a_file_costs_the_same_queries_for_one_row_or_twenty(client):
    def cost():
        return cost_of(lambda: body(client, "ledger_csv"))

    make_response(make_proposal(), [make_commitment()])
    one = cost()
    for _n in range(20):
        make_response(make_proposal(), [make_commitment()])
    Edition.advance()

    assert cost() == one
    assert len(rows(client)) == 21
