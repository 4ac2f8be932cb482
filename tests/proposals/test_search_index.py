import pytest
from django.core.management import call_command
from modelsearch.models import IndexEntry

from commitments.search.finding import find
from commitments.search.indexing import rebuild as rebuild_commitments
from network.models import Edition, Organization
from proposals.catalogue import Catalogue
from proposals.models import Proposal, ProposalWord
from proposals.search import indexing
from proposals.tasks import rebuild_search_index
from tests.factories import make_commitment, make_organization, make_proposal, make_subject

pytestmark = pytest.mark.django_db


def finds(query):
    Catalogue.forget()
    return find(query, Catalogue.current(), exact=True).mask.bit_count()


def test_a_proposal_is_found_once_it_is_indexed_by_all_that_it_says():
    proposal = make_proposal(
        title="Lanterns",
        problem="Dark alleys.",
        ask="Light them.",
        gain="Pedestrians.",
        issues=[make_subject(name="Streets", name_fr="Rues")],
    )
    assert not finds("lanterns")

    assert indexing.refresh(proposal)

    for word in ("lantern", "alley", "light", "pedestrian", "street", "rue"):
        assert finds(word) == 1, word


def test_it_is_found_by_its_organization_once_that_has_confirmed():
    proposal = make_proposal(organization=make_organization(name_en="Friends of Otters"))
    indexing.refresh(proposal)
    assert not finds("otters")

    Proposal.objects.filter(pk=proposal.pk).update(vouched_at=proposal.created_at)
    indexing.refresh(proposal)

    assert finds("otters")

    Organization.objects.update(state="refused", reason="duplicate", reason_words="Twice.")
    indexing.refresh(proposal)

    assert not finds("otters")


@pytest.mark.parametrize("state", ["hidden", "withdrawn", "waiting"])
def test_what_is_no_longer_public_is_taken_out_of_the_index(state):
    proposal = make_proposal(title="Count the otters")
    indexing.refresh(proposal)

    Proposal.objects.filter(pk=proposal.pk).update(state=state)
    indexing.refresh(proposal)

    assert not finds("otters")
    assert not IndexEntry.objects.filter(object_id=str(proposal.pk)).exists()


def test_a_rebuild_takes_out_what_was_forgotten_there():
    proposal = make_proposal(title="Count the otters")
    indexing.refresh(proposal)
    Proposal.objects.filter(pk=proposal.pk).update(state="hidden")

    assert indexing.rebuild() == 0

    assert not IndexEntry.objects.exists()
    assert not ProposalWord.objects.exists()


def test_what_was_struck_no_longer_finds_it():
    proposal = make_proposal(title="Ask Erasmus about otters")
    indexing.refresh(proposal)

    Proposal.objects.filter(pk=proposal.pk).update(title="Ask about otters")
    indexing.refresh(proposal)

    assert not finds("erasmus")
    assert finds("otters")


def test_commitments_and_proposals_are_not_found_in_place_of_each_other():
    commitment = make_commitment(title_en="Count the otters")
    rebuild_commitments()
    proposal = make_proposal(pk=commitment.pk, title="Count the bees")
    indexing.refresh(proposal)

    assert not finds("otters")
    assert finds("bees") == 1


def test_an_index_that_cannot_be_written_does_not_fail_the_change(monkeypatch, caplog):
    def broken(instance):
        raise RuntimeError("no room left")

    proposal = make_proposal()
    monkeypatch.setattr(indexing.indexing.index, "insert_or_update_object", broken)

    assert not indexing.refresh(proposal)
    assert "could not be brought up to date" in caplog.text


@pytest.mark.parametrize(
    "build",
    [
        indexing.rebuild,
        lambda: rebuild_search_index.delay(),
        lambda: call_command("rebuild_search_index"),
    ],
    ids=["function", "task", "command"],
)
def test_every_proposal_can_be_indexed_afresh(build):
    make_proposal(title="Count the otters")
    before = Edition.current()

    build()

    assert finds("otters")
    assert Edition.current() > before


def test_proposals_are_indexed_afresh_each_night(settings):
    tasks = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]

    assert "proposals.tasks.rebuild_search_index" in tasks


def test_words_are_read_afresh_only_when_some_have_come(django_assert_num_queries):
    indexing.refresh(make_proposal(title="Count the otters"))
    Catalogue.forget()
    known = Catalogue.current().vocabulary
    Catalogue.forget()
    shelf = Catalogue.current()

    with django_assert_num_queries(1):
        assert shelf.vocabulary is known
    indexing.refresh(make_proposal(title="Zither lessons"))
    Catalogue.forget()
    assert Catalogue.current().vocabulary is not known


def test_the_longest_proposal_is_indexed():
    text = " ".join(f"word{number}" for number in range(6000))[:60_000]
    proposal = make_proposal(problem=text, ask=text, gain=text)

    assert indexing.refresh(proposal)
    assert finds("word5000")
