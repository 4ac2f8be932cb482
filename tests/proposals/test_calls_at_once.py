"""Two of the staff at once, on either database: one verb is done, and once."""

import pytest

from network.models import Edition
from proposals.models import Consultation, Turn
from tests.factories import make_proposal, make_staff
from tests.network.test_joining_at_once import at_once, folder, processes
from tests.proposals.calling import VERBS, make_closed

__all__ = ["at_once", "folder", "processes"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)

TELL = """
from datetime import timedelta
from proposals.models import Consultation
from opengov_portal.lib.errors import Refused
call, staff = Consultation.objects.get(pk={call}), User.objects.get(pk={staff})
why = dict(reason_en="An election.", reason_fr="Des élections.")
said = {{"extend": why | {{"closes_at": call.closes_at + timedelta(days=2)}}}}
said |= {{"pause": why, "reopen": why}}
try:
    getattr(call, "{verb}")(by=staff, **said.get("{verb}", {{}}))
    came = True
except Refused:
    came = False
"""
IN_THE_WAY = """
from proposals.models import Proposal
from django.db import transaction
with transaction.atomic():
    Edition.take_turn()
    came = bool(Proposal.objects.filter(
        pk={pk}, state="waiting", consultation__concluded_at__isnull=True
    ).update(state="published", published_at="2026-01-01T00:00Z"))
"""


@pytest.mark.parametrize("verb", VERBS)
def test_of_two_who_ask_at_once_one_does_it(at_once, verb):
    Edition.advance()
    call, staff = VERBS[verb][0](), make_staff()

    came = at_once(*[TELL.format(call=call.pk, staff=staff.pk, verb=verb)] * 2)

    assert sorted(came) == [False, True]
    assert Turn.objects.count() == 1


def test_no_call_is_concluded_while_a_moderator_publishes_one_of_its_ideas(at_once):
    Edition.advance()
    call, staff = make_closed(), make_staff()
    waits = make_proposal(consultation=call, state="waiting")

    concluded, published = at_once(
        TELL.format(call=call.pk, staff=staff.pk, verb="conclude"),
        IN_THE_WAY.format(pk=waits.pk),
    )

    assert (concluded, published) == (False, True)
    assert Consultation.objects.get(pk=call.pk).concluded_at is None
