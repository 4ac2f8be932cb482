import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from network.models import Edition
from proposals.catalogue import COUNTS_SECONDS, Catalogue
from proposals.forms.searching import ProposalSearchForm
from proposals.models import Proposal, Response
from proposals.search import indexing
from tests.counting import cost_of
from tests.factories import (
    make_call,
    make_institution,
    make_organization,
    make_proposal,
    make_subject,
)

pytestmark = pytest.mark.django_db

EN, FR = "/en/proposals/", "/fr/propositions/"
HTMX = {"HTTP_HX_REQUEST": "true"}
HIDDEN_STATES = [state for state in Proposal.State if state != Proposal.State.PUBLISHED]


def answer(proposal, outcome="adopted"):
    return Response.objects.create(
        proposal=proposal,
        outcome=outcome,
        reason_en="Because.",
        reason_fr="Parce que.",
        institution=make_institution(),
        office_en="Office of Bees",
        office_fr="Bureau des abeilles",
        answered_on=timezone.localdate(),
    )


@pytest.fixture
def cast():
    """Two calls, two issues, one organization; what each test filters by."""
    water, roads = make_subject(slug="water", name="Water"), make_subject(slug="roads")
    spring, fall = make_call(slug="spring"), make_call(slug="fall")
    friends = make_organization(slug="friends", name_en="Friends of Otters")
    now = timezone.now()

    def put(days, **fields):
        return make_proposal(published_at=now - timedelta(days=days), **fields)

    rows = {
        "otters": put(4, consultation=spring, issues=[water], title="Count the otters"),
        "bridges": put(3, consultation=spring, issues=[roads], title="Paint the bridges"),
        "canals": put(
            2, consultation=fall, issues=[water, roads], title="Creuser des canaux", language="fr"
        ),
        "dams": put(
            1,
            consultation=fall,
            issues=[water],
            title="Open dams",
            organization=friends,
            vouched_at=now,
        ),
    }
    answer(rows["otters"])
    answer(rows["canals"], "not_now")
    Proposal.objects.filter(pk=rows["bridges"].pk).update(supporters=9)
    Proposal.objects.filter(pk=rows["otters"].pk).update(supporters=3)
    Catalogue.forget()
    return rows


def read(client, url, **asked):
    return client.get(url, asked).content.decode()


def titles(page):
    found = re.findall(r'<h3><a href="[^"]*">(?:<span lang="..">)?([^<]*)<', page)
    return [unescape(title) for title in found]


def boxes(page, name):
    """The values of a filter with their counts, as shown."""
    pattern = rf'name="{name}" value="([^"]*)".*?class="count">(\d+)<'
    return {value: int(count) for value, count in re.findall(pattern, page)}


def test_without_a_search_it_lists_all_newest_first(client, cast):
    page = read(client, EN)

    assert titles(page) == [
        "Open dams",
        "Creuser des canaux",
        "Paint the bridges",
        "Count the otters",
    ]
    assert "4 proposals." in page


@pytest.mark.parametrize("state", HIDDEN_STATES)
def test_what_is_not_public_is_neither_listed_nor_found_nor_counted(client, cast, state):
    issue = make_subject(slug="secret")
    facts = {"merged_into": cast["otters"]} if state == Proposal.State.MERGED else {}
    facts |= {"organization": make_organization()} if state == Proposal.State.VOUCHING else {}
    hidden = make_proposal(title="Unlit lanterns", issues=[issue], state=state, **facts)
    indexing.refresh(hidden, *cast.values())
    Edition.advance()
    Catalogue.forget()

    assert "Unlit lanterns" not in read(client, EN)
    assert "secret" not in boxes(read(client, EN), "issue")
    assert "Unlit lanterns" not in read(client, EN, q="lanterns")
    assert "Unlit lanterns" not in read(client, EN, issue="secret")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"call": "spring"}, ["bridges", "otters"]),
        ({"call": ["spring", "fall"]}, ["dams", "canals", "bridges", "otters"]),
        ({"issue": "roads"}, ["canals", "bridges"]),
        ({"issue": "water", "call": "fall"}, ["dams", "canals"]),
        ({"outcome": "adopted"}, ["otters"]),
        ({"outcome": ["adopted", "not-now"]}, ["canals", "otters"]),
        ({"outcome": "unanswered"}, ["dams", "bridges"]),
        ({"unanswered": "1"}, ["dams", "bridges"]),
        ({"unanswered": "1", "issue": "roads"}, ["bridges"]),
        ({"organization": "friends"}, ["dams"]),
        ({"language": "fr"}, ["canals"]),
        ({"language": "en", "issue": "roads"}, ["bridges"]),
        ({"sort": "supported"}, ["bridges", "otters", "dams", "canals"]),
        ({"sort": "waiting"}, ["bridges", "dams", "otters", "canals"]),
        ({"issue": "roads", "outcome": "adopted"}, []),
    ],
)
def test_filters_and_orders_combine(client, cast, asked, found):
    assert titles(read(client, EN, **asked)) == [cast[name].title for name in found]


def test_each_filter_is_counted_against_the_others_in_force(client, cast):
    page = read(client, EN, issue="water")

    assert boxes(page, "issue") == {"water": 3, "roads": 2}
    assert boxes(page, "call") == {"fall": 2, "spring": 1}
    assert boxes(page, "outcome") == {"unanswered": 1, "adopted": 1, "not-now": 1}
    assert boxes(page, "language") == {"en": 2, "fr": 1}
    assert boxes(page, "organization") == {"friends": 1}


def test_every_count_is_the_number_found_by_following_it(client, cast):
    asked = {"issue": "water"}
    page = read(client, EN, **asked)

    for name in ProposalSearchForm.FILTERS.keys() - asked.keys():
        for value, count in boxes(page, name).items():
            followed = client.get(EN, asked | {name: value})
            assert followed.context["listing"].count == count, (name, value)


def test_search_and_filters_combine(client, cast):
    indexing.rebuild()

    assert titles(read(client, EN, q="paint creuser bridges", issue="roads")) == [
        "Paint the bridges",
        "Creuser des canaux",
    ]
    assert titles(read(client, EN, q="canaux")) == ["Creuser des canaux"]
    assert titles(read(client, EN, q="Friends of Otters", call="fall")) == ["Open dams"]


# Today's random order


def test_the_random_order_is_the_same_all_day_and_another_tomorrow(client, cast):
    shelf = Catalogue.current()
    today = shelf.shuffled(date(2031, 5, 1))

    assert sorted(today) == list(range(shelf.size))
    assert shelf.shuffled(date(2031, 5, 1)) == today
    Catalogue.forget()
    assert Catalogue.current().shuffled(date(2031, 5, 1)) == today
    others = [Catalogue.current().shuffled(date(2031, 5, day)) for day in range(2, 20)]
    assert any(order != today for order in others)
    assert {order[0] for order in others} > {others[0][0]}, "another is first on another day"


def test_one_that_comes_changes_no_others_turn(cast):
    def order():
        Catalogue.forget()
        shelf = Catalogue.current()
        return [shelf.keys[place] for place in shelf.shuffled(date(2031, 5, 1))]

    before = order()
    comer = make_proposal()

    assert [key for key in order() if key != comer.pk] == before


def test_its_pages_show_each_once(client):
    call = make_call()
    for _each in range(45):
        make_proposal(consultation=call)

    seen = [
        title for page in (1, 2, 3) for title in titles(read(client, EN, sort="random", page=page))
    ]

    assert len(seen) == len(set(seen)) == 45


# What a card says


def test_a_card_marks_the_language_and_says_who_and_what_became_of_it(client, cast):
    page = read(client, EN)

    assert '<span lang="fr">Creuser des canaux</span>' in page
    assert "Friends of Otters" in page
    assert "9 people" in page
    assert '<span class="mark mark-done">Adopted</span>' in page
    assert '<span class="mark mark-unknown">Not answered yet</span>' in page
    assert "lang=" not in re.search(r"<h3>.*?Open dams.*?</h3>", page)[0]


def test_a_name_withheld_is_on_no_page(client):
    proposal = make_proposal(name="Ada Secret", name_shown=False)
    shown = make_proposal(name="Grace Public", name_shown=True)

    page = read(client, EN)

    assert "Ada Secret" not in page
    assert "Name withheld" in page
    assert "Grace Public" in page
    assert proposal.email not in page
    assert shown.email not in page


def test_an_organization_that_has_not_confirmed_is_not_named(client):
    make_proposal(organization=make_organization(name_en="Silent Society"), vouched_at=None)

    assert "Silent Society" not in read(client, EN)


def test_text_is_text(client):
    make_proposal(title='<script>alert("x")</script> & more', name="<b>Bold</b>")

    page = read(client, EN)

    assert "<script>alert" not in page
    assert "<b>Bold" not in page
    assert "&lt;script&gt;alert(" in page


def test_supports_are_counted_within_a_minute_without_a_new_edition(client, cast, monkeypatch):
    assert "9 people" in read(client, EN)
    Proposal.objects.filter(pk=cast["bridges"].pk).update(supporters=10)
    shelf = Catalogue.current()

    shelf._counted_at -= COUNTS_SECONDS
    with_more = client.get(EN, {"sort": "supported"}).content.decode()

    assert "10 people" in with_more


# What is in force


def test_each_filter_in_force_can_be_taken_off_by_one_link(client, cast):
    page = read(client, EN, issue=["water", "roads"], call="fall", sort="waiting")
    chips = [unescape(url) for url in re.findall(r'class="chip" href="([^"]*)"', page)]

    assert [parse_qs(urlsplit(url).query) for url in chips] == [
        {"issue": ["water", "roads"], "sort": ["waiting"]},
        {"call": ["fall"], "issue": ["roads"], "sort": ["waiting"]},
        {"call": ["fall"], "issue": ["water"], "sort": ["waiting"]},
    ]
    assert 'href="?sort=waiting">Clear all filters' in page


def test_the_same_address_means_the_same_in_french(client, cast):
    page = read(client, EN, issue="water", q="", sort="waiting")
    twin = unescape(re.search(r'class="language" href="([^"]*)"', page)[1])

    assert twin.startswith(FR)
    assert len(titles(client.get(twin).content.decode())) == 3


def test_what_is_not_known_is_left_out_and_said(client, cast):
    page = read(client, EN, issue="no-such-issue", call="fall")

    assert titles(page) == ["Open dams", "Creuser des canaux"]
    assert "they were left out" in page


@pytest.mark.parametrize(
    "name", [*ProposalSearchForm.FILTERS, "sort", "page", "all", "exact", "q", "unanswered"]
)
@pytest.mark.parametrize("value", ["", "zzz", "-1", "\x00", "' OR 1=1 --", "9" * 400, "é" * 300])
def test_any_value_of_anything_is_answered(client, cast, name, value):
    assert client.get(EN, {name: value}).status_code == 200


def test_nothing_found_says_where_to_look(client, cast):
    indexing.rebuild()
    page = read(client, EN, q="zzzzqqqq", issue="water")

    assert "Nothing was found for “zzzzqqqq”" in page
    assert "Search without the filters" in page
    assert "Or browse by issue:" in page
    assert "/en/commitments/?q=zzzzqqqq" in page


def test_before_the_first_proposal_it_asks_for_one(client):
    page = read(client, EN)

    assert "No proposal has been published yet." in page
    assert "/en/proposals/new/" in page


def test_htmx_is_given_the_list_alone_and_an_address_to_show(client, cast):
    answered = client.get(EN, {"issue": "roads", "q": "", "page": "1"}, **HTMX)
    part = answered.content.decode()

    assert "<html" not in part
    assert titles(part) == ["Creuser des canaux", "Paint the bridges"]
    assert answered.headers["HX-Push-Url"] == f"{EN}?issue=roads"
    assert "HX-Request" in answered.headers["Vary"]


def test_it_is_titled_by_what_was_asked(client, cast):
    assert "<title>Proposals about “otters” ·" in read(client, EN, q="otters")
    assert "<title>Proposals ·" in read(client, EN)


def test_the_list_costs_the_same_for_few_and_many(client):
    def put(count):
        for _each in range(count):
            answer(make_proposal(issues=[make_subject()], organization=make_organization()))
        indexing.rebuild()
        Catalogue.forget()

    put(2)
    few = [cost_of(client.get, EN), cost_of(client.get, EN, {"q": "bees"})]
    put(25)

    assert [cost_of(client.get, EN), cost_of(client.get, EN, {"q": "bees"})] == few


def test_of_an_earlier_call_an_answer_is_not_found_and_never_called_awaited(client, cast):
    """What no source tells is not known: it neither waits nor was refused."""
    earlier = make_call(slug="earlier", answers_due=None, source_url="https://example.org/call")
    old = timezone.now() - timedelta(days=3000)
    idea = make_proposal(
        consultation=earlier,
        import_key="a",
        source_url="https://example.org/1",
        title="Old harbour",
        published_at=old,
    )
    indexing.refresh(idea)
    Edition.advance()
    Catalogue.forget()

    assert titles(read(client, EN, sort="waiting"))[-1] == "Old harbour"
    assert "Old harbour" not in titles(read(client, EN, outcome="unanswered"))
    page = read(client, EN, outcome="not-found")
    assert titles(page) == ["Old harbour"]
    assert "No answer was found in the sources" in page
    assert boxes(page, "outcome") == {"unanswered": 2, "not-found": 1, "adopted": 1, "not-now": 1}
