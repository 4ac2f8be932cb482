import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from bench.made_up import build
from commitments.catalogue import Catalogue
from commitments.forms import SearchForm
from commitments.models import Commitment, Theme
from commitments.search.indexing import rebuild
from network.models import Edition
from tests.counting import cost_of
from tests.factories import (
    make_assessment,
    make_commitment,
    make_institution,
    make_plan,
    make_subject,
)

pytestmark = pytest.mark.django_db

EN, FR = "/en/commitments/", "/fr/engagements/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def cast():
    """Two plans, two subjects, two leads; what each test filters by."""
    water, roads = make_subject(slug="water", name="Water"), make_subject(slug="roads")
    navy, mint = make_institution(slug="navy", name_en="The Navy"), make_institution(slug="mint")
    old, new = make_plan(slug="old-plan"), make_plan(slug="new-plan")
    money = Theme.objects.create(plan=new, slug="money", name_en="Money", name_fr="Argent")
    rows = {
        "otters": make_commitment(old, [navy], [water], title_en="Count the otters"),
        "bridges": make_commitment(old, [mint], [roads], title_en="Paint the bridges"),
        "canals": make_commitment(new, [navy], [water, roads], title_en="Dig canals", theme=money),
        "dams": make_commitment(new, [navy, mint], [water], title_en="Open dams", theme=money),
    }
    make_assessment(rows["otters"], code="all_complete")
    make_assessment(rows["canals"], code="all_on_schedule")
    return rows


def read(client, url, **asked):
    return client.get(url, asked).content.decode()


def titles(page):
    found = re.findall(r'<h3><a href="[^"]*">([^<]*)</a></h3>', page)
    return [unescape(title) for title in found]


def boxes(page, name):
    """The values of a filter with their counts, as shown."""
    pattern = rf'name="{name}" value="([^"]*)".*?class="count">(\d+)<'
    return {value: int(count) for value, count in re.findall(pattern, page)}


def test_without_a_search_it_lists_all_newest_plan_first(client, cast):
    page = read(client, EN)

    assert titles(page) == ["Dig canals", "Open dams", "Count the otters", "Paint the bridges"]
    assert "4 commitments." in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"plan": "old-plan"}, ["Count the otters", "Paint the bridges"]),
        ({"theme": "money"}, ["Dig canals", "Open dams"]),
        ({"lead": "mint"}, ["Open dams", "Paint the bridges"]),
        ({"tag": "roads"}, ["Dig canals", "Paint the bridges"]),
        ({"tag": ["roads", "water"], "plan": "new-plan"}, ["Dig canals", "Open dams"]),
        ({"tag": "water", "lead": "mint"}, ["Open dams"]),
        ({"government": "all-complete"}, ["Count the otters"]),
        ({"government": ["all-complete", "all-on-schedule"]}, ["Dig canals", "Count the otters"]),
        ({"government": "not-found", "plan": "new-plan"}, ["Open dams"]),
        ({"network": "not-found", "tag": "roads"}, ["Dig canals", "Paint the bridges"]),
        ({"irm": "not-found", "sort": "title"}, sorted(["Count the otters", "Dig canals",
                                                        "Open dams", "Paint the bridges"])),
        ({"sort": "oldest", "tag": "water"}, ["Count the otters", "Dig canals", "Open dams"]),
        ({"tag": "roads", "government": "all-complete"}, []),
    ],
)  # fmt: skip
def test_filters_combine(client, cast, asked, found):
    assert titles(read(client, EN, **asked)) == found


def test_each_filter_is_counted_against_the_others_in_force(client, cast):
    page = read(client, EN, tag="water")

    assert boxes(page, "tag") == {"water": 3, "roads": 2}
    assert boxes(page, "plan") == {"new-plan": 2, "old-plan": 1}
    assert boxes(page, "lead") == {"navy": 3, "mint": 1}
    assert boxes(page, "government") == {"all-complete": 1, "all-on-schedule": 1, "not-found": 1}


def test_every_count_is_the_number_found_by_following_it(client):
    build(plans=4, commitments=120)
    asked = {"q": "budgets", "tag": "made-up-1", "government": "not-found"}
    page = read(client, EN, **asked)
    given = SearchForm.FILTERS.keys() & asked.keys()

    for name in SearchForm.FILTERS.keys() - given:
        for value, count in boxes(page, name).items():
            answer = client.get(EN, asked | {name: value})
            assert answer.context["listing"].count == count, (name, value)


def test_search_and_filters_combine(client, cast):
    rebuild()

    assert titles(read(client, EN, q="otters dams canals", tag="roads")) == ["Dig canals"]


def test_the_order_follows_the_search_until_one_is_chosen(client, cast):
    rebuild()

    assert '<option value="" selected>Newest plan first' in read(client, EN)
    assert '<option value="" selected>Best match' in read(client, EN, q="otters", sort="")
    assert '<option value="title" selected>' in read(client, EN, q="otters", sort="title")
    assert '<option value="" selected>Newest plan first' in read(client, EN, sort="best")


# What is in force


def test_each_filter_in_force_can_be_taken_off_by_one_link(client, cast):
    page = read(client, EN, tag=["water", "roads"], lead="navy", sort="title")
    chips = [unescape(url) for url in re.findall(r'class="chip" href="([^"]*)"', page)]

    assert [parse_qs(urlsplit(url).query) for url in chips] == [
        {"tag": ["roads"], "lead": ["navy"], "sort": ["title"]},
        {"tag": ["water"], "lead": ["navy"], "sort": ["title"]},
        {"tag": ["water", "roads"], "sort": ["title"]},
    ]
    assert 'href="?sort=title">Clear all filters' in page


def test_what_is_ticked_stays_ticked_and_its_filter_open(client, cast):
    page = read(client, EN, tag="water")

    assert re.search(r'value="water" id="tag-water" checked', page)
    assert '<details id="filter-tag" open>' in page
    assert '<details id="filter-plan">' in page


def test_the_same_address_means_the_same_in_french(client, cast):
    page = read(client, EN, tag="water", q="", sort="title")
    twin = unescape(re.search(r'class="language" href="([^"]*)"', page)[1])

    assert twin.startswith(FR)
    assert len(titles(client.get(twin).content.decode())) == 3


def test_what_is_not_known_is_left_out_and_said(client, cast):
    page = read(client, EN, tag="no-such-subject", plan="new-plan")

    assert titles(page) == ["Dig canals", "Open dams"]
    assert "they were left out" in page
    assert "they were left out" not in read(client, EN, tag="water")


@pytest.mark.parametrize("name", [*SearchForm.FILTERS, "sort", "page", "all", "exact", "q"])
@pytest.mark.parametrize("value", ["", "zzz", "-1", "\x00", "' OR 1=1 --", "9" * 400, "é" * 300])
def test_any_value_of_anything_is_answered(client, cast, name, value):
    assert client.get(EN, {name: value}).status_code == 200


def test_hundreds_of_values_are_answered(client, cast):
    assert client.get(EN, {"tag": [f"t{n}" for n in range(900)]}).status_code == 200


# Pages


@pytest.fixture
def fifty():
    plan = make_plan()
    for _ in range(50):
        make_commitment(plan)


def test_twenty_are_on_a_page_and_the_rest_a_link_away(client, fifty):
    first, last = read(client, EN), read(client, EN, page=3)

    assert len(titles(first)) == 20
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    assert titles(last) == [f"Promise {n}" for n in range(41, 51)]
    assert 'rel="prev"' in last
    assert 'rel="next"' not in last


@pytest.mark.parametrize("page", ["99", "zero", "-3", "1e3", "9" * 30])
def test_a_page_that_is_not_there_is_the_first_or_the_last(client, fifty, page):
    answer = client.get(EN, {"page": page})

    assert answer.status_code == 200
    assert answer.context["page"].number in {1, 3}


def test_links_to_pages_keep_the_search(client, fifty):
    page = read(client, EN, sort="title", network="not-found")
    link = unescape(re.search(r'rel="next" href="([^"]*)"', page)[1])

    assert parse_qs(urlsplit(link).query) == {
        "sort": ["title"],
        "network": ["not-found"],
        "page": ["2"],
    }


# Long lists


def test_a_long_filter_shows_the_first_and_the_rest_on_request(client):
    build(plans=30, commitments=60)
    page = read(client, EN)

    assert len(boxes(page, "plan")) == 8
    assert "Show all 30" in page
    assert len(boxes(read(client, EN, all="plan"), "plan")) == 30
    assert len(boxes(page, "tag")) == 8
    assert len(boxes(read(client, EN, all=["tag", "plan"]), "tag")) == 16


def test_a_ticked_value_is_shown_however_long_the_list(client):
    build(plans=30, commitments=60)

    assert "made-up-1" in boxes(read(client, EN, plan="made-up-1"), "plan")


# Nothing found


def test_an_empty_result_says_what_to_try(client, cast):
    page = read(client, EN, tag="roads", government="all-complete")

    assert "Nothing has all of these at once" in page
    assert "Search without the filters" in page
    assert 'href="?tag=water"' in page


def test_a_portal_without_commitments_says_so(client):
    assert "No commitments have been loaded yet." in read(client, EN)


# Live


def test_htmx_gets_the_part_and_others_the_page(client, cast):
    whole, part = client.get(EN), client.get(EN, **HTMX)

    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert titles(part.content.decode()) == titles(whole.content.decode())
    assert "HX-Request" in part["Vary"]
    assert b"hx-swap-oob" in part.content
    assert b"hx-swap-oob" not in whole.content


def test_the_part_brings_results_counts_and_title(client, cast):
    part = client.get(EN, {"tag": "water"}, **HTMX).content.decode()

    assert boxes(part, "plan") == {"new-plan": 2, "old-plan": 1}
    assert "3 of 4 commitments." in part
    assert "<title>" in part
    assert f'class="language" href="{FR}?tag=water"' in part


def test_the_address_htmx_shows_leaves_out_what_is_empty(client, cast):
    answer = client.get(EN, {"q": "", "sort": "", "tag": "water", "page": "1"}, **HTMX)

    assert answer["HX-Push-Url"] == f"{EN}?tag=water"


def test_going_back_gets_the_whole_page(client, cast):
    answer = client.get(EN, **HTMX, HTTP_HX_HISTORY_RESTORE_REQUEST="true")

    assert b"<html" in answer.content


def test_the_page_is_one_form_that_works_without_script(client, cast):
    page = read(client, EN)

    assert re.search(rf'<form id="search"[^>]*action="{EN}"', page)
    assert page.count("<form") == 1
    controls = re.findall(r"<(?:input|select|button)[^>]*>", page)
    outside = [one for one in controls if 'form="search"' not in one]
    assert len(outside) == 2  # the box and its button, which are inside
    assert "style=" not in page
    assert "onclick" not in page


def test_scripts_carry_integrity_and_htmx_may_not_eval(client, cast):
    page = read(client, EN)

    assert re.search(r'<script src="[^"]*htmx[^"]*" integrity="sha384-[^"]+" defer>', page)
    assert '"allowEval":false' in page
    assert '"includeIndicatorStyles":false' in page


# Cards


def test_a_card_says_who_leads_and_what_each_assessor_says(client, cast):
    page = read(client, EN, q="", tag="water", plan="old-plan")

    assert "The Navy" in page
    assert "All deliverables complete" in page
    assert "Not assessed yet" in page
    assert "Not found in the sources" in page


def test_our_own_wording_is_marked_as_ours(client, cast):
    assert 'class="meta ours"' not in read(client, EN, plan="old-plan")
    assert read(client, FR, plan="old-plan").count('class="meta ours"') == 2


def test_a_card_is_drawn_afresh_when_the_edition_advances(client, cast):
    read(client, EN)
    Commitment.objects.filter(pk=cast["otters"].pk).update(title_en="Count the beavers")
    Edition.advance()

    assert "Count the beavers" in read(client, EN)


def test_a_title_cannot_carry_markup(client):
    make_commitment(title_en="<b>Bold & brave</b>")

    assert titles(read(client, EN)) == ["<b>Bold & brave</b>"]
    assert "<b>Bold" not in read(client, EN)


# Cost


@pytest.mark.parametrize(
    "asked", [{}, {"tag": "made-up-1", "lead": ["made-up-2", "made-up-3"]}, {"q": "open budgets"}]
)
def test_a_page_costs_the_same_few_queries_with_ten_rows_or_many(client, asked):
    def cost():
        Edition.advance()
        Catalogue.current().vocabulary  # noqa: B018 - read once an edition, not once a page
        return cost_of(client.get, EN, asked)

    build(plans=2, commitments=22)
    few = cost()
    for commitment in list(Commitment.objects.all())[:10]:
        make_assessment(commitment, phase="update")
    plan = make_plan()
    for _ in range(60):
        make_commitment(plan, leads=[make_institution()], subjects=[make_subject()])

    assert cost() == few <= 8


def test_a_filter_calls_a_plan_as_its_own_page_does(client):
    make_commitment(make_plan(slug="2030-2032", title_fr="Plan d'action : l'essentiel"))

    page = read(client, "/fr/engagements/", plan="2030-2032")

    assert page.count("Plan d’action\N{NO-BREAK SPACE}: l’essentiel") == 2
