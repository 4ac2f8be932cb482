"""Two who answer at the same moment, on either database: one answers, the other is told."""

import pytest

from network.models import Edition, Letter
from proposals.answering import answer, fingerprint, rows
from proposals.models import Response
from tests.factories import make_institution, make_proposal, make_response, make_staff
from tests.network.test_joining_at_once import at_once, folder, processes
from tests.proposals.test_answer import said

__all__ = ["at_once", "folder", "processes"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = """from commitments.models import Institution
from network.models import User
from opengov_portal.lib.errors import Refused
from proposals.answering import Said, answer
from proposals.models import Proposal
from django.utils import timezone
said = Said(outcome="{outcome}", reason_en="Asleep.", reason_fr="Elles dorment.",
    institution=Institution.objects.get(), office_en="Bees", office_fr="Abeilles",
    answered_on=timezone.localdate())
try:
    came = len(answer(Proposal.objects.filter(pk__in={keys}), said,
        by=User.objects.get(is_superuser=True), seen="{seen}"))
except Refused as refusal:
    came = str(refusal)
"""


def both(keys, seen):
    return [
        ANSWER.format(outcome=outcome, keys=list(keys), seen=seen)
        for outcome in ("not_now", "under_way")
    ]


def test_of_two_who_answer_the_same_proposals_at_once_one_does_and_the_other_is_told(at_once):
    Edition.advance()
    make_staff(), make_institution()
    keys = [make_proposal().pk for _n in range(3)]

    came = at_once(*both(keys, fingerprint(rows(keys))))

    assert sorted(map(str, came)) == [
        "3",
        "Something of this has changed since you looked: look again.",
    ]
    assert Response.objects.current().count() == Response.objects.count() == 3
    assert len(set(Response.objects.values_list("outcome", flat=True))) == 1
    assert Letter.objects.count() == 3


def test_of_two_who_change_one_answer_at_once_one_does_and_nothing_is_lost(at_once):
    Edition.advance()
    make_staff()
    first = make_response(institution=make_institution())
    keys = [first.proposal_id]
    Response.objects.filter(pk=first.pk).update(outcome="adopted")

    came = at_once(*both(keys, fingerprint(rows(keys))))

    assert sorted(map(str, came))[0] == "1"
    assert Response.objects.count() == 2
    assert Response.objects.current().count() == 1
    assert Letter.objects.count() == 1


UNDO = """from network.models import User
from opengov_portal.lib.errors import Refused
from proposals import unanswering
from proposals.models import Proposal
try:
    unanswering.undo(Proposal.objects.get(), by=User.objects.get(is_superuser=True))
    came = True
except Refused as refusal:
    came = str(refusal)
"""


def test_of_two_who_undo_an_answer_at_once_one_does_and_what_stood_stands(at_once):
    Edition.advance()
    by, first = make_staff(), make_response(institution=make_institution())
    answer([first.proposal], said(institution=first.institution, outcome="under_way"), by=by)

    came = at_once(UNDO, UNDO)

    assert sorted(each is True for each in came) == [False, True]
    assert Response.objects.get() == Response.objects.current().get() == first
    assert not Letter.objects.exists()


def test_of_who_undoes_and_who_changes_it_at_once_nothing_is_lost(at_once):
    Edition.advance()
    by, proposal = make_staff(), make_proposal()
    answer([proposal], said(outcome="adopted"), by=by)
    change = both([proposal.pk], fingerprint(rows([proposal.pk])))[1]

    came = at_once(UNDO, change)

    # The change went first, and was undone; or it was told that the answer is gone.
    assert came[0] is True
    outcomes = list(Response.objects.values_list("outcome", "replaced_at"))
    assert outcomes == ([("adopted", None)] if came[1] == 1 else [])
