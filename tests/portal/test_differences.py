"""What differs between two states of a thing, and between two texts."""

import json

import pytest

from opengov_portal.lib.differences import Rows, differences, pieces, undone


def test_what_differs_leads_back_to_where_it_began():
    before = {"a": 1, "b": "x", "rows": Rows({"1": {"c": 1}, "2": {"c": 2}, "3": {"c": 3}})}
    after = {"a": 1, "b": "y", "rows": Rows({"1": {"c": 9}, "3": {"c": 3}, "4": {"c": 4}})}

    changes = differences(before, after)

    assert len(changes) == 4
    assert undone(after, json.loads(json.dumps(changes))) == before
    assert differences(before, before) == []


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Open the books", "Open all the books", "Open[+ all] the books"),
        ("2017", "2018", "[-2017][+2018]"),
        ("", "New", "[+New]"),
        ("Gone", "", "[-Gone]"),
        ("Same", "Same", "Same"),
    ],
)
def test_words_are_told_apart(before, after, shown):
    marks = {"same": "{}", "removed": "[-{}]", "added": "[+{}]"}

    assert "".join(marks[one.fate].format(one.words) for one in pieces(before, after)) == shown
