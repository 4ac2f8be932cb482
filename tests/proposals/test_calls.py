"""Calls for ideas as everyone reads them: timetable, days left, what was done to them."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Edition
from proposals import answering, moderating, pictures
from proposals.models import Consultation, Proposal
from proposals.models import timetable as clock
from tests.counting import cost_of
from tests.factories import make_call, make_plan, make_proposal, make_response, make_staff
from tests.proposals.calling import WHY, make_closed, make_concluded, make_draft

pytestmark = pytest.mark.django_db

LIST, LISTE = "/en/proposals/calls/", "/fr/propositions/appels/"
DAY = timedelta(days=1)


def ottawa(*parts):
    return timezone.make_aware(datetime(*parts))


@pytest.fixture
def at(monkeypatch):
    """Lets it be some moment, for calls and for what is drawn of them."""

    def be(*parts):
        moment = ottawa(*parts).astimezone(UTC)  # as the real one is
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return be


def page(client, call, language="en"):
    root = "/en/proposals/calls" if language == "en" else "/fr/propositions/appels"
    return client.get(f"{root}/{call.slug}/")


# --- The list ----------------------------------------------------------------------


def test_the_standing_call_is_listed_before_anything_else_is_there(client):
    response = client.get(LIST)

    assertContains(response, "Ideas at any time")
    assertContains(response, "Always open")
    assertContains(response, "No call has closed yet.")


def test_a_call_without_answers_says_so_of_answers(client):
    assertContains(page(client, make_call(), "fr"), "<dd>Aucune pour l’instant</dd>", html=True)


def test_the_list_tells_open_announced_and_past_calls_apart(client):
    make_call(title_en="Takes ideas")
    make_call(title_en="Will take ideas", opens_at=timezone.now() + 3 * DAY)
    make_closed(title_en="Took ideas")
    make_concluded(title_en="Is done")
    make_draft(title_en="Is a secret")

    text = client.get(LIST).text

    current, past = text.split('id="past"')
    for title in ("Takes ideas", "Will take ideas"):
        assert title in current
    for title in ("Took ideas", "Is done"):
        assert title in past
        assert title not in current
    assert "Is a secret" not in text
    for state in ("Open", "Announced", "Closed", "Concluded"):
        assert re.search(rf'class="mark mark-\w+">{state}<', text)


def test_what_takes_ideas_now_comes_first_and_the_standing_call_last(client):
    now = timezone.now()
    make_call(title_en="D paused", paused_at=now, closes_at=now + DAY)
    make_call(title_en="C announced", opens_at=now + DAY, closes_at=now + 2 * DAY)
    make_call(title_en="B open longer", closes_at=now + 9 * DAY)
    make_call(title_en="A open", closes_at=now + 3 * DAY)

    text = client.get(LIST).text

    titles = ["A open", "B open longer", "C announced", "D paused", "Ideas at any time"]
    assert sorted(titles, key=text.index) == titles


def test_past_calls_come_in_pages(client):
    for _n in range(21):
        make_closed()

    assertContains(client.get(LIST), "?page=2")
    assert len(client.get(f"{LIST}?page=2").context["page"].object_list) == 1
    assert client.get(f"{LIST}?page=\0nonsense").status_code == 200


# --- One call ----------------------------------------------------------------------


def test_a_page_says_all_that_a_call_promises(client):
    call = make_call(
        plan=make_plan(title_en="The plan of bees"),
        body_en="Tell us **everything** <b>now</b>.",
        questions_en="What hurts?\n\n  Who should act?  ",
        questions_fr="Où est le mal?",
        afterwards_en="All are *read*.",
    )
    make_proposal(consultation=call, title="Count")
    make_proposal(consultation=call, state=Proposal.State.WAITING)
    make_response(make_proposal(consultation=call))

    response = page(client, call)

    assertContains(response, "<strong>everything</strong> &lt;b&gt;now&lt;/b&gt;")
    assert [str(question) for question in call.questions] == ["What hurts?", "Who should act?"]
    for words in (
        "<li>Who should act?</li>",
        "<em>read</em>",
        "The plan of bees",
        "1 of 2 answered",
    ):
        assertContains(response, words)
    assertContains(response, f'href="/en/proposals/new/?call={call.slug}"')
    assertContains(response, f'href="/en/proposals/?call={call.slug}"')
    assertContains(response, '<svg class="callline"')
    assertContains(response, '<time datetime="', count=4)


def test_a_page_has_its_twin_and_speaks_french(client):
    call = make_call(answers_due=date(2030, 6, 1), closes_at=ottawa(2030, 3, 1, 17, 30))

    response = page(client, call, "fr")

    assertContains(response, "Appel à idées")
    assertContains(response, "1er mars 2030 à 17\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30")
    assertContains(response, "1er juin 2030")
    assertContains(response, f'href="/en/proposals/calls/{call.slug}/"')
    assertContains(client.get(LISTE), "Appels à idées")


def test_a_page_tells_machines_what_it_is(client):
    call = make_call(title_en="Bees </script><b>")

    text = page(client, call).text

    facts = json.loads(re.search(r'ld\+json">(.*?)</script>', text)[1])
    assert facts["name"] == "Bees </script><b>"
    assert facts["endDate"] == call.closes_at.isoformat(timespec="seconds")
    assert '<meta property="og:title" content="Bees &lt;/script&gt;&lt;b&gt;">' in text


def test_a_draft_is_not_there_and_the_standing_call_has_no_timetable(client):
    assert page(client, make_draft()).status_code == 404
    response = page(client, Consultation.the_standing_one())
    assertNotContains(response, "callline")
    assertContains(response, "Always open")


def test_a_short_notice_says_why_and_a_long_one_has_nothing_to_say(client):
    now = timezone.now()
    hasty = make_call(published_at=now - 2 * DAY, opens_at=now, short_notice_en="The plan is due.")

    assertContains(page(client, hasty), "The plan is due.")
    assertNotContains(page(client, make_call(short_notice_en="The plan is due.")), "plan is due")


def test_a_pause_and_an_extension_are_told_with_their_reasons(client):
    staff, call = make_staff(), make_call(closes_at=ottawa(2030, 3, 1, 17), answers_due=None)
    call.extend(
        by=staff, closes_at=ottawa(2030, 3, 8, 17), reason_en="Rain <i>.", reason_fr="Pluie."
    )
    call.pause(by=staff, **WHY)

    response = page(client, call)

    assertContains(response, "Extended to March 8, 2030")
    assertContains(response, "It would have closed on March 1, 2030.")
    assertContains(response, "Rain &lt;i&gt;.")
    assertContains(response, WHY["reason_en"])
    assertContains(response, "no day is lost")
    assertContains(response, "waits during the pause", count=1)
    assertNotContains(response, f'?call={call.slug}">Put an idea')
    assertContains(response, 'href="/en/proposals/new/"')
    assertContains(page(client, call, "fr"), WHY["reason_fr"])
    assertNotContains(response, staff.email)


def test_a_pause_on_the_last_day_says_that_it_was_the_last(client, at):
    now = at(2030, 3, 1, 12)
    call = make_call(closes_at=ottawa(2030, 3, 1, 17), paused_at=now)
    call.turns.create(act="paused", by=make_staff(), **WHY)

    assertContains(page(client, call), "It was the last day.")
    assertContains(page(client, call, "fr"), "C’était le dernier jour.")


@pytest.mark.parametrize("make", [make_call, make_closed, make_concluded])
def test_a_page_costs_the_same_however_much_there_is(client, make):
    call, staff = make(), make_staff()
    few = cost_of(page, client, call)
    for _n in range(5):
        make_proposal(consultation=call)
    for _n in range(3):
        call.turns.create(act="paused", by=staff, **WHY)
    Edition.advance()

    assert cost_of(page, client, call) == few <= 3


def test_the_list_costs_the_same_however_much_there_is(client):
    make_closed()
    few = cost_of(client.get, LIST)
    for _n in range(4):
        make_proposal(consultation=make_call())
        make_proposal(consultation=make_closed())
    Edition.advance()

    assert cost_of(client.get, LIST) == few <= 4


def test_an_answer_and_an_idea_are_counted_at_once(client):
    call = make_call()
    proposal = make_proposal(consultation=call)
    assertContains(page(client, call), "0 of 1 answered")
    stands = make_response(make_proposal(state="waiting"))
    facts = {name: getattr(stands, name) for name in answering.FACTS}
    said = answering.Said(institution=stands.institution, **facts)

    answering.answer([proposal], said, by=make_staff())
    assertContains(page(client, call), "1 of 1 answered")
    assertContains(client.get(LIST), "One proposal")

    moderating.hide(proposal, by=make_staff(), reason="abuse", words="You were rude.")
    assertContains(page(client, call), "None has been published yet")
    assertNotContains(client.get(LIST), "One proposal")


# --- Days ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "left", "words"),
    [
        ((2030, 2, 27, 0, 1), 2, "2 days left"),
        ((2030, 2, 28, 23, 59), 1, "One day left"),
        ((2030, 3, 1, 0, 0), 0, "The last day"),
        ((2030, 3, 1, 16, 59), 0, "The last day"),
        ((2030, 3, 1, 17, 0), None, "Closed on March 1, 2030"),
    ],
)
def test_days_left_are_counted_by_the_days_of_ottawa(client, at, moment, left, words):
    call = make_call(opens_at=ottawa(2030, 2, 1, 9), closes_at=ottawa(2030, 3, 1, 17))
    at(*moment)

    call.refresh_from_db()
    assert call.days_left == left
    assertContains(page(client, call), words)


def test_a_call_that_closes_at_midnight_takes_its_last_idea_the_day_before(at):
    call = make_call(opens_at=ottawa(2030, 2, 1, 9), closes_at=ottawa(2030, 3, 2, 0, 0))
    at(2030, 3, 1, 12)

    assert call.days_left == 0


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ((2030, 2, 5, 23, 59), "Opens in 2 days"),
        ((2030, 2, 6, 0, 0), "Opens in one day"),
        ((2030, 2, 7, 8, 59), "Opens today"),
        ((2030, 2, 7, 9, 0), "22 days left"),
    ],
)
def test_an_announced_call_says_when_it_opens(client, at, moment, words):
    call = make_call(opens_at=ottawa(2030, 2, 7, 9), closes_at=ottawa(2030, 3, 1, 17))
    at(*moment)

    assertContains(page(client, call), words)


def test_a_page_is_kept_no_longer_than_what_it_tells_is_true(client, at):
    call = make_call(opens_at=ottawa(2030, 2, 1, 9), closes_at=ottawa(2030, 3, 1, 17))
    for moment, until in [
        ((2030, 2, 20, 12), ottawa(2030, 2, 21)),
        ((2030, 3, 1, 16, 59, 30), ottawa(2030, 3, 1, 17)),
        ((2030, 1, 31, 23), ottawa(2030, 2, 1)),
        ((2030, 2, 1, 8), ottawa(2030, 2, 1, 9)),
    ]:
        at(*moment)
        assert clock.next_border([call]) == until
    at(2030, 3, 1, 16, 59, 30)
    response = page(client, call)
    assert response["Expires"] == "Fri, 01 Mar 2030 22:00:00 GMT"
    assert "max-age=30" in response["Cache-Control"]


def test_a_page_that_was_kept_is_drawn_anew_once_the_call_has_closed(client, monkeypatch):
    call = make_call(closes_at=timezone.now() + timedelta(seconds=30))
    assertContains(page(client, call), "The last day")
    assertContains(page(client, call), "The last day")
    later = timezone.now() + timedelta(seconds=60)
    monkeypatch.setattr(timezone, "now", lambda: later)
    monkeypatch.setattr("opengov_portal.middleware.page_cache.time.time", later.timestamp)

    assertContains(page(client, call), "Closed on")


# --- The picture -----------------------------------------------------------------------


def test_the_points_of_a_timetable_are_in_order_and_apart(at):
    call = make_call(
        published_at=ottawa(2030, 1, 1),
        opens_at=ottawa(2030, 1, 2),
        closes_at=ottawa(2030, 1, 2, 12),
        answers_due=date(2030, 12, 31),
    )
    at(2030, 7, 1)

    drawn = pictures.timeline(call)

    places = [point.x for point in drawn.points]
    gaps = [after - before for before, after in pairwise(places)]
    assert min(gaps) >= pictures.Timeline.GAP
    assert pictures.Timeline.EDGE <= min(places) < max(places) <= 320 - pictures.Timeline.EDGE + 0.1
    assert [point.is_past for point in drawn.points] == [True, True, True, False]
    assert places[2] < float(drawn.today) < places[3]


@pytest.mark.parametrize("moment", [(2020, 1, 1), (2040, 1, 1)])
def test_today_stays_on_the_line(at, moment):
    call = make_call(
        opens_at=ottawa(2030, 1, 2), closes_at=ottawa(2030, 1, 2, 12), answers_due=date(2030, 2, 1)
    )
    at(*moment)

    assert 0 <= float(pictures.timeline(call).today) <= 320


def test_a_call_held_elsewhere_does_not_say_when_it_was_announced():
    call = make_call(source_url="https://example.org/2016")

    labels = [point.label for point in pictures.timeline(call).points]

    assert labels == ["Opens", "Closes", "Answers are due"]


def test_a_call_whose_days_are_not_known_does_not_pretend_to_know_them(client):
    call = make_closed(source_url="https://example.org/2016", held="2016", answers_due=None)

    response = page(client, call)

    assertContains(response, "held elsewhere: 2016.")
    assertNotContains(response, "callline")
    assertNotContains(response, "<time")
    assertContains(response, '"startDate": "2016"')
    assertContains(client.get(LIST), "held elsewhere: 2016.")


# --- Where else it is shown ---------------------------------------------------------------


def test_the_home_page_says_which_calls_take_ideas_and_until_when(client):
    make_call(title_en="Takes ideas")
    make_closed(title_en="Took ideas")

    response = client.get("/en/")

    assertContains(response, "Takes ideas")
    assertContains(response, "30 days left")
    assertNotContains(response, "Took ideas")
    assertContains(response, f'href="{LIST}"')
    assert "Expires" in response


def test_announced_calls_are_in_the_sitemap_and_drafts_are_not(client):
    call, draft = make_call(), make_draft()

    text = client.get("/sitemap-calls.xml").text

    assert f"/fr/propositions/appels/{call.slug}/" in text
    assert draft.slug not in text
