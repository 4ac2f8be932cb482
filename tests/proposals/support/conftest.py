"""The proposal that is supported, and where one does so."""

import pytest

from tests.factories import make_proposal


@pytest.fixture
def proposal():
    return make_proposal(title="Count the bees")


@pytest.fixture
def url(proposal):
    return f"/en/proposals/{proposal.pk}/support/"
