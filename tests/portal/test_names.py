"""A public name may hold no address, however it is made to look for one."""

import pytest
from django.core.exceptions import ValidationError

from opengov_portal.lib.names import public_name


@pytest.mark.parametrize(
    "name", ["see https://example.org", "www.example.org", "example.org/win", "@example"]
)
def test_a_name_holds_no_address(name):
    with pytest.raises(ValidationError):
        public_name(name)


def test_a_very_long_name_is_read_in_the_time_that_its_length_takes():
    # A pattern that tries each letter anew would still be at it when the suite gives up.
    public_name("a-" * 500_000)
