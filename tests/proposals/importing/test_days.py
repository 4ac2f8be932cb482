"""Dates in many forms, as precise as they are written; what could be two is no date."""

import pytest

from proposals.importing.days import TwoWays, read_day


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2016-07-15", "2016-07-15"),
        ("2016-07-15T12:33:00.5Z", "2016-07-15"),
        ("2016-07-15 12:33:00+00:00", "2016-07-15"),
        ("2016/7/15", "2016-07-15"),
        ("20160715", "2016-07-15"),
        ("42566", "2016-07-15"),
        ("42566.52", "2016-07-15"),
        ("15/07/2016", "2016-07-15"),
        ("7/15/2016 3:22:10 PM", "2016-07-15"),
        ("15.07.16", "2016-07-15"),
        ("3/3/2016", "2016-03-03"),
        ("Fri, 15/07/2016 - 10:30", "2016-07-15"),
        ("July 15, 2016", "2016-07-15"),
        ("15-Jul-16", "2016-07-15"),
        ("the 15th of July 2016", "2016-07-15"),
        ("vendredi 15 juillet 2016 à 10 h 30", "2016-07-15"),
        ("1er août 2016", "2016-08-01"),
        ("16 sept. 2016", "2016-09-16"),
        ("juil. 2016", "2016-07"),
        ("December 2015", "2015-12"),
        ("07/2016", "2016-07"),
        ("2016-07", "2016-07"),
        ("2016", "2016"),
        ("2016/17", "2016/17"),
    ],
)
def test_a_date_is_read_as_precisely_as_it_is_written(written, day):
    assert read_day(written).value == day


@pytest.mark.parametrize(
    "written",
    [
        "", "0", "12", "lately", "yesterday", "March", "15 July", "10:30", "2016-13-45",
        "31/02/2016", "1468585980", "Summer 2016", "٢٠١٦", "2016年", "9999", "0016-01-01", "n/a",
        "1/1/99", "1 2 3 4", "July July 2016", "15 16 July 2016", "x" * 100_000, "1" * 5000,
    ],
)  # fmt: skip
def test_what_is_not_understood_is_not_guessed(written):
    with pytest.raises(ValueError, match=r".+"):
        read_day(written)


def test_a_date_that_can_be_two_days_waits_for_who_knows():
    with pytest.raises(TwoWays):
        read_day("03/04/2016")

    assert read_day("03/04/2016", day_first=True).value == "2016-04-03"
    assert read_day("03/04/2016", day_first=False).value == "2016-03-04"
