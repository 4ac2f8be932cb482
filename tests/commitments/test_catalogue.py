from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.made_up import build
from commitments.catalogue import NOT_FOUND, Catalogue
from commitments.facets import hyphened
from commitments.masks import in_order, levels, mask_of, places_in
from commitments.models import Assessor, Commitment, Scale
from network.models import Edition
from tests.factories import make_assessment, make_commitment, make_institution, make_plan

# Masks


def test_a_mask_holds_the_places_it_was_made_of():
    places = [0, 7, 8, 63, 64, 99]

    assert places_in(mask_of(places, 100)) == places
    assert places_in(mask_of(places, 100), 2, 4) == [8, 63]
    assert places_in(0) == []


def test_places_come_in_the_order_asked_for():
    mask = mask_of([1, 3, 4], 5)

    assert in_order(mask, [4, 3, 2, 1, 0], 0, 9) == [4, 3, 1]
    assert in_order(mask, [4, 3, 2, 1, 0], 1, 2) == [3]


def test_levels_count_in_how_many_masks_each_place_is():
    chance = Random(7)
    masks = [chance.getrandbits(200) for _ in range(11)]
    within = chance.getrandbits(200)

    found = {place: number for number, part in levels(masks, within) for place in places_in(part)}

    assert found == {place: sum(mask >> place & 1 for mask in masks) for place in places_in(within)}
    assert [number for number, _ in levels(masks, within)] == sorted(set(found.values()))[::-1]


# The catalogue

pytestmark = pytest.mark.django_db


def codes(mask):
    catalogue = Catalogue.current()
    rows = Commitment.objects.in_bulk(catalogue.keys)
    return {rows[key].code for key in catalogue.keys_of(places_in(mask))}


def test_it_holds_every_commitment_newest_plan_first():
    old, new = make_plan(), make_plan()
    rows = [make_commitment(plan) for plan in (old, new, old, new)]

    assert Catalogue.current().keys == [rows[n].pk for n in (1, 3, 0, 2)]


def test_it_is_read_once_an_edition():
    make_commitment()
    first = Catalogue.current()

    assert Catalogue.current() is first
    Edition.advance()
    assert Catalogue.current() is not first


def test_asking_for_it_again_costs_one_query(django_assert_num_queries):
    Catalogue.current()

    with django_assert_num_queries(1):
        Catalogue.current()


def test_it_is_read_in_the_same_number_of_queries_however_much_there_is():
    build(plans=2, commitments=5, index=False)
    with CaptureQueriesContext(connection) as few:
        Catalogue(1)
    build_more()
    with CaptureQueriesContext(connection) as many:
        Catalogue(2)

    assert len(few) == len(many) <= 12


def build_more():
    plan = make_plan()
    for _ in range(10):
        make_assessment(make_commitment(plan, leads=[make_institution()]))


def test_every_filter_says_what_the_rows_say():
    build(plans=6, commitments=90, index=False)
    catalogue = Catalogue.current()
    rows = list(Commitment.objects.for_cards().prefetch_related("value_claims"))

    def having(values_of):
        found = {}
        for row in rows:
            for value in set(values_of(row)):
                found.setdefault(value, set()).add(row.code)
        return found

    expected = {
        "plan": having(lambda row: [row.plan.slug]),
        "theme": having(lambda row: [row.theme.slug]),
        "lead": having(lambda row: [one.slug for one in row.leading]),
        "tag": having(lambda row: [subject.slug for subject in row.subjects.all()]),
        "value": having(lambda row: [hyphened(one.value) for one in row.value_claims.all()]),
    }
    for assessor in Assessor:
        expected[assessor.value] = having(
            lambda row, assessor=assessor: [
                hyphened(found.code) if (found := row.standing(assessor)) else NOT_FOUND
            ]
        )
    for name, by_value in expected.items():
        shown = {value: codes(option.mask) for value, option in catalogue.facets[name].items()}
        assert shown == by_value, name


def test_a_later_finding_replaces_an_earlier_one():
    commitment = make_commitment()
    make_assessment(commitment, code="most_on_schedule", as_of="2031")
    make_assessment(
        commitment,
        phase="end_of_term",
        scale=Scale.SELF_ASSESSMENT,
        code="completed",
        as_of="2032",
    )

    assert list(Catalogue.current().facets["government"]) == ["completed"]


def test_values_of_one_filter_join_and_filters_meet():
    build(plans=3, commitments=60, index=False)
    catalogue = Catalogue.current()
    plans = catalogue.facets["plan"]
    chosen = {"plan": ["made-up-1", "made-up-2", "no-such-plan"], "tag": [], "lead": ["nobody"]}

    passing = catalogue.matching(chosen)

    assert passing == {"plan": plans["made-up-1"].mask | plans["made-up-2"].mask}


def test_nothing_is_known_of_nothing():
    catalogue = Catalogue.current()

    assert catalogue.size == 0
    assert not any(catalogue.facets.values())


def test_titles_sort_without_regard_to_case_or_accents_in_each_language():
    plan = make_plan()
    rows = [
        make_commitment(plan, title_en=en, label_fr=fr)
        for en, fr in [("beta", "Zèbre"), ("Alpha", "école"), ("gamma", "Eau")]
    ]
    catalogue = Catalogue.current()

    def order(language):
        return catalogue.keys_of(catalogue.by_title(language))

    assert order("en") == [rows[n].pk for n in (1, 0, 2)]
    assert order("fr") == [rows[n].pk for n in (2, 1, 0)]
