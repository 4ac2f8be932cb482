"""The Atom feeds of changes: all, one plan, one commitment."""

from datetime import datetime
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils.translation import override

from commitments.models import Change
from network.models import Edition
from tests.counting import cost_of
from tests.factories import make_commitment, make_plan

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client, name="feed", *args, language="en"):
    with override(language):
        response = client.get(reverse(f"commitments:{name}", args=args))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def texts(found, path):
    return [one.text for one in found.findall("/".join(ATOM + step for step in path.split("/")))]


def links(found, path="link"):
    steps = "/".join(ATOM + step for step in path.split("/"))
    return {one.get("rel"): one.get("href") for one in found.findall(steps)}


@pytest.fixture
def promise():
    plan = make_plan(slug="plan-b")
    return make_commitment(plan, number=7, title_en="Count <bees> & more", label_fr="Compter")


def test_an_empty_feed_is_a_whole_feed(client):
    found = feed(client)

    assert found.tag == f"{ATOM}feed"
    assert texts(found, "entry") == []
    for part in ("id", "title", "author/name", "updated"):
        assert texts(found, part)[0]


def test_a_change_is_told_in_words_with_its_date_and_its_page(client, promise):
    change = Change.record(
        Change.Kind.CHANGED, promise, fields=["milestones.status", "summary_en", "leads"]
    )

    found = feed(client)

    assert texts(found, "entry/title") == [
        "Commitment 7 of plan-b was changed: Count <bees> & more"
    ]
    [summary] = texts(found, "entry/summary")
    assert summary == (
        "What changed: milestones: status; summary in our words (English); leads and supports."
    )
    assert links(found, "entry/link")["alternate"] == "https://portal.example/en/plans/plan-b/7/"
    [updated] = texts(found, "entry/updated")
    assert datetime.fromisoformat(updated) == change.at
    assert texts(found, "updated") == [updated]


def test_a_title_of_markup_stays_a_title(client, promise):
    Change.record(Change.Kind.ADDED, promise)

    [summary] = texts(feed(client), "entry/summary")

    assert "&lt;bees&gt; &amp; more" in summary


def test_ids_stay_and_differ_by_entry_and_language(client, promise):
    for kind in (Change.Kind.ADDED, Change.Kind.CHANGED):
        Change.record(kind, promise)

    english, french = feed(client), feed(client, language="fr")

    ids = [*texts(english, "entry/id"), *texts(french, "entry/id")]
    assert len(set(ids)) == 4
    assert all(one.startswith("tag:portal.example,") for one in ids)
    assert texts(english, "id") != texts(french, "id")
    Edition.advance()
    assert texts(feed(client), "entry/id") == texts(english, "entry/id")


def test_each_feed_names_itself_and_its_page(client, promise):
    plan, commitment = (
        feed(client, "plan_feed", "plan-b"),
        feed(client, "commitment_feed", "plan-b", 7),
    )

    assert links(feed(client))["self"].startswith("https://portal.example/en/")
    assert links(plan)["alternate"] == "https://portal.example/en/plans/plan-b/"
    assert links(commitment)["alternate"] == "https://portal.example/en/plans/plan-b/7/"
    assert links(commitment)["self"].startswith("https://portal.example/en/plans/plan-b/7/")


def test_a_feed_tells_only_of_its_own(client, promise):
    other = make_commitment(promise.plan, number=8)
    Change.record(Change.Kind.ADDED, promise)
    Change.record(Change.Kind.ADDED, other)
    Change.record(Change.Kind.ADDED, make_commitment())

    assert len(texts(feed(client), "entry")) == 3
    assert len(texts(feed(client, "plan_feed", "plan-b"), "entry")) == 2
    assert len(texts(feed(client, "commitment_feed", "plan-b", 7), "entry")) == 1


def test_what_is_removed_is_still_told(client, promise):
    Change.record(Change.Kind.REMOVED, promise)
    promise.delete()

    found = feed(client, "plan_feed", "plan-b")

    assert texts(found, "entry/title") == ["plan-b-07 was removed"]
    assert links(found, "entry/link")["alternate"] == "https://portal.example/en/plans/plan-b/"


def test_a_change_to_the_plan_itself_is_told(client, promise):
    Change.objects.create(
        kind="changed", plan=promise.plan, code="plan-b", fields=["released", "themes.name_en"]
    )

    found = feed(client)

    assert texts(found, "entry/title")[0].startswith("The plan of plan-b was changed: Plan ")
    assert texts(found, "entry/summary") == ["What changed: released; themes.name_en."]


@pytest.mark.parametrize("odd", ["\x01", "\x0b", "\ufffe", "\uffff"])
def test_a_character_that_xml_cannot_hold_is_left_out(client, odd):
    Change.record(Change.Kind.ADDED, make_commitment(title_en=f"Count {odd}bees"))

    assert texts(feed(client), "entry/title")[0].endswith("Count bees")


def test_the_newest_100_are_told_newest_first(client, promise):
    for _ in range(103):
        Change.record(Change.Kind.CHANGED, promise)

    entries = texts(feed(client), "entry/id")

    newest = Change.objects.newest().first()
    assert len(entries) == 100
    assert f"/{newest.pk}/" in entries[0]


@pytest.mark.parametrize(
    ("name", "args"), [("plan_feed", ["none"]), ("commitment_feed", ["plan-b", 8])]
)
def test_what_is_not_there_has_no_feed(client, promise, name, args):
    assert client.get(reverse(f"commitments:{name}", args=args)).status_code == 404


def test_a_feed_is_not_sent_again_until_something_changes(client, promise):
    url = reverse("commitments:feed")
    response = client.get(url)

    assert "public" in response["Cache-Control"]
    tag = {"if-none-match": response["ETag"]}
    assert client.get(url, headers=tag).status_code == 304
    Change.record(Change.Kind.CHANGED, promise)
    Edition.advance()
    assert client.get(url, headers=tag).status_code == 200


@pytest.mark.parametrize("name", ["feed", "plan_feed", "commitment_feed"])
def test_a_feed_costs_the_same_queries_with_1_change_or_50(client, promise, name):
    args = {"feed": [], "plan_feed": ["plan-b"], "commitment_feed": ["plan-b", 7]}[name]

    def cost():
        Edition.advance()
        return cost_of(feed, client, name, *args)

    Change.record(Change.Kind.ADDED, promise)
    few = cost()
    for number in range(20, 40):
        Change.record(Change.Kind.ADDED, make_commitment(promise.plan, number=number))
        Change.record(Change.Kind.CHANGED, promise, fields=["leads"])

    assert cost() == few
    assert few <= 4
