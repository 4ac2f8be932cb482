"""Announcing a call for ideas: whole, and two weeks ahead or with a reason."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from opengov_portal.lib.errors import Refused
from proposals.models import Consultation
from tests.proposals.calling import DAY, make_draft, now

pytestmark = pytest.mark.django_db


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
