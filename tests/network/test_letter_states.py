"""A letter goes from owed to posted by its verbs alone, and stops where its reader says so."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone

from network.models import Letter, Stop
from network.roles import Role
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.mail import canonical, waiting
from tests.factories import make_staff, make_with_role
from tests.network.letters import as_state, make_letter

pytestmark = pytest.mark.django_db


def test_every_state_says_where_it_may_go_next():
    assert Letter.NEXT.keys() == set(Letter.State)


def test_of_two_who_claim_one_gets_it():
    letter = make_letter()
    twin = Letter.objects.get(pk=letter.pk)

    assert letter.claim()
    assert not twin.claim()
    twin.refresh_from_db()
    assert (twin.state, twin.attempts) == (Letter.State.CLAIMED, 1)


def test_a_letter_is_not_claimed_before_it_is_due():
    letter = make_letter()
    Letter.objects.update(next_try_at=timezone.now() + timedelta(minutes=1))

    assert not letter.claim()
    assert not Letter.objects.due(timezone.now()).exists()


def test_one_whose_lease_is_over_cannot_say_what_became_of_it():
    slow = make_letter()
    slow.claim()
    other = Letter.objects.get(pk=slow.pk)
    other.take_back()
    assert other.claim()

    assert not slow.mark_posted()
    assert not slow.mark_failed("no")
    other.refresh_from_db()
    assert other.state == Letter.State.CLAIMED
    assert other.mark_posted()


def test_what_it_said_is_forgotten_once_it_is_posted():
    letter = make_letter()
    letter.claim()
    letter.mark_posted()

    letter.refresh_from_db()
    assert (letter.text, letter.html) == ("", "")
    assert letter.subject
    assert letter.posted_at


def test_the_waits_grow_to_four_hours_and_differ_by_chance():
    assert 48 <= waiting(1).total_seconds() <= 72
    assert 96 <= waiting(2).total_seconds() <= 144
    assert waiting(40).total_seconds() <= 4 * 3600 * 1.2
    assert len({waiting(5) for _each in range(20)}) > 1


def test_after_five_days_it_has_failed():
    letter = make_letter()
    Letter.objects.update(owed_since=timezone.now() - timedelta(days=5))
    letter.refresh_from_db()
    letter.claim()

    letter.try_later("451 later")

    assert letter.state == Letter.State.FAILED


def test_the_error_names_nobody():
    letter = make_letter()
    letter.claim()

    letter.mark_failed("550 5.1.1 <ada@example.org>: no such user\r\nada@example.org")

    letter.refresh_from_db()
    assert letter.last_error == "550 5.1.1 <…>: no such user  …"


def test_one_that_failed_is_posted_again_at_staffs_word():
    letter = as_state(make_letter(), Letter.State.FAILED)

    letter.post_again(by=make_staff())

    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (Letter.State.OWED, 0)
    assert letter.text


def test_nobody_else_has_a_say():
    letter = as_state(make_letter(), Letter.State.FAILED)

    with pytest.raises(PermissionDenied):
        letter.post_again(by=make_with_role(Role.AUDITOR))


@pytest.mark.parametrize("state", [Letter.State.OWED, Letter.State.CLAIMED, Letter.State.POSTED])
def test_no_other_is(state):
    letter = as_state(make_letter(), state)

    with pytest.raises(Refused):
        letter.post_again(by=make_staff())
    letter.refresh_from_db()
    assert letter.state == state


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "posted"},
        {"state": "claimed"},
        {"state": "failed"},
        {"state": "lost"},
        {"kind": "advert"},
        {"language": "de"},
        {"text": ""},
        {"subject": ""},
        {"next_try_at": None},
        {"claimed_until": timezone.now()},
        {"posted_at": timezone.now()},
    ],
)
def test_the_database_keeps_no_letter_whose_facts_disagree(facts):
    make_letter()

    with pytest.raises(IntegrityError):
        Letter.objects.update(**facts)


def test_answers_go_before_what_goes_to_many():
    many = make_letter(kind=Letter.Kind.LIST)
    answer = make_letter()

    assert list(Letter.objects.due(timezone.now()).in_posting_order()) == [answer, many]


# --- Stops -------------------------------------------------------------------------


def test_nothing_already_owed_goes_to_a_list_after_leaving():
    letter = make_letter(to="Ada+news@Example.org", kind=Letter.Kind.LIST)
    Stop.put("ada@example.org", how=Stop.How.PAGE)

    assert not letter.claim()

    letter.refresh_from_db()
    assert letter.state == Letter.State.WITHHELD


def test_an_answer_still_goes_after_leaving():
    letter = make_letter(to="ada@example.org")
    Stop.put("ada@example.org", how=Stop.How.BOUNCED)

    assert letter.claim()


def test_who_wants_no_letter_at_all_gets_none():
    letter = make_letter(to="ada@example.org")
    Stop.put("ada@example.org", how=Stop.How.STAFF, scope=Stop.Scope.ALL)

    assert not letter.claim()


def test_who_asks_to_hear_again_does():
    Stop.put("ada@example.org", how=Stop.How.PAGE)
    Stop.put("ADA@example.org", how=Stop.How.ONE_CLICK)
    assert Stop.objects.count() == 1

    Stop.lift("ada+x@example.org")

    assert make_letter(to="ada@example.org", kind=Letter.Kind.LIST).claim()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        ("ada+news@example.org", "ada@example.org"),
        ("+ada@example.org", "+ada@example.org"),
        ("zoé@bibliothèque.example", "zoé@xn--bibliothque-59a.example"),
    ],
)
def test_an_address_is_the_same_however_it_is_typed(typed, found):
    assert canonical(typed) == found
