"""Digests: one letter a morning, nothing twice, nothing left out, none without news."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from commitments.actions import publish_change
from commitments.models import Change
from network.models import Consent, Letter, Stop
from proposals import digesting, happenings
from proposals.happenings import Kind, record
from proposals.models import Follow, Follower, Happening, Proposal, Response
from proposals.tasks import write_digests
from tests.counting import cost_of
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

pytestmark = pytest.mark.django_db
TORONTO = ZoneInfo("America/Toronto")
MONDAY = datetime(2026, 11, 23, 7, tzinfo=TORONTO)


@pytest.fixture
def morning(monkeypatch):
    """Makes it another morning, by whole days from a Monday."""

    def be(days):
        now = MONDAY + timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda: now)

    be(0)
    return be


def letters():
    return list(Letter.objects.filter(kind="list").order_by("pk"))


def answer(proposal, **said):
    response = make_response(proposal, **{"outcome": Response.Outcome.ADOPTED} | said)
    record(Kind.ANSWERED, proposal=proposal)
    return response


def supported(proposal, **named):
    """An organization says that it supports it."""
    friends = make_organization(**named)
    make_support(proposal, organization=friends)
    record(Kind.SUPPORTED, proposal=proposal, organization=friends)


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


def test_without_news_there_is_no_letter(morning):
    make_follow(make_proposal())
    record(Kind.PUBLISHED, proposal=make_proposal())
    for day in (1, 2, 8):
        morning(day)
        assert write_digests() == 0
    assert not letters()


def test_what_came_before_it_was_followed_is_no_news(morning):
    proposal = make_proposal()
    answer(proposal)
    commitment = make_commitment()
    publish_change(Change.Kind.CHANGED, commitment, ["summary_en"], by=None)
    make_follow(proposal)
    make_follow(commitment)
    morning(1)

    assert write_digests() == 0


def test_weekly_letters_wait_for_monday_and_a_missed_monday_is_made_good(morning):
    morning(2)
    proposal = make_proposal()
    make_follow(proposal, rhythm="weekly")
    answer(proposal)
    for day in range(3, 7):
        morning(day)
        assert write_digests() == 0

    morning(8)  # nothing ran on Monday

    assert write_digests() == 1
    supported(proposal)
    morning(9)
    assert write_digests() == 0
    morning(14)
    assert write_digests() == 1


def test_the_morning_is_toronto_s(morning, monkeypatch):
    proposal = make_proposal()
    make_follow(proposal)
    answer(proposal)
    late = datetime(2026, 11, 23, 23, 30, tzinfo=TORONTO)  # the 24th in UTC
    monkeypatch.setattr(timezone, "now", lambda: late)

    assert write_digests() == 0


def test_one_who_is_cut_off_half_way_goes_on_where_it_stopped(morning, monkeypatch):
    proposal = make_proposal()
    for n in range(4):
        make_follow(proposal, f"reader{n}@example.org")
    answer(proposal)
    morning(1)
    build = Letter.build

    def broken(*args, **kwargs):
        if kwargs["to"] == "reader2@example.org":
            raise KeyboardInterrupt
        return build(*args, **kwargs)

    monkeypatch.setattr(Letter, "build", broken)
    with pytest.raises(KeyboardInterrupt):
        digesting.write_due()
    assert [letter.to for letter in letters()] == ["reader0@example.org", "reader1@example.org"]
    monkeypatch.setattr(Letter, "build", build)

    assert write_digests() == 2

    assert sorted(letter.to for letter in letters()) == [f"reader{n}@example.org" for n in range(4)]


def test_who_reads_an_old_row_writes_nothing(morning):
    proposal = make_proposal()
    make_follow(proposal)
    answer(proposal)
    morning(1)
    old, ends = Follower.objects.get(), digesting.Ends.now()
    assert digesting.write(old, ends, timezone.localdate())

    assert not digesting.write(old, ends, timezone.localdate())

    assert len(letters()) == 1


def test_what_happens_after_the_run_began_comes_the_next_morning(morning):
    proposal = make_proposal()
    make_follow(proposal)
    answer(proposal)
    ends = digesting.Ends.now()
    supported(proposal, name_en="Friends")
    morning(1)
    digesting.write(Follower.objects.get(), ends, timezone.localdate())
    assert "Friends" not in letters()[0].text

    morning(2)
    write_digests()

    assert "Friends" in letters()[1].text
    assert "Answered" not in letters()[1].text


def test_more_than_a_letter_holds_comes_in_the_next(morning, monkeypatch):
    monkeypatch.setattr(digesting, "MOST", 3)
    call = make_call()
    make_follow(call)
    for n in range(7):
        record(Kind.PUBLISHED, proposal=make_proposal(title=f"Idea {n}.", consultation=call))
    for day in (1, 2, 3, 4):
        morning(day)
        write_digests()

    assert [letter.text.count("Idea") for letter in letters()] == [3, 3, 1]


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

    assert write_digests() == 0
    assert Happening.objects.filter(kind=Kind.OPENED).count() == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_letter_says_who_sends_it_and_how_to_leave_in_each_language(
    morning, settings, language
):
    proposal = make_proposal(title="Count the bees")
    make_follow(proposal, language=language)
    answer(proposal)
    morning(1)
    write_digests()

    [letter] = letters()
    for part in (settings.MAILING_ADDRESS, settings.CONTACT_ADDRESS, letter.leave_url):
        assert part in letter.text
    assert ("Ce que vous suivez" in letter.subject) == (language == "fr")
    assert "Count the bees" not in letter.subject
    if language == "fr":
        assert '<span lang="en">Count the bees</span>' in letter.html


def test_one_click_of_a_mail_program_ends_it_all_and_on_record(morning):
    proposal = make_proposal()
    make_follow(proposal)
    answer(proposal)
    morning(1)
    write_digests()
    program = Client(enforce_csrf_checks=True, headers={"x-forwarded-proto": "https"})
    way_out = letters()[0].leave_url.removeprefix("https://portal.example")
    assert program.get(way_out).status_code == 200
    assert Follower.objects.exists()

    for _time in range(2):
        response = program.post(way_out, {"List-Unsubscribe": "One-Click"})

        assert response.status_code == 200
    assert not Follow.objects.exists()
    assert Consent.objects.newest().first().act == Consent.Act.WITHDRAWN
    assert Stop.objects.exists()
    supported(proposal)
    morning(2)
    assert write_digests() == 0


def test_a_letter_that_cannot_be_written_holds_up_nobody_and_is_told_later(
    morning, monkeypatch, caplog
):
    proposal = make_proposal()
    for n in range(3):
        make_follow(proposal, f"reader{n}@example.org")
    answer(proposal)
    Follower.objects.filter(address="reader1@example.org").update(email="no address")
    morning(1)

    assert write_digests() == 2

    assert "reader1" not in caplog.text
    Follower.objects.filter(address="reader1@example.org").update(email="reader1@example.org")
    assert write_digests() == 1


def test_a_visitors_words_are_only_text(morning):
    proposal = make_proposal(title="<b>Bees</b> & \u202e")
    make_follow(proposal)
    answer(proposal)
    morning(1)
    write_digests()

    assert "<b>" not in letters()[0].html


def test_the_command_says_how_many(morning, capsys):
    proposal = make_proposal()
    make_follow(proposal)
    answer(proposal)
    morning(1)

    call_command("write_digests")
    call_command("record_openings")

    assert "Digests written: 1." in capsys.readouterr().out


def test_a_digest_of_much_costs_as_much_as_of_little(morning):
    call = make_call()
    make_follow(call)
    days = iter(range(1, 99))

    def run():
        morning(next(days))
        return digesting.write_due()

    def news(count):
        for _n in range(count):
            answer(make_proposal(consultation=call, issues=[make_subject()]))
            record(Kind.EXTENDED, consultation=call)

    def cost(count):
        news(count)
        run()
        news(count)
        return cost_of(lambda: None) + _counted(run)

    assert cost(1) == cost(6)


def _counted(run):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        run()
    return len(queries)
