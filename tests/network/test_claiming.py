"""A letter is claimed, sent and marked, in that order, on either database."""

from datetime import timedelta

import psycopg
import pytest
from django.conf import settings as portal
from django.db import (
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.utils import timezone

from bench.sink import Sink
from network import posting
from network.models import Letter, Stop, claiming
from network.posting import Line, Round, post_due
from tests.network.letters import make_letter
from tests.network.test_posters import many_owed
from tests.portal.test_tasks import url_of

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    "postgresql" not in portal.DATABASES["default"]["ENGINE"], reason="asks PostgreSQL itself"
)


def test_a_round_claims_for_the_lease_and_marks_before_it_claims_again(sink):
    first, second = make_letter(), make_letter()
    round_ = Round(seconds=60)
    letters = round_.letters()
    lease = timedelta(seconds=portal.LETTER_LEASE_SECONDS)

    with Line() as line:
        begun = timezone.now()
        letter = next(letters)
        stored = Letter.objects.get(pk=first.pk)
        assert letter == first
        assert (stored.state, stored.attempts, stored.next_try_at) == ("claimed", 1, None)
        assert begun + lease <= stored.claimed_until <= timezone.now() + lease
        assert (letter.claimed_until, letter.attempts) == (stored.claimed_until, 1)
        assert (letter.text, letter.headers) == (stored.text, stored.headers)

        round_.post(letter, line)
        assert next(letters) == second

    stored.refresh_from_db()
    assert (stored.state, stored.text, stored.html) == ("posted", "", "")
    assert stored.claimed_until is None
    assert stored.posted_at >= begun


def test_answers_go_first_and_what_is_not_due_stays(sink):
    late = make_letter()
    many, answer = make_letter(kind=Letter.Kind.LIST), make_letter()
    Letter.objects.filter(pk=late.pk).update(next_try_at=timezone.now() + timedelta(minutes=1))

    assert post_due() == {"posted": 2}

    assert list(sink.taken) == [answer.message_id, many.message_id]


@pytest.mark.parametrize(
    ("scope", "kind", "goes"),
    [
        ("lists", "list", False),
        ("lists", "answer", True),
        ("all", "list", False),
        ("all", "answer", False),
    ],
)
def test_what_a_reader_stopped_is_withheld_and_the_next_goes(sink, scope, kind, goes):
    stopped = make_letter(to="ada@example.org", kind=kind)
    other = make_letter(kind=Letter.Kind.LIST)
    Stop.put("ADA+x@example.org", how=Stop.How.STAFF, scope=scope)

    post_due()

    stopped.refresh_from_db()
    assert stopped.state == ("posted" if goes else "withheld")
    assert stopped.attempts == (1 if goes else 0)
    assert other.message_id in sink.taken
    assert (stopped.message_id in sink.taken) == goes


def test_a_mark_counts_only_while_its_claim_holds(sink):
    make_letter()
    round_ = Round(seconds=60)
    letter = next(round_.letters())
    Letter.objects.update(claimed_until=timezone.now() + timedelta(minutes=9))
    round_.sent = letter

    round_.mark()

    assert Letter.objects.get().state == Letter.State.CLAIMED


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(posting, "BETWEEN_MARKS", 0)


@pytest.mark.django_db(transaction=True)
def test_a_mark_is_tried_again_while_the_database_is_away(sink, monkeypatch, impatient):
    [name] = many_owed(1)
    answers = [OperationalError, OperationalError]
    mark, ask = Letter.mark_posted, claiming.asked

    def away(true):
        def do(*given):
            if (true is mark or "id" in given[0]) and answers:
                raise answers.pop()
            return true(*given)

        return do

    monkeypatch.setattr(Letter, "mark_posted", away(mark))
    monkeypatch.setattr(claiming, "asked", away(ask))

    assert post_due() == {"posted": 1}

    assert not answers
    assert Letter.objects.get().state == Letter.State.POSTED
    assert sink.taken == {name: 1}


@pytest.mark.django_db(transaction=True)
def test_no_longer_than_its_claim_holds(sink, monkeypatch, impatient, settings):
    settings.LETTER_LEASE_SECONDS = 0
    many_owed(1)

    def away(*given):
        raise OperationalError

    monkeypatch.setattr(Letter, "mark_posted", away)
    ask = claiming.asked
    monkeypatch.setattr(claiming, "asked", lambda facts: away() if "id" in facts else ask(facts))

    with pytest.raises(OperationalError):
        post_due()


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_database_that_hangs_up_while_a_letter_goes_doubles_none(smtp, impatient):
    names = many_owed(6)
    url = url_of(connection.settings_dict)
    hang_up = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    hang_up += " AND pid <> pg_backend_pid()"

    def answer(stage, said):
        if stage == "END" and len(sink.taken) in {2, 3}:
            with psycopg.connect(url, autocommit=True) as other:
                other.execute(hang_up, [connection.settings_dict["NAME"]])

    with Sink(answer) as sink:
        smtp(sink.port)
        assert post_due() == {"posted": 6}

    assert sink.taken == dict.fromkeys(names, 1)
    assert Letter.objects.filter(state=Letter.State.POSTED).count() == 6


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_claim_that_fails_takes_no_mark_with_it(sink, monkeypatch):
    many_owed(2)
    round_ = Round(seconds=60)
    letters = round_.letters()
    with Line() as line:
        round_.post(next(letters), line)
        monkeypatch.setattr(
            claiming, "MARK_AND_CLAIM", f"BEGIN; {claiming.MARK}; COMMIT; EXECUTE no_such_claim"
        )
        with pytest.raises(ProgrammingError):
            next(letters)

    assert Letter.objects.filter(state=Letter.State.POSTED).count() == 1


@pytest.fixture
def sessions():
    """A pool of one session, which no other test has used or will."""
    connection.close()
    connection.close_pool()
    yield
    connection.close()
    connection.close_pool()


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_table_that_changes_under_the_claims_fails_one_of_them_a_session(sessions):
    first, second = many_owed(2)
    assert claiming.claim_next().message_id == first
    before = Letter._meta.get_field("subject").db_type(connection)
    try:
        alter("TYPE varchar(400)")
        with pytest.raises(NotSupportedError):
            claiming.claim_next()
        assert claiming.claim_next().message_id == second
    finally:
        alter(f"TYPE {before}")


def alter(change):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {Letter._meta.db_table} ALTER COLUMN subject {change}")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_letter_that_someone_else_holds_is_passed_over(sink):
    first, second = many_owed(2)
    with psycopg.connect(url_of(connection.settings_dict)) as other:
        other.execute("SELECT FROM network_letter WHERE message_id = %s FOR UPDATE", [first])
        assert post_due() == {"posted": 1}
        assert list(sink.taken) == [second]

    assert post_due() == {"posted": 1}


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_claim_waits_for_no_disk_and_one_mark_in_ten_does(sink, monkeypatch):
    many_owed(posting.MARKS_A_WAIT * 2)
    waited, ask = [], claiming.asked

    def noting(facts):
        if "id" in facts:
            waited.append(facts["waits"])
        return ask(facts)

    monkeypatch.setattr(claiming, "asked", noting)
    post_due()

    assert waited == ([True] + [False] * (posting.MARKS_A_WAIT - 1)) * 2
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)  # what a statement chose was for itself alone
