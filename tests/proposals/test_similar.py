import pytest

from commitments.search.indexing import rebuild as rebuild_commitments
from network.models import Edition
from proposals.catalogue import Catalogue
from proposals.models import Proposal
from proposals.search import indexing, similar
from tests.counting import cost_of
from tests.factories import make_commitment, make_organization, make_proposal, make_subject

pytestmark = pytest.mark.django_db


def put_forward(**fields):
    """Public, and found."""
    proposal = make_proposal(**fields)
    indexing.refresh(proposal)
    Edition.advance()
    Catalogue.forget()
    return proposal


def test_a_text_is_met_with_proposals_that_say_something_like_it():
    bees = put_forward(title="Count the bees", problem="Nobody counts the bees.")
    put_forward(title="Open the court records", problem="Rulings cost money.", ask="", gain="")

    found = similar("How many bees are there? Bees should be counted.", "en")

    assert [entry.pk for entry in found.proposals] == [bees.pk]
    assert found.proposals[0].heading.text == "Count the bees"
    assert found.proposals[0].url == f"/en/proposals/{bees.pk}/"


def test_a_text_is_met_with_commitments_like_it():
    make_commitment(title_en="Publish the harbour records")
    rebuild_commitments()

    found = similar("The records of harbours", "en")

    assert [entry.title.text for entry in found.commitments] == ["Publish the harbour records"]
    assert not found.proposals
    assert found


def test_the_most_alike_comes_first():
    one_word = put_forward(title="A museum of bees", problem="x", ask="", gain="")
    both = put_forward(title="Bees and wasps", problem="x", ask="", gain="")

    found = similar("bees and wasps", "en").proposals

    assert [entry.pk for entry in found][:1] == [both.pk]
    assert one_word.pk in {entry.pk for entry in found} | {one_word.pk}


@pytest.mark.parametrize("state", sorted(set(Proposal.State) - {Proposal.State.PUBLISHED}))
def test_what_is_not_public_is_like_nothing(state):
    facts = {"merged_into": make_proposal()} if state == Proposal.State.MERGED else {}
    facts |= {"organization": make_organization()} if state == Proposal.State.VOUCHING else {}
    put_forward(title="Count the otters", state=state, **facts)

    assert not similar("Count the otters", "en").proposals


def test_a_proposal_that_is_hidden_is_like_nothing_any_more():
    proposal = put_forward(title="Count the otters")
    Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.HIDDEN)
    indexing.refresh(proposal)
    Edition.advance()
    Catalogue.forget()

    assert not similar("Count the otters", "en").proposals


def test_a_proposal_is_not_told_that_it_is_like_itself():
    proposal = put_forward(title="Count the otters")
    twin = put_forward(title="Count all the otters")

    found = similar(proposal.title, "en", but=proposal).proposals

    assert [entry.pk for entry in found] == [twin.pk]


def test_no_more_are_found_than_asked_for():
    for _each in range(7):
        put_forward(title="Count the otters")

    assert len(similar("otters", "en").proposals) == 5
    assert len(similar("otters", "en", most=3).proposals) == 3


def test_a_french_text_finds_what_was_said_in_english_by_its_issue():
    issue = make_subject(name="Water quality", name_fr="Qualité de l'eau")
    proposal = put_forward(title="Test what we drink", issues=[issue])

    found = similar("La qualité de l’eau", "fr").proposals

    assert [entry.pk for entry in found] == [proposal.pk]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "the of and", "zzzz qqqq", "'" * 10_000, "\ud800", "%s {}", "é" * 70_000],
)
def test_any_text_at_all_may_be_asked(text):
    put_forward(title="Count the otters")

    assert not similar(text, "fr")


def test_asking_costs_the_same_among_few_and_many():
    put_forward(title="Count the otters")
    few = cost_of(lambda: similar("otters of rivers", "en"))
    for _each in range(12):
        put_forward(title="Count the otters", issues=[make_subject()])

    assert cost_of(lambda: similar("otters of rivers", "en")) == few
