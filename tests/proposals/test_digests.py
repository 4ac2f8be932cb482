"""What a digest tells: all that is new, nothing twice, nothing left out."""

from datetime import timedelta

import pytest

from commitments.actions import publish_change
from commitments.models import Change
from proposals import happenings
from proposals.happenings import Kind, record
from proposals.models import Follower, Proposal, Response
from proposals.tasks import write_digests
from tests.factories import (
    make_call,
    make_commitment,
    make_follow,
    make_organization,
    make_proposal,
    make_response,
    make_subject,
    make_support,
)
from tests.proposals.news import MONDAY, answer, letters

pytestmark = pytest.mark.django_db


def test_all_that_is_new_comes_in_one_letter_under_what_it_is_about(morning):
    call, issue = make_call(title_en="Ideas for the plan"), make_subject(name="Bees")
    proposal = make_proposal(title="Count the bees", consultation=call)
    commitment = make_commitment(title_en="Open the hives", subjects=[issue])
    for target in (proposal, call, commitment, issue):
        make_follow(target)
    answer(proposal)
    newer = make_proposal(title="Count the wasps", consultation=call, issues=[issue])
    record(Kind.PUBLISHED, proposal=newer)
    record(Kind.EXTENDED, consultation=call)
    publish_change(Change.Kind.CHANGED, commitment, ["summary_en"], by=None)
    morning(1)

    assert write_digests() == 1

    [letter] = letters()
    assert letter.to == "ada@example.org"
    assert letter.subject == "What you follow: 4 pieces of news"
    for words in ("Answered: Adopted", "Count the wasps", "Extended", "Open the hives"):
        assert letter.text.count(words) == 1 or words == "Open the hives"
        assert words in letter.html
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"following/{Follower.objects.get().seal}/" in letter.text


def test_each_piece_comes_once_over_days_and_none_is_left_out(morning):
    call = make_call()
    make_follow(call)
    told = []
    for day in range(1, 6):
        for n in range(day % 3):
            title = f"Idea {day}-{n}"
            record(Kind.PUBLISHED, proposal=make_proposal(title=title, consultation=call))
            told.append(title)
        morning(day)
        write_digests()
        write_digests()

    said = "\n".join(letter.text for letter in letters())
    assert len(letters()) == 4
    for title in told:
        assert said.count(title) == 1


def test_who_follows_a_call_hears_that_an_answer_in_it_was_changed(morning):
    call = make_call()
    proposal = make_proposal(title="Count the bees", consultation=call)
    first = answer(proposal)
    make_follow(call)
    Response.objects.filter(pk=first.pk).update(replaced_at=MONDAY)
    make_response(proposal, outcome=Response.Outcome.NOT_NOW)
    record(Kind.REANSWERED, proposal=proposal)
    morning(1)

    write_digests()

    assert "Its answer was changed: Not now" in letters()[0].text


def test_what_came_before_it_was_followed_is_no_news(morning):
    proposal = make_proposal()
    answer(proposal)
    commitment = make_commitment()
    publish_change(Change.Kind.CHANGED, commitment, ["summary_en"], by=None)
    make_follow(proposal)
    make_follow(commitment)
    morning(1)

    assert write_digests() == 0


def test_one_thing_followed_in_two_ways_is_told_once(morning):
    call, issue = make_call(), make_subject()
    for target in (call, issue):
        make_follow(target)
    new = make_proposal(title="Count the wasps", consultation=call, issues=[issue])
    record(Kind.PUBLISHED, proposal=new)
    morning(1)
    write_digests()

    assert letters()[0].text.count("Count the wasps") == 1


def test_one_published_twice_within_the_hour_of_undoing_is_told_once(morning):
    call = make_call()
    make_follow(call)
    new = make_proposal(title="Count the wasps", consultation=call)
    record(Kind.PUBLISHED, proposal=new)
    record(Kind.PUBLISHED, proposal=new)
    morning(1)
    write_digests()

    assert letters()[0].text.count("Count the wasps") == 1


def test_no_word_of_what_was_hidden_since_gets_out(morning):
    call = make_call()
    proposal = make_proposal(title="Something abusive", consultation=call)
    make_follow(call)
    make_follow(proposal, "bea@example.org")
    record(Kind.PUBLISHED, proposal=proposal)
    Proposal.objects.update(state="hidden")
    record(Kind.HIDDEN, proposal=proposal)
    morning(1)

    assert write_digests() == 1

    [letter] = letters()
    assert letter.to == "bea@example.org"
    assert "was removed" in letter.text
    assert "abusive" not in letter.text + letter.html + letter.subject


def test_who_follows_what_was_merged_hears_of_where_it_went(morning):
    proposal, into = make_proposal(title="Count the bees"), make_proposal(title="Count insects")
    make_follow(proposal)
    Proposal.objects.filter(pk=proposal.pk).update(state="merged", merged_into=into)
    record(Kind.MERGED, proposal=proposal)
    answer(into)
    morning(1)
    write_digests()

    assert "Merged into “Count insects”" in letters()[0].text
    assert "Count insects: Answered: Adopted" in letters()[0].text


def test_who_follows_a_commitment_hears_of_the_idea_it_came_from(morning):
    commitment = make_commitment()
    make_follow(commitment)
    record(Kind.BECAME, proposal=make_proposal(title="Count the bees"), commitment=commitment)
    morning(1)
    write_digests()

    assert f"Count the bees: Became commitment {commitment.number}" in letters()[0].text


def test_an_organization_that_withdrew_is_still_told_of_only_while_it_is_listed(morning):
    proposal = make_proposal()
    make_follow(proposal)
    friends = make_organization(name_en="Friends")
    make_support(proposal, organization=friends)
    record(Kind.SUPPORTED, proposal=proposal, organization=friends)
    proposal.supports.all().delete()
    morning(1)

    assert write_digests() == 0


def test_a_call_opens_by_the_clock_once(morning):
    call = make_call(opens_at=MONDAY + timedelta(days=1), closes_at=MONDAY + timedelta(days=60))
    make_follow(call)
    assert happenings.record_openings() == 0
    morning(2)

    assert (happenings.record_openings(), happenings.record_openings()) == (1, 0)
    write_digests()

    assert "Open for ideas" in letters()[0].text
    make_follow(call, "bea@example.org")
    morning(3)
    assert write_digests() == 0


def test_who_followed_an_open_call_is_not_told_that_it_opened(morning):
    morning(2)
    call = make_call(opens_at=MONDAY, closes_at=MONDAY + timedelta(days=60))
    make_follow(call)
    morning(3)
