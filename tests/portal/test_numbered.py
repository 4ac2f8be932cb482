"""Addresses that are made without trying every pattern: they are those that `reverse` says."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from opengov_portal.lib.addresses import numbered
from proposals.dossier import DOORS


@pytest.mark.parametrize("language", ["en", "fr", None])
@pytest.mark.parametrize("view", ["proposal", *DOORS.values()])
def test_an_address_with_a_number_is_the_one_that_reverse_says(view, language):
    name = f"proposals:{view}"

    with override(language):
        assert [numbered(name, n) for n in (1, 0, 10**17)] == [
            reverse(name, args=[n]) for n in (1, 0, 10**17)
        ]
