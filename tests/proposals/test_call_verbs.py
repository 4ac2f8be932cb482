"""What staff do with a call for ideas, and what each of it leaves on record."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from network.models import Edition
from opengov_portal.lib.errors import Refused
from proposals.models import Consultation, Turn
from tests.factories import make_call, make_user
from tests.proposals.calling import (
    DAY,
    VERBS,
    WHY,
    ask,
    make_closed,
    make_concluded,
    make_draft,
    make_paused,
    now,
)

pytestmark = pytest.mark.django_db
ACTS = ["published", "extended", "paused", "resumed", "concluded", "reopened"]
verbs = pytest.mark.parametrize("verb", VERBS)


@pytest.mark.parametrize(("verb", "act"), list(zip(VERBS, ACTS, strict=True)))
def test_each_verb_leaves_a_turn_on_record_and_raises_the_edition(staff, verb, act):
    call = VERBS[verb][0]()
    before = Edition.current()

    ask(verb, call, staff)

    turn = call.turns.get()
    assert (turn.act, turn.by) == (act, staff)
    assert Edition.current() > before


@verbs
def test_who_may_not_run_calls_is_refused_and_nothing_changes(verb):
    call = VERBS[verb][0]()
    stood = Consultation.objects.filter(pk=call.pk).values().get()

    for nobody in (make_user(), make_user(is_staff=True)):
        with pytest.raises(PermissionDenied):
            ask(verb, call, nobody)

    assert Consultation.objects.filter(pk=call.pk).values().get() == stood
    assert not Turn.objects.exists()


@verbs
def test_the_second_of_two_with_the_same_page_open_is_refused(staff, verb):
    call = VERBS[verb][0]()
    other = Consultation.objects.get(pk=call.pk)
    said = VERBS[verb][1](call)
    ask(verb, call, staff)

    with pytest.raises(Refused):
        getattr(other, verb)(by=staff, **said)

    assert call.turns.count() == 1


@verbs
def test_the_standing_call_takes_no_verb(staff, verb):
    standing = Consultation.the_standing_one()
    said = WHY if verb in ("pause", "reopen") else {}
    said |= WHY | {"closes_at": now() + DAY} if verb == "extend" else {}

    with pytest.raises(Refused, match="always open"):
        getattr(standing, verb)(by=staff, **said)


@pytest.mark.parametrize("verb", ["extend", "pause", "resume", "conclude"])
def test_what_is_not_announced_yet_is_not_under_way(staff, verb):
    call = make_draft()

    with pytest.raises(Refused, match="not been announced"):
        ask(verb, call, staff)


@pytest.mark.parametrize("verb", ["extend", "pause", "resume", "conclude"])
def test_what_is_concluded_is_reopened_before_all_else(staff, verb):
    call = make_concluded()

    with pytest.raises(Refused, match="been concluded"):
        ask(verb, call, staff)


def test_what_was_announced_is_not_deleted():
    for call in (make_call(), Consultation.the_standing_one()):
        with pytest.raises(Refused):
            call.delete()
    draft = make_draft()
    draft.delete()
    assert not Consultation.objects.filter(slug=draft.slug).exists()


def test_a_turn_is_never_changed(staff):
    call = make_call()
    call.pause(by=staff, **WHY)
    turn = call.turns.get()
    turn.reason_en = "Something else."

    with pytest.raises(TypeError):
        turn.save()


# --- Extending, pausing, resuming -------------------------------------------------


def test_an_extension_says_from_when_to_when_and_why(staff):
    call = make_call()
    before, due_before = call.closes_at, call.answers_due
    later = before + 70 * DAY
    due = timezone.localdate(later)

    call.extend(by=staff, closes_at=later, answers_due=due, **WHY)

    call.refresh_from_db()
    assert (call.closes_at, call.answers_due) == (later, due)
    turn = call.turns.get()
    assert (turn.closed_before, turn.closes_now) == (before, later)
    assert (turn.due_before, turn.due_now) == (due_before, due)
    assert (turn.reason_en, turn.reason_fr) == (WHY["reason_en"], WHY["reason_fr"])


def test_an_extension_ends_later_and_answers_are_not_due_before_it(staff):
    call = make_call()

    for closes_at in (call.closes_at, call.closes_at - DAY, call.closes_at + 100 * DAY):
        with pytest.raises(Refused):
            call.extend(by=staff, closes_at=closes_at, **WHY)


def test_a_call_that_has_closed_takes_ideas_again_once_it_is_extended(staff):
    call = make_closed()

    call.extend(by=staff, closes_at=now() + DAY, **WHY)

    assert Consultation.objects.get(pk=call.pk).is_open


@pytest.mark.parametrize("verb", ["extend", "pause", "reopen"])
def test_none_of_these_goes_without_a_reason_in_both_languages(staff, verb):
    call = VERBS[verb][0]()
    said = VERBS[verb][1](call)

    for name in ("reason_en", "reason_fr"):
        with pytest.raises(IntegrityError), transaction.atomic():
            getattr(call, verb)(by=staff, **(said | {name: "  "}))

    assert not Turn.objects.exists()


def test_a_paused_call_takes_no_idea(staff):
    call = make_call()
    assert Consultation.that_takes(call) == call

    call.pause(by=staff, **WHY)

    assert call.state == Consultation.State.PAUSED
    assert not Consultation.objects.open().filter(pk=call.pk).exists()
    assert Consultation.objects.current().filter(pk=call.pk).exists()
    assert Consultation.that_takes(call) == Consultation.the_standing_one()


def test_resuming_moves_the_closing_and_the_answers_by_the_days_of_the_pause(staff):
    closes = timezone.make_aware(datetime(2030, 3, 1, 17, 0))
    call = make_call(closes_at=closes, answers_due=datetime(2030, 6, 1).date())
    # Ten days, a begun one counted whole, over the night in which clocks go forward.
    call.paused_at = now() - timedelta(days=9, hours=1)
    call.save()

    call.resume(by=staff)

    call.refresh_from_db()
    assert timezone.localtime(call.closes_at) == timezone.make_aware(datetime(2030, 3, 11, 17, 0))
    assert call.answers_due == datetime(2030, 6, 11).date()
    assert call.is_open
    turn = call.turns.get()
    assert (turn.closed_before, turn.closes_now) == (closes, call.closes_at)
    assert turn.moved_closing
    assert turn.moved_answers


def test_a_pause_that_outlasts_the_closing_leaves_the_days_that_were_left(staff):
    call = make_call(closes_at=now() - 5 * DAY, paused_at=now() - 8 * DAY, opens_at=now() - 9 * DAY)
    assert call.state == Consultation.State.PAUSED

    call.resume(by=staff)

    assert call.is_open
    assert call.closes_at >= now() + 3 * DAY - timedelta(minutes=1)


def test_a_pause_before_it_opens_takes_nothing_from_it(staff):
    call = make_call(opens_at=now() + 5 * DAY)
    before = call.closes_at
    call.pause(by=staff, **WHY)

    call.resume(by=staff)

    assert call.closes_at == before
    assert not call.turns.newest()[0].moved_closing


def test_what_has_closed_cannot_be_paused_and_what_is_paused_cannot_be_extended(staff):
    with pytest.raises(Refused, match="can be paused"):
        make_closed().pause(by=staff, **WHY)
    paused = make_paused()
    with pytest.raises(Refused, match="resume it first"):
        ask("extend", paused, staff)
    with pytest.raises(Refused, match="not closed yet"):
        paused.conclude(by=staff)
