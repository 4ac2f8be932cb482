"""What the filters that every page has write, in the reader's language."""

import pytest
from django.utils.translation import override

from opengov_portal.lib.tags import file_size, first_words

MEGABYTE = 1024**2


@pytest.mark.parametrize(
    ("octets", "english", "french"),
    [
        (1, "1 KB", "1 Ko"),
        (200 * 1024, "200 KB", "200 Ko"),
        (MEGABYTE - 1, "1.0 MB", "1,0 Mo"),
        (2 * MEGABYTE - MEGABYTE // 10, "1.9 MB", "1,9 Mo"),
        (10 * MEGABYTE, "10.0 MB", "10,0 Mo"),
    ],
)
def test_the_size_of_a_file_is_told_in_the_units_of_the_forms(octets, english, french):
    with override("en"):
        assert file_size(octets) == english.replace(" ", "\xa0")
    with override("fr"):
        assert file_size(octets) == french.replace(" ", "\xa0")


def test_what_says_that_more_follows_holds_on_to_the_last_word():
    assert first_words("one two three", 2) == "one two…"
    assert first_words("one two", 2) == "one two"
