"""What changed lately, in as few lines as say it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commitments.models import Change
from tests.commitments.files import load
from tests.factories import make_commitment, make_plan

pytestmark = pytest.mark.django_db


def words(lines=5):
    return [news.words for news in Change.objects.lately(lines)]


def test_a_first_load_reads_as_one_line_a_plan():
    load()

    assert words(10) == [
        "4 commitments of 2025-2029 were added",
        "5 commitments of 2022-2024 were added",
        "10 commitments of 2018-2021 were added",
        "22 commitments of 2016-2018 were added",
        "12 commitments of 2014-2016 were added",
        "12 commitments of 2012-2014 were added",
    ]


def test_only_as_many_lines_are_told_as_are_asked_for():
    load()

    assert len(words(2)) == 2


def test_one_change_names_its_commitment_and_leads_to_it():
    promise = make_commitment(make_plan(slug="plan-b"), number=7, title_en="Count the bees")
    Change.record(Change.Kind.CHANGED, promise, fields=["leads"])
    Change.record(Change.Kind.CHANGED, promise, fields=["summary_en"])

    [news] = Change.objects.lately()

    assert news.words == "Commitment 7 of plan-b was changed: Count the bees"
    assert news.url == "/en/plans/plan-b/7/"


def test_each_day_and_each_kind_has_a_line_of_its_own():
    promise = make_commitment(make_plan(slug="plan-b"), number=7, title_en="Count the bees")
    Change.record(Change.Kind.ADDED, promise, at=timezone.now() - timedelta(days=3))
    Change.record(Change.Kind.CHANGED, promise, at=timezone.now() - timedelta(days=2))
    Change.record(Change.Kind.CHANGED, promise)

    news = Change.objects.lately()

    assert [one.kind for one in news] == ["changed", "changed", "added"]
    assert news[0].at > news[1].at > news[2].at


def test_a_change_to_the_plan_alone_leads_to_the_plan():
    plan = make_plan(slug="plan-b", title_en="Plan of bees")
    Change.objects.create(kind="changed", plan=plan, code="plan-b", fields=["released"])

    [news] = Change.objects.lately()

    assert news.words == "The plan of plan-b was changed: Plan of bees"
    assert news.url == "/en/plans/plan-b/"


def test_a_removed_commitment_is_told_and_leads_to_its_plan():
    promise = make_commitment(make_plan(slug="plan-b"), number=7)
    Change.record(Change.Kind.REMOVED, promise)
    promise.delete()

    [news] = Change.objects.lately()

    assert news.words == "1 commitment of plan-b was removed"
    assert news.url == "/en/plans/plan-b/"


def test_a_removed_plan_is_told_and_leads_nowhere():
    Change.objects.create(kind="removed", code="plan-b")

    [news] = Change.objects.lately()

    assert news.words == "plan-b was removed"
    assert news.url == ""


def test_what_changed_lately_is_one_query(django_assert_num_queries):
    load()

    with django_assert_num_queries(1):
        [(news.words, news.url) for news in Change.objects.lately()]


def test_no_change_is_no_news():
    assert Change.objects.lately() == []
