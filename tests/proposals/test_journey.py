"""The journey of a proposal, its answer on its page, and where a commitment came from."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django.asserts import assertContains, assertNotContains

from commitments.models import Assessor, Scale
from proposals import answering, journey
from proposals.models import Lineage, Proposal, Step
from proposals.rows import Told
from tests.counting import cost_of
from tests.factories import (
    make_assessment,
    make_call,
    make_commitment,
    make_institution,
    make_milestone,
    make_organization,
    make_plan,
    make_proposal,
    make_response,
    make_staff,
    make_support,
)

pytestmark = pytest.mark.django_db


def page(client, proposal, language="en"):
    with translation.override(language):
        return client.get(proposal.get_absolute_url())


def kinds(proposal):
    proposal.refresh_from_db()
    return [moment.kind for moment in journey.shown_on(Told(proposal.pk))["journey"]]


def test_the_journey_is_one_line_of_time_from_the_first_day_to_the_commitment(client):
    proposal = make_proposal()
    make_support(proposal)
    make_support(proposal)
    make_support(proposal, organization=make_organization())
    other = make_proposal(title="Count my bees")
    Proposal.objects.filter(pk=other.pk).update(state="merged", merged_into=proposal)
    Step.objects.create(
        proposal=other, before="published", after="merged", at=timezone.now() - timedelta(days=2)
    )
    promise = make_commitment(make_plan(title_en="The plan", released="2199-01-01"), number=7)
    response = make_response(proposal, [promise], outcome="adopted")
    Lineage.objects.create(proposal=proposal, commitment=promise, response=response)

    text = page(client, proposal).text

    assert kinds(proposal) == [
        "put_forward", "confirmed", "published", "merged", "supported", "answered", "became",
    ]  # fmt: skip
    assert "Another was merged into this one:" in text
    assert "Count my bees" in text
    assert "First supported; so far by 2 people and 1 organization" in text
    assert "Became commitment 7 of “The plan”:" in text


def test_the_commitment_it_became_brings_its_milestones_and_each_assessor_apart(client):
    proposal = make_proposal()
    promise = make_commitment()
    make_milestone(promise, code="7.1", label_en="Open one hive", due="2031-03")
    make_assessment(promise)
    make_assessment(
        promise, assessor=Assessor.IRM, phase="end_of_term", scale=Scale.IRM_EARLY_RESULTS,
        code="Marginal", wording_en="", source_url="https://example.org/irm",
    )  # fmt: skip
    Lineage.objects.create(
        proposal=proposal, commitment=promise, source_url="https://example.org/says-so"
    )

    response = page(client, proposal)

    assertContains(response, "Open one hive")
    assertContains(response, "Due March 2031")
    assertContains(response, "All deliverables on schedule")
    assertContains(response, "Marginal")
    assertContains(response, "The network has not assessed this yet")
    assertContains(response, "https://example.org/says-so")


def test_what_was_undone_is_no_part_of_the_journey(client):
    proposal = make_proposal()
    undone = {"reason": "abuse", "words": "Rude.", "undone_at": timezone.now()}
    Step.objects.create(proposal=proposal, before="published", after="hidden", **undone)

    assert "hidden" not in kinds(proposal)


def test_hiding_and_putting_back_are_told_without_the_reason_for_the_author(client):
    proposal = make_proposal()
    said = {"reason": "abuse", "words": "You were rude."}
    Step.objects.create(proposal=proposal, before="published", after="hidden", **said)
    Step.objects.create(proposal=proposal, before="hidden", after="published")

    response = page(client, proposal)

    assertContains(response, "Put back by a moderator")
    assertNotContains(response, "You were rude.")


def test_an_idea_put_forward_elsewhere_has_only_the_day_that_is_known(client):
    idea = make_proposal(
        dated="2016",
        created_at="2016-01-01T05:00Z",
        published_at="2016-01-01T05:00Z",
        import_key="idea",
        source_url="https://example.org/idea",
        votes_elsewhere=3,
        problem="",
    )

    response = page(client, idea)

    assert kinds(idea) == ["put_forward"]
    assertContains(response, "an earlier consultation, on another site (3 votes there)")
    assertNotContains(response, "Jan.")


def test_the_answer_stands_with_its_reason_institution_office_date_and_source(client):
    proposal = make_proposal()
    office = make_institution(name_en="Office of Hives", name_fr="Bureau des ruches")
    make_response(
        proposal,
        [make_commitment(title_en="Count the bees of the land")],
        institution=office,
        reason_en="<b>Asleep</b>",
        answered_on="2030-02-01",
        source_url="https://example.org/answer",
    )

    response = page(client, proposal)

    for words in (
        "Not now", "&lt;b&gt;Asleep", "Office of Hives</a>, Bee Office", "Feb. 1, 2030",
        "https://example.org/answer", "Count the bees of the land",
    ):  # fmt: skip
        assertContains(response, words)
    french = page(client, proposal, "fr")
    assertContains(french, "Les ruches dorment")
    assertContains(french, "Bureau des ruches</a>, Bureau des abeilles")
    assertNotContains(french, "Asleep")


def test_an_earlier_answer_stays_in_sight(client):
    proposal = make_proposal()
    make_response(proposal, reason_en="Too early.", replaced_at=timezone.now())
    make_response(proposal, outcome="adopted", reason_en="Spring has come.")

    response = page(client, proposal)

    assertContains(response, "One earlier answer")
    text = response.text
    assert text.index("Spring has come.") < text.index("Too early.")
    assert text.index("<details") < text.index("Too early.")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-3, "No answer yet: due in 3 days"),
        (-1, "No answer yet: due in one day"),
        (0, "No answer yet: due today"),
        (1, "No answer yet: overdue by one day"),
        (9, "No answer yet: overdue by 9 days"),
    ],
)
def test_without_an_answer_it_says_by_when_or_how_late(client, days, said):
    due = timezone.localdate() - timedelta(days=days)

    assertContains(page(client, make_proposal(consultation=make_call(answers_due=due))), said)


def test_a_merged_one_shows_the_answer_that_it_shares(client):
    target = make_proposal(title="Count all bees")
    merged = make_proposal()
    Proposal.objects.filter(pk=merged.pk).update(state="merged", merged_into=target)
    make_response(target, reason_en="One count is enough.")

    response = page(client, merged)

    assertContains(response, "shares its answer")
    assertContains(response, "Count all bees")
    assertContains(response, "One count is enough.")


def test_a_proposal_costs_the_same_queries_with_little_or_much(client):
    def fill(proposal, count):
        for _n in range(count):
            make_support(proposal)
            promise = make_commitment()
            make_milestone(promise)
            make_assessment(promise)
            response = make_response(proposal, [promise], replaced_at=timezone.now())
            Lineage.objects.create(proposal=proposal, commitment=promise, response=response)
            other = make_proposal()
            Proposal.objects.filter(pk=other.pk).update(state="merged", merged_into=proposal)
            Step.objects.create(proposal=other, before="published", after="merged")
        return proposal

    def cost(proposal):
        return cost_of(client.get, proposal.get_absolute_url())

    assert cost(fill(make_proposal(), 1)) == cost(fill(make_proposal(), 6))


# --- On the commitment ------------------------------------------------------------


def test_a_commitment_says_where_it_came_from(client):
    promise = make_commitment()
    proposal = make_proposal(title="Compter les abeilles", language="fr")
    Lineage.objects.create(
        proposal=proposal,
        commitment=promise,
        note_en="The plan says so.",
        note_fr="Le plan le dit.",
        source_url="https://example.org/plan",
    )

    response, french = page(client, promise), page(client, promise, "fr")

    assertContains(response, "Where it came from")
    assertContains(response, '<span lang="fr">Compter les abeilles</span>')
    assertContains(response, "The plan says so.")
    assertContains(response, "https://example.org/plan")
    assertContains(response, reverse("proposals:proposal", args=[proposal.pk]))
    assertContains(french, "D’où il vient")
    assertContains(french, "Le plan le dit.")


@pytest.mark.parametrize("state", ["hidden", "withdrawn"])
def test_of_a_proposal_that_is_not_public_a_commitment_says_nothing(client, state):
    promise = make_commitment()
    proposal = make_proposal(title="Rude words", state=state)
    Lineage.objects.create(proposal=proposal, commitment=promise, source_url="https://a.example/")

    response = page(client, promise)

    assertNotContains(response, "Rude words")
    assertNotContains(response, "https://a.example/")
    assertContains(response, "Which proposals led to it: none is recorded here.")


def test_an_answer_that_adopts_shows_on_the_commitment_at_once(client):
    promise, proposal = make_commitment(), make_proposal(title="Count the bees")
    assertNotContains(page(client, promise), "Count the bees")
    stands = make_response(outcome="adopted")
    facts = {name: getattr(stands, name) for name in answering.FACTS}
    said = answering.Said(institution=stands.institution, commitments=[promise], **facts)

    answering.answer([proposal], said, by=make_staff())

    assertContains(page(client, promise), "So says the answer to the proposal.")


def test_it_became_a_commitment_of_an_older_plan_when_the_answer_said_so():
    proposal = make_proposal()
    promise = make_commitment(make_plan(released="2016-07-15"))
    response = make_response(proposal, [promise], outcome="adopted")
    Lineage.objects.create(proposal=proposal, commitment=promise, response=response)

    assert kinds(proposal)[-2:] == ["answered", "became"]
