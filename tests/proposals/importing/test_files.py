"""Whatever the file is written in and separated by; and one clear message where it is no table."""

import csv

import pytest

from opengov_portal.lib.plain import MOST_TAGS
from proposals.importing import table
from proposals.models import Proposal
from tests.proposals.importing.sheets import HEADER, ROW, bring, make_earlier_call, refused, rows

pytestmark = pytest.mark.django_db
FRENCH = {
    "title": "Élection à Montréal : où, « quand » ?",
    "text": "L’été dernier, des œuvres ont été brûlées à Québec.",
    "language": "fr",
}


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"],
)
def test_the_encoding_is_found_out(call, write, encoding):
    bring(write(rows(FRENCH), encoding=encoding))

    idea = Proposal.objects.get()
    assert (idea.title, idea.problem) == (FRENCH["title"], FRENCH["text"])


def test_letters_of_latin_1_are_read_too(call, write):
    bring(write(rows({"title": "Été à Québec"}), encoding="latin-1"))

    assert Proposal.objects.get().title == "Été à Québec"


def test_the_first_letter_beyond_ascii_may_come_late(call, write):
    said = [{"text": "plain " * 2000}] * 40 + [FRENCH]

    bring(write(rows(*said), encoding="cp1252"))

    assert Proposal.objects.get(import_key="bees-41").title == FRENCH["title"]


def test_an_encoding_that_is_named_is_believed(call, write):
    path = write(rows({"title": "Été"}), encoding="cp850")

    bring(path, encoding="cp850")

    assert Proposal.objects.get().title == "Été"
    assert "the encoding “klingon” is not known" in refused(path, encoding="klingon")
    assert "the encoding “hex” is not known" in refused(path, encoding="hex")
    assert "is not utf-8 text" in refused(path, encoding="utf-8")


def test_bytes_of_another_encoding_amid_utf_8_are_not_guessed_at(call, write):
    path = write(rows(*[FRENCH] * 5))
    path.write_bytes(path.read_bytes() + b"x,caf\xe9,text,fr\n")

    assert "is UTF-8 text with other bytes in it" in refused(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(call, write, delimiter):
    bring(write(rows({"text": "a;b,c\td|e\n" * 9}), delimiter=delimiter))

    assert Proposal.objects.get().problem.count("a;b,c\td|e") == 9


def test_a_line_that_tells_excel_the_delimiter_is_no_header(call, write):
    path = write(rows({}), delimiter=";")
    path.write_bytes(b"\xef\xbb\xbfsep=;\r\n" + path.read_bytes())

    bring(path)

    assert Proposal.objects.get().title == "Count the bees"


def test_line_breaks_within_a_cell_are_kept_whatever_they_are(call, tmp_path):
    path = tmp_path / "mac.csv"
    path.write_bytes(b'id,title,text,language\r1,Bees,"one\r\rtwo",en\r')

    bring(path)

    assert Proposal.objects.get().problem == "one\n\ntwo"


NO_TABLE = {
    "nothing": (b"", "is empty"),
    "blank lines": (b"\n\n  \n", "has no rows"),
    "a workbook": (b"PK\x03\x04xxxx", "is a workbook or an archive, not a text"),
    "an old workbook": (b"\xd0\xcf\x11\xe0xxxx", "is an old workbook"),
    "a PDF": (b"%PDF-1.4", "is a PDF"),
    "no header": (b"1,2,3\n4,5,6\n", 'no column is known to be the key. The columns are: "1"'),
    "a quotation mark that is not closed": (
        b'id,title,text,language\n1,Bees,"one,en\n2,Wasps,two,en\n',
        "row 2: cannot be read, and what follows neither: unexpected end of data. A quotation",
    ),
    "a quotation mark that is not doubled": (
        b'id,title,text,language\n1,Bees,"say "one" twice",en\n',
        "row 2: cannot be read",
    ),
    "a cell beyond all measure": (
        b'id,title,text,language\n1,Bees,"' + b"x" * (table.LONGEST_CELL + 1) + b'",en\n',
        "row 2: cannot be read, and what follows neither: field larger than field limit",
    ),
    "a line beyond all measure": (
        b"id,title,text,language\n" + b"x," * table.LONGEST_LINE,
        "row 2: cannot be read, and what follows neither: a line is longer than",
    ),
}


@pytest.mark.parametrize("name", NO_TABLE)
def test_what_is_no_table_gets_one_clear_message(call, tmp_path, name):
    content, why = NO_TABLE[name]
    path = tmp_path / "ideas.csv"
    path.write_bytes(content)

    message = refused(path)

    assert why in message
    assert message.startswith("ideas.csv: ")
    assert message.endswith(" Nothing was changed.")


def test_a_file_that_is_not_there_or_is_a_folder_is_said(call, tmp_path):
    assert "cannot be read (No such file" in refused(tmp_path / "none.csv")
    assert "cannot be read (Is a directory)" in refused(tmp_path)


def test_the_limit_of_cells_that_others_set_is_left_as_it_was(call, write):
    before = csv.field_size_limit()

    bring(write(rows({"text": "x" * 60_000 + "<i></i>" * (MOST_TAGS // 2)})))

    assert csv.field_size_limit() == before


def test_without_a_call_it_says_how_to_make_one(db, write):
    path = write(rows({}))
    make_earlier_call("2014")

    message = refused(path, "2016")

    assert "There is no call for ideas named “2016”. Make it in the admin" in message
    assert "Earlier calls here: 2014." in message
    assert "is not an earlier one" in refused(path, "any-time")


def test_a_call_that_is_a_draft_takes_none(db, write):
    make_earlier_call(published_at=None)

    assert "is a draft" in refused(write(rows({})))


def test_header_and_row_are_what_these_tests_think():
    assert list(ROW) == HEADER
