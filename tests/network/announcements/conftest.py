"""Somebody who sends announcements, and batches small enough to see the seams."""

import pytest

from network import announcing
from tests.factories import make_staff


@pytest.fixture
def staff():
    """One of the staff, who is not signed in: readers' pages are seen as readers see them."""
    return make_staff()


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(announcing, "BATCH", 3)
