"""Where an idea goes, and the call that is always open."""

from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from proposals.models import Consultation
from tests.factories import make_call
from tests.proposals.calling import DAY, make_closed, make_concluded, make_draft, make_paused, now

pytestmark = pytest.mark.django_db


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
