"""The report: every row not taken and why, as a spreadsheet that runs nothing."""

import csv

import pytest

from proposals.models import Proposal
from tests.proposals.importing.sheets import bring, refused, rows

pytestmark = pytest.mark.django_db


def told(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_every_row_not_taken_is_in_the_report_whether_the_rest_is_or_not(call, write, tmp_path):
    report = tmp_path / "left.csv"
    path = write(rows({}, {"language": "de"}, *[{"title": ""}] * 30, {"votes": "x"}))

    refused(path, report=report)

    assert told(report)[0] == ["row", "key", "title", "column", "why"]
    assert told(report)[1][:4] == ["3", "bees-2", "Count the bees", "language"]
    assert len(told(report)) == 1 + 32
    first = told(report)
    bring(path, report=report, skip_bad=True)
    assert told(report) == first
    assert Proposal.objects.count() == 1


def test_of_a_row_every_fault_is_told(call, write, tmp_path, capsys):
    report = tmp_path / "left.csv"
    path = write(
        rows(
            {"title": "", "language": "de", "date": "soon", "votes": "x", "url": "bees"},
            {"author": "ada@example.org", "comments": "-1"},
            {},
        )
    )

    refused(path, report=report, verbosity=1)

    assert [(row[0], row[3]) for row in told(report)[1:]] == [
        *[("2", part) for part in ("title", "date", "language", "votes", "source")],
        *[("3", part) for part in ("comments", "name")],
    ]
    out = capsys.readouterr().out
    assert "Rows that cannot be taken: 2." in out
    assert "row 2, language" in out
    assert "row 3, name" in out


def test_no_cell_of_it_is_a_formula(call, write, tmp_path):
    report = tmp_path / "left.csv"

    refused(write(rows({"id": "=1+1", "title": "@SUM(1)", "language": "x"})), report=report)

    assert told(report)[1][1:3] == ["'=1+1", "'@SUM(1)"]


def test_without_such_rows_it_has_its_header_alone(call, write, tmp_path):
    report = tmp_path / "left.csv"

    bring(write(rows({})), report=report)

    assert told(report) == [["row", "key", "title", "column", "why"]]


def test_the_terminal_names_the_first_and_counts_the_rest(call, write, capsys):
    refused(write(rows(*[{"title": ""}] * 23)), verbosity=1)

    out = capsys.readouterr().out
    assert "Rows that cannot be taken: 23." in out
    assert out.count("title: is missing.") == 20
    assert "and 3 more: --report" in out


def test_a_report_that_cannot_be_written_stops_it_before_anything_is_done(call, write, tmp_path):
    path = write(rows({}))

    assert "cannot be written" in refused(path, report=tmp_path / "no" / "left.csv")
    before = path.read_bytes()
    assert "would overwrite" in refused(path, report=path)
    assert path.read_bytes() == before
