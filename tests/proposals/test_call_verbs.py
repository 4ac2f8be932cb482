"""What staff do with a call for ideas, and what each of it leaves on record."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from network.models import Edition
from opengov_portal.lib.errors import Refused
from proposals.models import Consultation, Proposal, Turn
from tests.factories import (
    make_call,
    make_organization,
    make_proposal,
    make_response,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db

WHY = {"reason_en": "An election was called.", "reason_fr": "Des élections sont déclenchées."}
DAY = timedelta(days=1)


@pytest.fixture
def staff():
    return make_staff()


def now():
    return timezone.now()


def make_draft(**fields):
    """Opens in three weeks, for a month."""
    dates = {"opens_at": now() + 21 * DAY, "closes_at": now() + 51 * DAY, "published_at": None}
    return make_call(**{"short_notice_en": "", "short_notice_fr": ""} | dates | fields)


def make_closed(**fields):
    return make_call(**{"closes_at": now() - DAY} | fields)


def make_paused(**fields):
    return make_call(**{"paused_at": now() - 3 * DAY} | fields)


def make_concluded(**fields):
    return make_closed(concluded_at=now() - timedelta(hours=1), **fields)


# What each verb begins with, and how it is asked for.
VERBS = {
    "publish": (make_draft, lambda call: {}),
    "extend": (make_call, lambda call: WHY | {"closes_at": call.closes_at + 7 * DAY}),
    "pause": (make_call, lambda call: WHY),
    "resume": (make_paused, lambda call: {}),
    "conclude": (make_closed, lambda call: {}),
    "reopen": (make_concluded, lambda call: WHY),
}
ACTS = ["published", "extended", "paused", "resumed", "concluded", "reopened"]
verbs = pytest.mark.parametrize("verb", VERBS)


def ask(verb, call, by):
    said = VERBS[verb][1](call)
    return getattr(call, verb)(by=by, **said)


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


# --- Announcing ------------------------------------------------------------------


def test_a_call_announced_two_weeks_ahead_needs_no_reason(staff):
    call = make_draft(opens_at=now() + 14 * DAY + timedelta(minutes=1))

    call.publish(by=staff)

    call.refresh_from_db()
    assert call.state == Consultation.State.ANNOUNCED
    assert not call.turns.get().reason


def test_opening_sooner_needs_a_reason_which_is_on_record_in_both_languages(staff):
    call = make_draft(opens_at=now() + 13 * DAY)
    with pytest.raises(Refused, match="two weeks"):
        call.publish(by=staff)

    call.short_notice_en, call.short_notice_fr = "The plan is due.", "Le plan est attendu."
    call.save()
    call.publish(by=staff)

    turn = call.turns.get()
    assert (turn.reason_en, turn.reason_fr) == ("The plan is due.", "Le plan est attendu.")


def test_a_reason_that_turned_out_not_to_be_needed_is_not_on_record(staff):
    call = make_draft(short_notice_en="In haste.", short_notice_fr="À la hâte.")

    call.publish(by=staff)

    assert not call.turns.get().reason


def test_the_database_holds_the_notice_too():
    call = make_draft(opens_at=now() + 13 * DAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.filter(pk=call.pk).update(published_at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.filter(pk=call.pk).update(short_notice_en="In haste.")
    reason = {"short_notice_en": "In haste.", "short_notice_fr": "À la hâte."}
    Consultation.objects.filter(pk=call.pk).update(published_at=now(), **reason)


def test_the_database_takes_two_weeks_to_the_second():
    moment = now().replace(microsecond=0)
    call = make_draft(opens_at=moment + 14 * DAY)

    late = moment + timedelta(seconds=1)

    Consultation.objects.filter(pk=call.pk).update(published_at=moment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.filter(pk=call.pk).update(published_at=late)


def test_nothing_opens_before_it_is_announced(staff):
    call = make_draft(
        opens_at=now() - DAY, short_notice_en="In haste.", short_notice_fr="À la hâte."
    )

    call.publish(by=staff)

    call.refresh_from_db()
    assert call.opens_at == call.published_at
    assert call.is_open


@pytest.mark.parametrize(
    "lacking",
    [
        {"afterwards_en": "", "afterwards_fr": ""},
        {"answers_due": None},
        {"answers_due": datetime(2020, 1, 1).date()},
        {"opens_at": datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone())}
        | {"closes_at": datetime(2020, 1, 2, tzinfo=timezone.get_current_timezone())},
    ],
)
def test_a_call_is_announced_whole(staff, lacking):
    call = make_draft(**lacking)

    with pytest.raises(Refused):
        call.publish(by=staff)


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


# --- Concluding -------------------------------------------------------------------


def test_a_call_is_not_concluded_while_one_is_unanswered_and_it_says_which(staff):
    call = make_closed()
    answered, unanswered = (
        make_proposal(consultation=call, title=t) for t in ("Done", "Count <b>")
    )
    waiting = make_proposal(consultation=call, title="Unread", state=Proposal.State.WAITING)
    make_response(answered)

    with pytest.raises(Refused) as refusal:
        call.conclude(by=staff)

    assert "2 proposals" in str(refusal.value)
    assert "Count <b>" in str(refusal.value)
    assert "Unread" in str(refusal.value)
    assert "Done" not in str(refusal.value)
    make_response(unanswered)
    Proposal.objects.filter(pk=waiting.pk).update(state=Proposal.State.WITHDRAWN)
    call.conclude(by=staff)
    call.refresh_from_db()
    assert call.state == Consultation.State.CONCLUDED


def test_an_answer_that_was_replaced_does_not_count(staff):
    call = make_closed()
    make_response(make_proposal(consultation=call), replaced_at=now())

    with pytest.raises(Refused):
        call.conclude(by=staff)


@pytest.mark.parametrize("state", ["unconfirmed", "refused", "hidden", "withdrawn"])
def test_what_is_not_public_needs_no_answer(staff, state):
    call = make_closed()
    make_proposal(consultation=call, state=state)

    call.conclude(by=staff)

    assert call.concluded_at


def test_what_waits_for_its_organization_goes_to_the_standing_call(staff):
    call = make_closed()
    late = make_proposal(consultation=call, state="vouching", organization=make_organization())

    call.conclude(by=staff)

    late.refresh_from_db()
    assert late.consultation.standing


def test_a_call_that_was_reopened_can_be_concluded_again(staff):
    call = make_concluded()
    call.reopen(by=staff, **WHY)
    assert call.state == Consultation.State.CLOSED

    call.conclude(by=staff)

    assert [turn.act for turn in call.turns.newest()] == ["concluded", "reopened"]


# --- Where an idea goes, and the standing call --------------------------------------


def test_an_idea_goes_to_its_call_while_that_is_open_and_else_to_the_standing_one():
    standing, call = Consultation.the_standing_one(), make_call()

    assert Consultation.that_takes(call) == call
    closed = [make_closed(), make_concluded(), make_paused(), make_draft()]
    closed.append(make_call(opens_at=now() + DAY))
    for each in [*closed, None]:
        assert Consultation.that_takes(each) == standing
    # As it stands now, whatever was read before.
    Consultation.objects.filter(pk=call.pk).update(closes_at=now())
    assert Consultation.that_takes(call) == standing


@pytest.mark.parametrize(
    "facts",
    [
        {"closes_at": datetime(2099, 1, 1, tzinfo=timezone.get_current_timezone())},
        {"paused_at": datetime(2026, 1, 1, tzinfo=timezone.get_current_timezone())},
        {"concluded_at": datetime(2026, 1, 1, tzinfo=timezone.get_current_timezone())},
        {"published_at": None},
        {"opens_at": datetime(2099, 1, 1, tzinfo=timezone.get_current_timezone())},
    ],
)
def test_no_database_closes_the_standing_call(facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.filter(standing=True).update(**facts)


def test_there_is_one_standing_call():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_call(standing=True, closes_at=None, opens_at=now() - 40 * DAY)


@pytest.mark.django_db(transaction=True)
def test_the_standing_call_is_there_after_a_flush():
    call_command("flush", interactive=False, verbosity=0)

    assert Consultation.the_standing_one().is_open


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
