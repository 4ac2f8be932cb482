"""When digests are written: one letter a morning, none without news, whatever breaks."""

from datetime import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from network.models import Letter
from proposals import digesting
from proposals.happenings import Kind, record
from proposals.models import Follower
from proposals.tasks import write_digests
from tests.counting import cost_of
from tests.factories import make_call, make_follow, make_proposal, make_subject
from tests.proposals.news import TORONTO, answer, letters, supported

pytestmark = pytest.mark.django_db


def test_without_news_there_is_no_letter(morning):
    make_follow(make_proposal())
    record(Kind.PUBLISHED, proposal=make_proposal())
    for day in (1, 2, 8):
        morning(day)
        assert write_digests() == 0
    assert not letters()


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
