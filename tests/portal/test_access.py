"""Who may open what, and who may send what, at every address that there is."""

import logging

import pytest

from tests import access
from tests.everything import make_everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]


@pytest.fixture(autouse=True)
def no_log_of_refusals():
    """Thousands are refused here, as they should be."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def test_every_address_answers_each_as_the_table_says():
    found, kept = access.asked(make_everything()), access.kept()

    odd = [
        f"{name}\n    is answered {found.get(name, 'nothing: it is gone')}"
        f"\n    the table:  {kept.get(name, 'has no such row')}"
        for name in sorted(found.keys() | kept.keys())
        if found.get(name) != kept.get(name)
    ]
    assert not odd, "Look at each, and put what is right into tests/access.txt:\n" + "\n".join(odd)
