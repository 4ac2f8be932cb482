"""A public name may hold no address, however it is made to look for one."""

import pytest
from django.core.exceptions import ValidationError

from opengov_portal.lib.names import public_name


@pytest.mark.parametrize(
    "name",
    [
        "see https://example.org",
        "www.example.org",
        "example.org/win",
        "@example",
        "ｗｗｗ．example．org",
        "ada＠example.org",
        "example․org/win",
    ],
)
def test_a_name_holds_no_address(name):
    with pytest.raises(ValidationError):
        public_name(name)


def test_a_very_long_name_is_read_in_the_time_that_its_length_takes():
    # A pattern that tries each letter anew would still be at it when the suite gives up.
    public_name("a-" * 500_000)


@pytest.mark.parametrize(
    "name",
    [
        "\u200b",  # nothing at all
        "\u3164",
        "\u2800",
        "Treasury\u200b Board",
        "Treasury Board\u2060",
        "Treasury\u00ad Board",
        "Treasury\u200d Board",  # joins letters of scripts that join theirs, and not these
        "\u200fAda",
        "Ada\U000e0041",
    ],
)
def test_a_name_hides_nothing(name):
    with pytest.raises(ValidationError) as refused:
        public_name(name)

    assert refused.value.code == "control"


@pytest.mark.parametrize("name", ["Тreasury Board", "Treasury Bοard", "Аda"])
def test_no_word_of_a_name_looks_like_another_by_letters_of_two_alphabets(name):
    with pytest.raises(ValidationError) as refused:
        public_name(name)

    assert refused.value.code == "alphabets"


@pytest.mark.parametrize(
    "name", ["Zoë Ménard-Ångström", "Вера Stone", "می\u200cنا", "Ελένη", "ᐃᓄᒃᑎᑐᑦ", "陳大文"]
)
def test_names_of_every_script_are_names(name):
    public_name(name)
