"""Queries that Django words once (`opengov_portal.lib.queries`)."""

import pytest
from django.db.models import F
from pytest_django.asserts import assertNumQueries

from commitments.models import Commitment, Milestone
from opengov_portal.lib.dates import PartialDate
from opengov_portal.lib.queries import Worded, at_once
from tests.factories import make_commitment, make_milestone, make_plan

pytestmark = pytest.mark.django_db


def steps():
    return Worded(lambda key: Milestone.objects.filter(commitment=key).order_by("pk"))


def test_a_worded_query_finds_what_the_query_does_each_time_it_is_asked():
    first, second, none = make_commitment(), make_commitment(), make_commitment()
    mine, yours = make_milestone(first, due="2031-03"), make_milestone(second)
    find = steps()

    assert find(first.pk) == [mine]
    assert find(second.pk) == [yours]
    assert find(none.pk) == []
    assert find(first.pk)[0].due == PartialDate("2031-03")


def test_a_worded_query_is_worded_once():
    find, asked = steps(), []
    query, find.query = find.query, lambda key: asked.append(key) or query(key)

    find(1), find(2)

    assert asked == [1]


def test_what_a_worded_query_annotates_is_read_as_its_field_reads_it():
    commitment = make_commitment(make_plan(slug="2030-2032", starts="2030"))
    find = Worded(
        lambda key: Commitment.objects.filter(pk=key).annotate(
            slug=F("plan__slug"), from_day=F("plan__starts")
        )
    )

    (found,) = find(commitment.pk)

    assert (found.slug, found.from_day) == ("2030-2032", PartialDate("2030"))
    assert found.changed_at == commitment.changed_at


def test_a_worded_query_refuses_values_it_would_ask_with_in_another_order():
    find = Worded(lambda code, key: Commitment.objects.filter(pk=key).filter(code=code))

    with pytest.raises(ValueError, match="asks with"):
        find("2030-2032-01", 1)


def test_a_value_is_never_taken_for_words_of_the_query():
    make_commitment(code="2030-2032-01")
    find = Worded(lambda code: Commitment.objects.filter(code=code))

    assert find("' OR 1=1 --") == []
    assert find("%s %% '") == []


def test_queries_sent_at_once_each_bring_their_own_rows():
    first, second = make_commitment(), make_commitment()
    mine, yours = make_milestone(first), make_milestone(second)
    find = steps()

    with assertNumQueries(2):
        with at_once():
            asked = [find.ask(commitment.pk) for commitment in (first, second)]
        found = [rows() for rows in asked]

    assert found == [[mine], [yours]]
