"""The ledger: what waits longest first, counted in public; on its page and in its files."""

import csv
import io
from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Edition
from proposals import answering, moderating
from proposals.models import Lineage, Proposal
from proposals.roll import Roll
from tests.counting import cost_of
from tests.factories import (
    make_call,
    make_commitment,
    make_institution,
    make_plan,
    make_proposal,
    make_response,
    make_staff,
)

pytestmark = pytest.mark.django_db
EN, FR = "/en/proposals/ledger/", "/fr/propositions/registre/"


def ago(days):
    """Noon of that day: no hour of summer or winter moves it to another."""
    return timezone.make_aware(datetime.combine(day(days), time(12)))


def day(days):
    return timezone.localdate() - timedelta(days=days)


def body(client, name):
    return b"".join(client.get(reverse(f"data:{name}")).streaming_content).decode()


def rows(client):
    text = body(client, "ledger_csv")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_what_waits_comes_first_and_the_oldest_of_it_at_the_top(client):
    make_response(make_proposal(title="Answered", published_at=ago(90)))
    make_proposal(title="Late", published_at=ago(5))
    make_proposal(title="Early", published_at=ago(50))

    text = client.get(EN).text

    assert text.index(">Early<") < text.index(">Late<") < text.index(">Answered<")
    assert "3 proposals" in text
    assert "1 answered" in text
    assert "2 waiting" in text


def test_an_answer_shows_its_outcome_reason_answerer_and_the_days_it_took(client):
    office = make_institution(name_en="Office of Hives")
    proposal = make_proposal(published_at=ago(30))
    make_response(proposal, institution=office, answered_on=day(10), reason_en="<i>Not</i> now.")

    response = client.get(EN)

    assertContains(response, '<span class="mark mark-slow">Not now</span>')
    assertContains(response, "&lt;i&gt;Not&lt;/i&gt; now.")
    assertContains(response, "Office of Hives</a>, Bee Office")
    assertContains(response, "took 20 days")


def test_days_are_counted_to_the_first_answer_where_it_was_changed(client):
    proposal = make_proposal(published_at=ago(30))
    make_response(proposal, answered_on=day(29), replaced_at=timezone.now())
    make_response(proposal, outcome="adopted", answered_on=day(2))

    response = client.get(EN)

    assertContains(response, "took 1 day")
    assertContains(response, "Adopted</span>")


def test_the_days_overdue_are_counted_in_public(client):
    call = make_call(closes_at=ago(40), opens_at=ago(60), answers_due=day(7))
    make_proposal(consultation=call, published_at=ago(50))

    response = client.get(EN)

    assertContains(response, "<strong>1 overdue</strong>")
    assertContains(response, "overdue by 7 days")
    assertContains(response, "It was promised by")


def test_before_the_day_it_says_by_when_and_without_one_how_long_it_waits(client):
    make_proposal(consultation=make_call(answers_due=day(-3)), published_at=ago(50))
    standing = make_proposal(consultation=make_call(answers_due=None), published_at=ago(8))
    make_proposal(consultation=make_call(answers_due=day(0)), published_at=ago(8))

    response = client.get(EN)

    assertContains(response, "No answer yet: due in 3 days")
    assertContains(response, "No answer yet: due today")
    assertContains(response, "No answer yet: waiting for 8 days")
    assert standing.is_public


def test_the_ledger_speaks_french(client):
    make_proposal(consultation=make_call(answers_due=day(7)), published_at=ago(50))
    make_response(outcome="adopted")

    response = client.get(FR)

    assertContains(response, "Le registre des réponses")
    assertContains(response, "en retard de 7 jours")
    assertContains(response, "Retenue")
    assertContains(response, "Les ruches dorment")
    assertContains(response, 'lang="en">Count the bees')


def test_a_filter_that_is_left_alone_says_so_whatever_it_filters(client):
    make_proposal()

    assertContains(client.get(FR), ">Peu importe<", count=4)
    assertContains(client.get(EN), ">All<", count=4)


def test_what_was_never_public_is_not_in_it(client):
    for state in ("unconfirmed", "vouching", "waiting", "refused"):
        if state != "vouching":
            make_proposal(state=state, title="Never seen")
    make_proposal(state="withdrawn", title="Never seen", published_at=None)

    assertNotContains(client.get(EN), "Never seen")
    assertContains(client.get(EN), "No proposal has been published yet")


def test_hidden_and_withdrawn_ones_leave_a_row_without_their_title(client):
    make_proposal(state="hidden", title="Rude words")
    make_proposal(state="withdrawn", title="Rude words")

    response = client.get(EN)

    assertContains(response, "Hidden</span>")
    assertContains(response, "Withdrawn by its author</span>")
    assertNotContains(response, "Rude words")
    assert "Rude words" not in body(client, "ledger_csv")
    assert "Rude words" not in body(client, "ledger_json")


def test_a_merged_one_shares_the_answer_of_the_other_and_points_to_it(client):
    target = make_proposal(title="Count all bees")
    Proposal.objects.filter(pk=make_proposal(title="Count mine").pk).update(
        state="merged", merged_into=target
    )
    make_response(target, outcome="in_part")

    response = client.get(EN)

    assertContains(response, "Merged into another, whose answer it shares:")
    assertContains(response, "Adopted in part</span>", count=2)
    merged = next(row for row in rows(client) if row["title"] == "Count mine")
    assert (merged["merged_into"], merged["outcome"]) == (str(target.pk), "in_part")


def test_one_that_was_merged_twice_over_shares_the_answer_of_what_it_stands_in_now(client):
    last = make_proposal(title="The last of three")
    second = make_proposal(state="merged", merged_into=last)
    make_proposal(title="The first of three", state="merged", merged_into=second)
    make_response(last, outcome="adopted")

    assertContains(client.get(EN), ">Adopted</span>", count=3)
    assert [row["outcome"] for row in rows(client)] == ["adopted"] * 3


def test_the_title_of_a_hidden_one_is_not_told_by_what_was_merged_into_it(client):
    target = make_proposal(title="Rude words", state="hidden")
    Proposal.objects.filter(pk=make_proposal().pk).update(state="merged", merged_into=target)

    response = client.get(EN)

    assertNotContains(response, "Rude words")
    assertContains(response, "<p>Merged into another, which can no longer be read here.</p>")


def test_the_counts_add_up_to_the_whole(client):
    call = make_call(closes_at=ago(40), opens_at=ago(60), answers_due=day(7))
    for _n in range(2):
        make_proposal(consultation=call, published_at=ago(50))
    make_proposal()
    target = make_proposal()
    make_response(target)
    make_proposal(state="merged", merged_into=target)
    make_proposal(state="hidden")
    make_proposal(state="withdrawn")

    english, french = client.get(EN), client.get(FR)

    said = "7 proposals · 1 answered · 3 waiting, <strong>2 overdue</strong> · 1 merged · 2 removed"
    assertContains(english, said)
    assertContains(french, "en retard</strong> · 1 fusionnée · 2 qu’on ne peut plus lire")
    assertContains(
        client.get(EN, {"unanswered": "on"}), "3 waiting, <strong>2 overdue</strong></p>"
    )


def test_an_outcome_lets_those_through_that_show_it_since_they_were_merged(client):
    target = make_proposal(title="The other")
    second = make_proposal(title="In between", state="merged", merged_into=target)
    make_proposal(title="Mine", state="merged", merged_into=second)
    office = make_response(target, outcome="adopted").institution
    make_response(make_proposal(title="Later"))

    for asked in ({"outcome": "adopted"}, {"institution": office.slug}):
        response = client.get(EN, asked)
        assertContains(response, ">Adopted</span>", count=3)
        assertContains(response, "3 proposals · 1 answered · 0 waiting · 2 merged</p>")
        assertNotContains(response, ">Later<")
    assertNotContains(client.get(EN, {"outcome": "not_now"}), ">Mine<")


def test_of_an_earlier_call_nothing_is_counted_that_is_not_known(client):
    call = make_call(source_url="https://example.org/call", held="2016", answers_due=None)
    idea = make_proposal(
        consultation=call,
        dated="2016",
        published_at="2016-01-01T05:00Z",
        import_key="idea",
        source_url="https://example.org/idea",
    )
    promise = make_commitment(make_plan(slug="2030-2032"), number=7)
    Lineage.objects.create(proposal=idea, commitment=promise, source_url="https://example.org/")

    response = client.get(EN)

    assertContains(response, "No answer was found in the sources")
    assertContains(response, "Commitment 7, 2030-2032")
    assertContains(response, "1 of an earlier call whose answer was not found")
    assertNotContains(response, "Jan.")
    [row] = rows(client)
    assert (row["published"], row["days_waiting"], row["outcome"]) == ("2016", "", "")
    assert row["commitments"] == promise.code


def test_each_filter_lets_through_what_it_says(client):
    call, office = make_call(), make_institution()
    make_response(make_proposal(title="Yes", consultation=call), outcome="adopted")
    make_response(make_proposal(title="Later"), institution=office)
    make_proposal(title="Silence", published_at="2020-03-03T12:00Z")
    hidden = make_proposal(title="Gone", state="hidden")
    make_response(hidden, institution=office)

    def found(**asked):
        text = client.get(EN, asked).text
        return {title for title in ("Yes", "Later", "Silence") if f">{title}<" in text}

    assert found(call=call.slug) == {"Yes"}
    assert found(outcome="adopted") == {"Yes"}
    assert found(institution=office.slug) == {"Later"}
    assert found(unanswered="on") == {"Silence"}
    assert found(year="2020") == {"Silence"}
    assert found(call=call.slug, unanswered="on") == set()
    assertContains(
        client.get(EN, {"call": call.slug, "unanswered": "on"}), "Nothing has all of these"
    )


@pytest.mark.parametrize("junk", ["\0", "x" * 500, "9" * 40, "<b>", "-1", "²"])
def test_what_a_filter_does_not_know_is_left_out_and_said(client, junk):
    make_proposal(title="Still here")

    for name in ("call", "outcome", "institution", "year"):
        response = client.get(EN, {name: junk})
        assertContains(response, "Still here")
        assertContains(response, "were left out")
    assert client.get(EN, {"page": junk}).status_code == 200
    assert client.get(EN, {"unanswered": junk}).status_code == 200


def test_a_second_page_goes_on_where_the_first_ended(client, monkeypatch):
    monkeypatch.setattr("proposals.ledger.PAGE", 2)
    for n in range(3):
        make_proposal(title=f"Number {n}", published_at=ago(9 - n))

    first, second = client.get(EN), client.get(EN, {"page": 2})

    assertContains(first, "Number 1")
    assertNotContains(first, "Number 2")
    assertContains(second, "Number 2")


def test_a_page_costs_the_same_queries_with_one_row_or_many(client):
    few, many, office = make_call(), make_call(), make_institution()
    for call, count in ((few, 1), (many, 12)):
        for _n in range(count):
            proposal = make_proposal(consultation=call)
            make_response(proposal, [make_commitment()], institution=office)
            make_proposal(consultation=call)
            Proposal.objects.filter(pk=make_proposal(consultation=call).pk).update(
                state="merged", merged_into=proposal
            )

    def cost(call, *, anew):
        def ask():
            if anew:
                Roll.current().drawn(timezone.localdate()).clear()
            return client.get(EN, {"call": call.slug})

        return cost_of(ask)

    assert cost(few, anew=True) == cost(many, anew=True)
    # The edition alone, once its rows are drawn.
    assert cost(few, anew=False) == cost(many, anew=False) == 1


def test_what_is_decided_shows_at_once_in_what_was_drawn_before(client):
    staff = make_staff()
    mine, other = make_proposal(title="Count mine, Ada"), make_proposal(title="Count all")
    rude = make_proposal(title="Rude words")
    before = client.get(EN).text
    assert before.count("No answer yet") == 3
    assert client.get(FR).text.count("Pas encore de réponse") == 3

    moderating.strike(mine, by=staff, field="title", passage=", Ada", why="Private.")
    moderating.merge(mine, other, by=staff)
    moderating.hide(rude, by=staff, reason="abuse", words="You were rude.")
    stands = make_response(make_proposal(state="waiting"), outcome="in_part")
    facts = {name: getattr(stands, name) for name in answering.FACTS}
    said = answering.Said(institution=stands.institution, **facts)
    answering.answer([other], said, by=staff)
    after, french = client.get(EN).text, client.get(FR).text

    assert ", Ada" not in after
    assert "Rude words" not in after
    assert after.count("Adopted in part</span>") == french.count("Retenue en partie</span>") == 2
    assert "1 answered" in after
    assert "0 waiting" in after

    moderating.undo(rude, by=staff)
    assert "Rude words" in client.get(EN).text


def test_days_are_counted_anew_each_day(client, monkeypatch, settings):
    settings.PAGE_CACHE_SECONDS = 0
    make_proposal(consultation=make_call(answers_due=day(0)), published_at=ago(8))
    make_proposal(consultation=make_call(answers_due=None), published_at=ago(8))
    today = client.get(EN)
    tomorrow, moment = day(-1), timezone.localdate
    monkeypatch.setattr(timezone, "localdate", lambda *of: moment(*of) if of else tomorrow)

    then = client.get(EN)

    assertContains(today, "waiting for 8 days")
    assertContains(today, "due today")
    assertNotContains(today, "overdue</strong>")
    assertContains(then, "waiting for 9 days")
    assertContains(then, "overdue by one day")
    assertContains(then, "1 overdue</strong>")


def test_a_call_is_offered_as_a_filter_from_its_announcement_on(client, monkeypatch, settings):
    settings.PAGE_CACHE_SECONDS = 0
    call = make_call(title_en="In a while", published_at=timezone.now() + timedelta(days=1))
    assertNotContains(client.get(EN), "In a while")
    then = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: then)

    assertContains(client.get(EN), "In a while")
    assertNotContains(client.get(EN, {"call": call.slug}), "were left out")


def test_each_filter_shows_what_was_chosen_and_nothing_that_was_not(client, settings):
    settings.PAGE_CACHE_SECONDS = 0
    call = make_call()
    make_proposal(consultation=call)
    chosen = f'<option value="{call.slug}" selected>'

    for asked, shown in (({"call": call.slug}, True), ({}, False), ({"call": "none"}, False)):
        for _again in range(2):
            text = client.get(EN, asked).text
            assert (chosen in text) is shown
            assert ('aria-invalid="true"' in text) is (asked.get("call") == "none")
    assertContains(client.get(EN, {"unanswered": "on"}), "checked")
    assertNotContains(client.get(EN), "checked")


def test_a_post_is_not_taken_and_a_get_changes_nothing(client):
    before = Edition.current()

    assert client.post(EN).status_code == 405
    client.get(EN)

    assert Edition.current() == before
