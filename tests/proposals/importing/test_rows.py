"""What a row may say, and what is told of one that cannot be taken."""

import pytest

from proposals.models import Proposal
from tests.proposals.importing.sheets import ROW, SOURCE, bring, make_earlier_call, refused, rows

pytestmark = pytest.mark.django_db

BAD = [
    ({"id": ""}, "row 3, key: is missing."),
    ({"id": " \0 "}, "row 3, key: is missing."),
    ({"id": "x" * 101}, "row 3, key: is 101 characters long, where 100 fit."),
    ({"id": "bees-1"}, "row 3, key: is also that of row 2."),
    ({"id": " bees-1\0"}, "row 3, key: is also that of row 2."),
    ({"title": "<p> </p>"}, "row 3, title: is missing."),
    ({"title": "x" * 301}, "row 3, title: is 301 characters long, where 300 fit."),
    ({"text": "", "url": ""}, "row 3, problem: is missing, and so is a source"),
    ({"text": "<i>" * 9000}, "row 3, problem: holds more than 8,000 tags"),
    ({"text": "<div>" * 9000}, "row 3, problem: holds more than 8,000 tags"),
    ({"language": "de"}, 'row 3, language: "de" is not known'),
    ({"language": ""}, "row 3, language: "),
    ({"date": "lately"}, 'row 3, date: "lately" is no date'),
    ({"date": "03/04/2016"}, 'row 3, date: "03/04/2016" can be two days: say day_first'),
    ({"date": "2099-01-01"}, "is no date of the past"),
    ({"votes": "-3"}, 'row 3, votes: "-3" is not a number of votes.'),
    ({"votes": "many"}, "row 3, votes: "),
    ({"votes": "99999999999"}, "row 3, votes: "),
    ({"comments": "1e9"}, "row 3, comments: "),
    ({"author": "=1+1"}, "row 3, name: A name cannot begin with"),
    ({"author": "ada@example.org"}, "row 3, name: A name cannot hold a web or email address."),
    ({"author": "x" * 151}, "row 3, name: is 151 characters long"),
    ({"url": "javascript:alert(1)"}, "row 3, source: "),
    ({"url": "https://e.example/" + "x" * 500}, "row 3, source: is 518 characters long"),
]


@pytest.mark.parametrize(("row", "why"), BAD, ids=range(len(BAD)))
def test_what_cannot_be_taken_is_named_with_its_row_and_column(call, write, capsys, row, why):
    refused(write(rows({}, row)), verbosity=1)

    assert why in capsys.readouterr().out
    assert not Proposal.objects.exists()


def test_a_row_with_more_cells_than_the_header_is_not_guessed_at(call, write, capsys):
    path = write(rows({}))
    with path.open("a") as file:
        file.write(",".join([*(ROW | {"id": "bees-2"}).values(), "", "Surplus"]) + "\n")

    refused(path, verbosity=1)

    assert "row 3: has 12 cells, where the header has 10." in capsys.readouterr().out


def test_a_row_that_ends_early_lacks_only_what_is_missing(call, write):
    path = write([])
    with path.open("a") as file:
        file.write("bees-1,Count the bees,Nobody counts.,en\n\n,,,,\n")

    bring(path)

    idea = Proposal.objects.get()
    assert (idea.votes_elsewhere, idea.comments_elsewhere, idea.name) == (None, None, "")
    assert str(idea.published_on) == "2016"
    assert idea.source_url == SOURCE


def test_an_idea_without_a_date_has_the_year_of_its_call(db, write):
    make_earlier_call("held-in-one-year", held=None)

    bring(write(rows({"date": ""})), "held-in-one-year")

    assert str(Proposal.objects.get().published_on) == "2016"


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("1,234", 1234),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("12.0", 12),
        ("12,00", 12),
        ("", None),
    ],
)
def test_numbers_are_read_as_spreadsheets_write_them(call, write, written, count):
    bring(write(rows({"votes": written})))

    assert Proposal.objects.get().votes_elsewhere == count


@pytest.mark.parametrize("written", ["fr", "FR", "fr-CA", "French", "Français", "francais"])
def test_a_language_is_known_by_its_names(call, write, written):
    bring(write(rows({"language": written})))

    assert Proposal.objects.get().language == "fr"


def test_a_word_that_is_no_issue_here_is_said_and_not_made_one(call, write, capsys):
    bring(write(rows({"tags": "Bees; Wasps"}, {"tags": "bees"})), verbosity=1)

    assert "Words that are no issue here, and were left out: " in capsys.readouterr().out
    assert not Proposal.issues.through.objects.exists()
