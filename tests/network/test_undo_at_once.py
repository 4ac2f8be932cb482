"""Two at the same moment, on either database: one undoes, the other is told; no letter goes."""

import pytest

from network.models import Decision, Edition, Letter
from tests.network.test_joining_at_once import at_once, folder, processes
from tests.network.undoing import CASES, TOLD, decided, make_colleague, row

__all__ = ["at_once", "folder", "processes"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)

# One process does one thing; `came` says whether it did it or was told that it came second.
DO = """
from django.contrib.contenttypes.models import ContentType
ContentType.objects.clear_cache()  # the tables were emptied since
from network import actions
from network.models import *
from opengov_portal.lib.errors import Refused
thing, by = {model}.objects.get(pk={pk}), User.objects.get(pk={by})
REFUSAL = {{"reason": "not_reached", "words": "No."}}
try:
    {verb}
    came = True
except Refused as refusal:
    came = str(refusal)
"""
CLAIM = """
from network.models import Letter
came = Letter.objects.get(pk={pk}).claim()
"""


def do(verb, thing, by):
    return DO.format(verb=verb, model=type(thing).__name__, pk=thing.pk, by=by.pk)


@pytest.mark.parametrize("name", CASES)
def test_of_two_who_undo_at_once_one_does_and_the_other_is_told(at_once, name):
    Edition.advance()
    thing, stood, _by, letters = decided(name)
    seen = thing.last_decision.pk
    verb = f"thing.undo(by=by, seen={seen})"

    came = at_once(*[do(verb, thing, make_colleague(CASES[name].permission)) for _n in range(2)])

    assert sorted(each is True for each in came) == [False, True]
    assert row(thing) == stood
    assert not letters.exists()
    assert Decision.objects.exclude(undone_at=None).count() == 1


def test_of_who_undoes_and_who_decides_otherwise_at_once_one_is_told(at_once):
    Edition.advance()
    thing, _stood, by, _letters = decided("an organization is published")
    undo = f"thing.undo(by=by, seen={thing.last_decision.pk})"
    refuse = "actions.refuse_organization(thing, by=by, **REFUSAL)"

    came = at_once(do(undo, thing, by), do(refuse, thing, make_colleague("change_organization")))

    assert sorted(each is True for each in came) == [False, True]
    thing.refresh_from_db()
    assert thing.state == ("waiting" if came[0] is True else "refused")
    assert Letter.objects.filter(
        state=Letter.State.OWED, key__contains="organization_"
    ).count() == (0 if came[0] is True else 1)


@pytest.mark.parametrize("name", TOLD[:1])
def test_a_letter_goes_or_is_undone_and_never_both(at_once, name):
    Edition.advance()
    thing, stood, by, letters = decided(name)
    letters.update(next_try_at="2026-01-01T00:00Z")
    letter = letters.get()

    claimed, undone = at_once(CLAIM.format(pk=letter.pk), do("thing.undo(by=by)", thing, by))

    assert claimed is not (undone is True)
    assert (row(thing) == stood) is (undone is True)
    assert letters.exists() is claimed
