"""/en/data/: which files there are, on what terms, and what each field means."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains

from commitments.dictionary import RECORDS, scales, words_for
from commitments.models import ActionPlan

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    return client.get(reverse("data"))


def test_the_page_leads_to_the_files_and_the_feed(page):
    for name in ("data:commitments_json", "data:commitments_csv", "commitments:feed"):
        assertContains(page, f'href="{reverse(name)}"')


def test_the_page_says_the_licence_and_what_null_means(page):
    assertContains(page, "https://creativecommons.org/licenses/by/4.0/")
    assertContains(page, "Open Government Licence – Canada")
    assertContains(page, "It never means no, none, zero or not started.")


def test_the_dictionary_explains_every_field_of_the_files(page):
    for record in RECORDS:
        for entry in record.entries():
            assertContains(page, f"<code>{entry.name}</code>")
            assert str(entry.meaning)


def test_the_dictionary_lists_the_codes_of_every_scale(page):
    for scale, points in scales():
        assertContains(page, f"<code>{scale.value}</code>")
        for code, _label in points:
            assertContains(page, f"<code>{code}</code>")


@pytest.mark.parametrize(
    "words", ["Type a part of", "Leave it empty", "one a line", "Save that one", "1 comes first"]
)
def test_the_dictionary_speaks_to_who_reads_the_files_and_not_to_editors(words):
    for record in RECORDS:
        for entry in record.entries():
            assert words not in str(entry.help), (record.title, entry.name)


def test_what_the_dictionary_says_in_place_of_help_is_of_fields_there_are():
    for record in RECORDS:
        assert record.said.keys() <= set(record.fields)


def test_the_page_has_its_twin_in_french(client):
    with override("fr"):
        response = client.get(reverse("data"))

    assert response.request["PATH_INFO"] == "/fr/donnees/"
    assertContains(response, "Titre officiel (français)")


def test_the_page_asks_nothing_of_the_database(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):  # the edition
        client.get(reverse("data"))


def test_rows_that_the_csv_does_not_hold_are_said_not_to_be_there(page):
    assertContains(page, "Not in the CSV.", count=5 + 2)  # of commitments, and of proposals
    assertNotContains(page, "<code></code>")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("summary_en", "summary in our words (English)"),
        ("milestones", "milestones"),
        ("milestones.due", "milestones: due"),
        ("subjects", "subjects"),
        ("something.new", "something.new"),
        ("nothing", "nothing"),
    ],
)
def test_a_changed_field_is_told_in_words(name, words):
    assert words_for(name) == words


def test_a_changed_field_of_a_plan_is_told_in_words():
    assert words_for("released", model=ActionPlan) == "released"
