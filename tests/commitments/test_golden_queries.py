"""What people type, on the real plans: see golden_queries.py."""

import pytest
from django.core.management import call_command
from django.db import transaction

from commitments.catalogue import Catalogue
from commitments.models import Commitment
from commitments.search.finding import find
from commitments.search.indexing import rebuild
from tests.commitments.golden_queries import ENGLISH, FRENCH, GOLDEN, NO_SLIPS

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def real_plans(django_db_setup, django_db_blocker):
    """The six plans as shipped, loaded once for all the queries."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_plans", verbosity=0)
        rebuild()
        yield
        transaction.set_rollback(True)


def codes(query, first=None):
    catalogue = Catalogue.current()
    found = find(query, catalogue)
    keys = catalogue.keys_of(found.places(catalogue.everything, 0, first or catalogue.size))
    by_key = dict(Commitment.objects.values_list("pk", "code"))
    return [by_key[key] for key in keys]


@pytest.mark.parametrize(("query", "wanted"), GOLDEN, ids=[query for query, _ in GOLDEN])
def test_a_real_query_brings_up_its_commitments_in_the_first_five(real_plans, query, wanted):
    assert set(wanted) <= set(codes(query, first=5))


@pytest.mark.parametrize("query", NO_SLIPS)
def test_a_word_that_nothing_has_is_not_made_into_another(real_plans, query):
    assert find(query, Catalogue.current()).reading.meant == ""


def test_the_golden_set_is_half_french():
    assert len(GOLDEN) >= 48
    assert len(FRENCH) >= len(ENGLISH)


@pytest.mark.parametrize(
    ("query", "twin"),
    [
        ("budgets", "budget"),
        ("accès", "acces"),
        ("l'accès", "l’accès"),
        ("l'accès", "accès"),
        ("TBS", "SCT"),
        ("ATIP", "AIPRP"),
        ("CRA", "ARC"),
        ("Autochtone", "AUTOCHTONES"),
    ],
)
def test_two_ways_to_write_a_query_find_the_same(real_plans, query, twin):
    assert codes(query) == codes(twin) != []
