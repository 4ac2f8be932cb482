"""What people type finds what it should: see golden_queries.py."""

import pytest

from commitments.search.finding import find
from proposals.catalogue import Catalogue
from proposals.search import indexing, similar
from tests.factories import make_call, make_proposal
from tests.proposals.golden_queries import BEGUN, GOLDEN, PROPOSALS, STRANGE_TO_ALL


@pytest.fixture
def cast(db):
    """By primary key, the short name of each."""
    call = make_call()
    made = {
        make_proposal(
            consultation=call, language=language, title=title, problem=problem, ask=ask, gain=gain
        ).pk: name
        for name, (language, title, problem, ask, gain) in PROPOSALS.items()
    }
    indexing.rebuild()
    return made


@pytest.mark.parametrize("again", ["at first", "after each was refreshed"])
def test_every_query_brings_up_what_it_should(cast, again):
    if again != "at first":
        indexing.refresh(*(entry for entry in indexing.Proposal.objects.all()))
    Catalogue.forget()
    shelf, missed = Catalogue.current(), []
    for query, wanted in GOLDEN:
        found = [cast[shelf.keys[at]] for at in find(query, shelf).places(shelf.everything, 0, 3)]
        if not set(wanted) <= set(found):
            missed.append((query, wanted, found))

    assert len(GOLDEN) >= 20
    assert not missed


def test_what_is_begun_brings_up_what_was_said_before(cast):
    missed = []
    for language, text, wanted in BEGUN:
        found = [cast[entry.pk] for entry in similar(text, language).proposals]
        if found[:1] != wanted:
            missed.append((text, wanted, found))

    assert not missed


def test_a_slip_and_a_missing_accent_cost_nothing(cast):
    shelf = Catalogue.current()
    plain = find("décisions des tribunaux", shelf)

    for typed in ("decisions des tribunaux", "DECISIONS DES TRIBUNAUX", "décision du tribunal"):
        assert find(typed, shelf).mask == plain.mask


@pytest.mark.parametrize(("language", "text"), STRANGE_TO_ALL)
def test_a_text_like_nothing_is_met_with_nothing(cast, language, text):
    assert not similar(text, language).proposals
