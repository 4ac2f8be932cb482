from random import Random

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from modelsearch.models import IndexEntry

from commitments.catalogue import Catalogue
from commitments.models import Commitment, Word
from commitments.search import indexing
from commitments.search.engine import holding
from commitments.search.finding import find
from commitments.search.folding import runs, words
from commitments.search.indexing import rebuild, reindex
from commitments.search.wording import Tier
from commitments.tasks import rebuild_search_index
from network.models import Edition
from tests.counting import cost_of
from tests.factories import make_commitment, make_milestone, make_subject

pytestmark = pytest.mark.django_db


def finds(query):
    Catalogue.forget()
    return find(query, Catalogue.current(), exact=True).mask.bit_count()


def test_a_commitment_is_found_once_it_is_indexed():
    commitment = make_commitment(title_en="Count the otters")

    assert not finds("otters")
    assert reindex(commitment)
    assert finds("otters")


def test_a_change_to_what_hangs_on_a_commitment_is_found_too():
    commitment = make_commitment()
    reindex(commitment)

    make_milestone(commitment, label_fr="Recenser les loutres")
    commitment.subjects.add(make_subject(name="Rivers"))
    reindex(commitment)

    assert finds("loutre")
    assert finds("river")


def test_what_a_commitment_no_longer_says_no_longer_finds_it():
    commitment = make_commitment(title_en="Count the otters")
    reindex(commitment)

    commitment.title_en = "Count the beavers"
    commitment.save()
    reindex(commitment)

    assert not finds("otters")
    assert finds("beavers")


def test_a_commitment_that_is_gone_is_not_found():
    commitment = make_commitment(title_en="Count the otters")
    make_commitment()
    reindex(commitment)

    commitment.delete()

    assert not finds("otters")


def test_an_index_that_cannot_be_written_does_not_fail_the_change(monkeypatch, caplog):
    def broken(instance):
        raise RuntimeError("no room left")

    commitment = make_commitment()
    monkeypatch.setattr(indexing.index, "insert_or_update_object", broken)

    assert not reindex(commitment)
    assert Commitment.objects.filter(pk=commitment.pk).exists()
    assert "could not be brought up to date" in caplog.text


def test_saving_alone_does_not_index_what_is_not_yet_whole():
    make_commitment(title_en="Count the otters").save()

    assert not finds("otters")


@pytest.mark.parametrize(
    "build",
    [rebuild, lambda: rebuild_search_index.delay(), lambda: call_command("rebuild_search_index")],
    ids=["function", "task", "command"],
)
def test_everything_can_be_indexed_afresh(build):
    make_commitment(title_en="Count the otters")
    before = Edition.current()

    build()

    assert finds("otters")
    assert Edition.current() > before


def test_a_rebuild_forgets_words_that_nobody_uses():
    commitment = make_commitment(title_en="Count the otters")
    rebuild()
    commitment.title_en = "Count the beavers"
    commitment.save()

    rebuild()

    assert not Word.objects.filter(folded="otters").exists()
    assert Word.objects.filter(folded="beavers", written="beavers").exists()


def test_a_rebuild_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr(indexing, "CHUNK", 2)
    for _ in range(5):
        make_commitment()
    said = []

    assert rebuild(lambda done, of: said.append((done, of))) == 5
    assert said == [(2, 5), (4, 5), (5, 5)]


def test_indexing_asks_the_same_number_of_queries_for_one_or_many():

    make_commitment(subjects=[make_subject()])
    few = cost_of(lambda: list(Commitment.get_indexed_objects()))
    for _ in range(8):
        make_milestone(make_commitment(subjects=[make_subject()]))
    many = cost_of(lambda: [each.wording for each in Commitment.get_indexed_objects()])

    assert few == many


@pytest.mark.parametrize("tokens", [1, 60, 400])
def test_any_number_of_words_can_be_asked_for_at_once(tokens):
    assert holding([f"n{number}" for number in range(tokens)], Tier, Commitment) == {}


def test_only_commitments_are_found_whatever_else_is_in_the_index():
    commitment = make_commitment(title_en="Count the otters")
    reindex(commitment)
    entry = IndexEntry.objects.get()
    stranger = ContentType.objects.get_for_model(Word)
    # Not one of ours, and one of ours that has gone since.
    entries = IndexEntry.objects.filter(pk=entry.pk)
    assert finds("otters")

    entries.update(content_type=stranger)
    assert not finds("otters")
    entries.update(content_type=entry.content_type, object_id=str(10**6))
    assert not finds("otters")


def test_new_words_cost_one_query_and_words_asked_before_none(django_assert_num_queries):
    reindex(make_commitment(title_en="Count the otters of every river"))
    catalogue = Catalogue.current()
    find("otters", catalogue)

    with django_assert_num_queries(1):
        find("count rivers", catalogue)
    with django_assert_num_queries(0):
        find("otters in a river", catalogue)


@pytest.mark.parametrize("seed", range(20))
def test_a_text_that_is_read_in_pieces_says_the_words_of_the_whole(seed):
    """Apostrophes and what stands around them are where one could go wrong."""
    letters = Random(seed).choices("aéLdqus01'’_ .-…\n", k=600)
    text = "".join(letters)

    in_pieces = [word.written for run in runs(text) for word in words(run)]

    assert in_pieces == [word.written for word in words(text)]
