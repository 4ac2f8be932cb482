"""Queries that Django words once (`opengov_portal.lib.queries`)."""

import psycopg
import pytest
from django.conf import settings as portal
from django.db import NotSupportedError, OperationalError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertNumQueries

from commitments.models import Commitment, Milestone
from opengov_portal.lib.dates import PartialDate
from opengov_portal.lib.queries import Worded, at_once, sessions
from tests.factories import make_commitment, make_milestone, make_plan
from tests.portal.test_tasks import url_of

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    "postgresql" not in portal.DATABASES["default"]["ENGINE"], reason="asks PostgreSQL itself"
)


def steps():
    return Worded(lambda key: Milestone.objects.filter(commitment=key).order_by("pk"))


def rows(find, *values):
    (found,) = at_once([find], *values)
    return found


def session():
    return connection.connection.info.backend_pid


def test_a_worded_query_finds_what_the_query_does_each_time_it_is_asked():
    first, second, none = make_commitment(), make_commitment(), make_commitment()
    mine, yours = make_milestone(first, due="2031-03"), make_milestone(second)
    find = steps()

    assert rows(find, first.pk) == [mine]
    assert rows(find, second.pk) == [yours]
    assert rows(find, none.pk) == []
    assert rows(find, first.pk)[0].due == PartialDate("2031-03")


def test_a_worded_query_is_worded_once():
    find, asked = steps(), []
    query, find.query = find.query, lambda key: asked.append(key) or query(key)

    rows(find, 1), rows(find, 2)

    assert asked == [1]


def test_what_a_worded_query_annotates_is_read_as_its_field_reads_it():
    commitment = make_commitment(make_plan(slug="2030-2032", starts="2030"))
    find = Worded(
        lambda key: Commitment.objects.filter(pk=key).annotate(
            slug=F("plan__slug"), from_day=F("plan__starts")
        )
    )

    (found,) = rows(find, commitment.pk)

    assert (found.slug, found.from_day) == ("2030-2032", PartialDate("2030"))
    assert found.changed_at == commitment.changed_at


def test_what_a_worded_query_leaves_out_is_not_read():
    commitment = make_commitment(make_plan(slug="2030-2032"), code="2030-2032-01", title_en="Bees")
    find = Worded(
        lambda key: (
            Commitment.objects.filter(pk=key).only("title_en").annotate(slug=F("plan__slug"))
        )
    )

    (found,) = rows(find, commitment.pk)

    assert "code" in found.get_deferred_fields()
    assert (found.pk, found.title_en, found.slug) == (commitment.pk, "Bees", "2030-2032")
    assert found.code == "2030-2032-01"


def test_an_instance_is_the_one_that_django_would_have_read():
    mine = make_milestone(make_commitment(), due="2031-03", code="1.1")
    (found,) = rows(steps(), mine.commitment_id)
    known = Milestone.objects.get(pk=mine.pk)

    for facts in (one := {**vars(found)}, other := {**vars(known)}):
        state = facts.pop("_state")
        assert (state.adding, state.db) == (False, "default")
    assert one == other
    found.code = "1.2"
    found.save()
    assert Milestone.objects.get().code == "1.2"


def test_a_worded_query_refuses_values_it_would_ask_with_in_another_order():
    find = Worded(lambda code, key: Commitment.objects.filter(pk=key).filter(code=code))

    with pytest.raises(ValueError, match="asks with"):
        rows(find, "2030-2032-01", 1)


def test_a_value_is_never_taken_for_words_of_the_query():
    make_commitment(code="2030-2032-01")
    find = Worded(lambda code: Commitment.objects.filter(code=code))

    assert rows(find, "' OR 1=1 --") == []
    assert rows(find, "%s %% '") == []


def test_queries_asked_at_once_each_bring_their_own_rows():
    commitment, other = make_commitment(code="2030-2032-01"), make_commitment()
    mine = [make_milestone(commitment), make_milestone(commitment)]
    make_milestone(other)
    find = Worded(lambda key: Commitment.objects.filter(pk=key))
    at_once([find, steps()], other.pk)
    together = [find, steps(), find]
    at_once(together, other.pk)

    with assertNumQueries(1 if connection.vendor == "postgresql" else 3):
        found = at_once(together, commitment.pk)

    assert found == [[commitment], mine, [commitment]]


# What PostgreSQL has prepared


@on_postgresql
def test_a_session_is_told_a_query_once():
    find = steps()
    rows(find, 1)

    with CaptureQueriesContext(connection) as captured:
        rows(find, 2), rows(find, 3)

    assert [query["sql"] for query in captured] == [
        f"EXECUTE {find.wording.name} (2)",
        f"EXECUTE {find.wording.name} (3)",
    ]


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["TYPE varchar(64)", "TYPE text"])
def test_a_table_that_changes_under_a_query_is_asked_all_the_same(change):
    commitment = make_commitment()
    mine, find = make_milestone(commitment, code="1.1"), steps()
    assert rows(find, commitment.pk) == [mine]
    before = Milestone._meta.get_field("code").db_type(connection)
    try:
        alter(change)
        assert rows(find, commitment.pk) == [mine]
        assert rows(find, commitment.pk)[0].code == "1.1"
    finally:
        alter(f"TYPE {before}")


def alter(change):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {Milestone._meta.db_table} ALTER COLUMN code {change}")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_change_met_within_a_transaction_fails_it_and_nothing_after_it():
    commitment = make_commitment()
    mine, find = make_milestone(commitment), steps()
    rows(find, commitment.pk)
    before = Milestone._meta.get_field("code").db_type(connection)
    try:
        alter("TYPE varchar(64)")
        with pytest.raises(NotSupportedError), transaction.atomic():
            rows(find, commitment.pk)
        with transaction.atomic():
            assert rows(find, commitment.pk) == [mine]
    finally:
        alter(f"TYPE {before}")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_session_that_has_lost_what_it_prepared_is_told_again():
    commitment = make_commitment()
    mine, find = make_milestone(commitment), steps()
    rows(find, commitment.pk)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")

    assert rows(find, commitment.pk) == [mine]


@on_postgresql
def test_a_session_that_knows_more_than_we_thought_is_told_afresh():
    find, later = steps(), steps()
    rows(find, 1)
    sessions.clear()

    assert at_once([find, later], 1) == [[], []]


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_new_session_in_place_of_a_lost_one_is_told_again():
    commitment = make_commitment()
    mine, find = make_milestone(commitment), steps()
    rows(find, commitment.pk)
    lost = session()
    with psycopg.connect(url_of(connection.settings_dict), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [lost])

    with pytest.raises(OperationalError):
        rows(find, commitment.pk)
    connection.close()

    assert rows(find, commitment.pk) == [mine]
    assert session() != lost
