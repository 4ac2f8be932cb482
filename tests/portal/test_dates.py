"""Dates as precise as their source: which text is one, and which is not."""

from datetime import datetime

import pytest
from django.utils.translation import override

from opengov_portal.lib.dates import PartialDate, written


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2018", "2018", "year"),
        (" 2018-06 ", "2018-06", "month"),
        ("2018-06-30", "2018-06-30", "day"),
        ("2016-17", "2016/17", "fiscal_year"),
        ("2011-12", "2011-12", "month"),
        ("2011/12", "2011/12", "fiscal_year"),
    ],
)
def test_each_precision_has_one_way_to_be_kept(text, value, precision):
    date = PartialDate.parse(text)

    assert (date.value, date.precision) == (value, precision)


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "2018-13", "2018-02-30", "2018-6", "2016-18", "2018-06-30T00", "20180630"),
        *("0000", "0000-01", "0000/01", "9999/00"),  # there is no such year
        *("0217-06", "1899", "2200-01-01", "9999"),  # a slip of the pen
        *("٢٠١٨", "２０１８-06", "2018-０６-30", "٢٠١٦/17", "2018-06\n01"),
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="is not a date"):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("one", "other", "before"),
    [
        ("2016", "2017", True),
        ("2016-06", "2016", False),
        ("2016", "2016-06", False),
        ("2016-06-30", "2016-07", True),
        ("2016-07-01", "2016-07", False),
        ("2016-03", "2016/17", True),  # its first day is 1 April
        ("2016-12", "2016/17", False),
        ("2015/16", "2016-04", True),
        ("9999-12", "9999", False),
    ],
)
def test_a_date_is_before_another_where_it_is_over_when_that_begins(one, other, before):
    assert PartialDate(one).is_before(PartialDate(other)) == before


def test_a_day_is_written_in_the_language_of_each_reader():
    moment = datetime(2016, 7, 1, 23, 59)
    said = {}
    for language in ("en", "fr", "en"):
        with override(language):
            said[language] = [
                written(moment),
                written(moment.date()),
                str(PartialDate("2016-07-01")),
            ]

    assert said == {"en": ["July 1, 2016"] * 3, "fr": ["1er juillet 2016"] * 3}


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        ("2018-06-01", "June 1, 2018", "1er juin 2018"),
        ("2018-06", "June 2018", "juin 2018"),
        ("2016/17", "fiscal year 2016–2017", "exercice 2016-2017"),
        ("2018", "2018", "2018"),
    ],
)
def test_a_date_is_written_in_whichever_language_is_read_now(value, english, french):
    for _ in range(2):
        assert str(PartialDate(value)) == english
        with override("fr"):
            assert str(PartialDate(value)) == french
