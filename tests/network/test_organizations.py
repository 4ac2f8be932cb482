"""The directory of organizations: searched, filtered, counted, in pages, in two languages."""

import re
import time
from html import unescape

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Edition, Organization
from tests.counting import cost_of
from tests.factories import make_organization, make_subject

pytestmark = pytest.mark.django_db

EN, FR = "/en/network/organizations/", "/fr/reseau/organisations/"
HTMX = {"HTTP_HX_REQUEST": "true"}


def names(page):
    found = re.findall(r"<h3><a href=[^>]*>(?:<span[^>]*>)?([^<]*)", page)
    return [unescape(name) for name in found]


def boxes(page, name):
    """The values of a filter with their counts, as shown."""
    pattern = rf'name="{name}" value="([^"]*)".*?class="count">(\d+)<'
    return {value: int(count) for value, count in re.findall(pattern, page)}


def read(client, url=EN, **asked):
    return client.get(url, asked).text


@pytest.fixture
def cast():
    """What each test filters by."""
    water, roads = make_subject(slug="water", name="Water"), make_subject(slug="roads")
    rows = {
        "otters": make_organization(
            name_en="Otters’ Friends", about_en="We count otters", sector="community", province="ON"
        ),
        "eau": make_organization(
            name_en="", name_fr="Écoles de l’eau", about_fr="Œuvres", sector="academia",
            province="QC",
        ),
        "zeal": make_organization(
            name_en="Zeal", name_fr="Ardeur", sector="academia", province="ON"
        ),
    }  # fmt: skip
    rows["otters"].issues.add(water)
    rows["eau"].issues.add(water, roads)
    return rows


def test_only_what_a_moderator_agreed_to_is_listed(client, cast):
    make_organization(name_en="Still Waiting", state="waiting", decided_at=None)
    make_organization(
        name_en="Turned Down", state="refused", reason="duplicate", reason_words="Listed already."
    )

    page = read(client)

    assert len(names(page)) == 3
    assert "Still Waiting" not in page
    assert "Turned Down" not in page
    assert "3 organizations." in page


def test_the_alphabet_is_the_readers(client, cast):
    assert names(read(client)) == ["Écoles de l’eau", "Otters’ Friends", "Zeal"]
    assert names(read(client, FR)) == ["Ardeur", "Écoles de l’eau", "Otters’ Friends"]


def test_a_name_in_the_other_language_is_marked(client, cast):
    assertContains(client.get(EN), '<span lang="fr">Écoles de l’eau</span>')
    assertNotContains(client.get(FR), '<span lang="fr">Écoles')


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("ECOLES", ["Écoles de l’eau"]),
        ("l'eau école", ["Écoles de l’eau"]),
        ("oeuvres", ["Écoles de l’eau"]),
        ("COUNT otters", ["Otters’ Friends"]),
        ("ardeur", ["Zeal"]),
        ("otters zeal", []),
        ("%", []),
        ("_", []),
        ("\\", []),
    ],
)
def test_case_and_accents_do_not_matter(client, cast, q, found):
    assert names(read(client, q=q)) == found


@pytest.mark.parametrize(
    "q", ["", " ", "\0", "'", '"', "x" * 5000, "a " * 500, "\ud800", "<script>alert(1)</script>"]
)
def test_any_search_is_answered(client, cast, q):
    response = client.get(EN, {"q": q.encode("utf-8", "surrogatepass")})

    assert response.status_code == 200
    assert "<script>alert" not in response.text


def test_filters_combine(client, cast):
    assert names(read(client, sector="academia")) == ["Écoles de l’eau", "Zeal"]
    assert names(read(client, sector="academia", province="ON")) == ["Zeal"]
    assert names(read(client, issue=["water", "roads"])) == ["Écoles de l’eau", "Otters’ Friends"]
    assert names(read(client, issue="water", q="otters", province="ON")) == ["Otters’ Friends"]


def test_each_option_counts_what_the_other_filters_let_through(client, cast):
    page = read(client, sector="academia")

    assert boxes(page, "sector") == {"community": 1, "academia": 2}
    assert boxes(page, "province") == {"ON": 1, "QC": 1}
    assert boxes(page, "issue") == {"water": 1, "roads": 1}
    assert "2 of 3 organizations." in page


def test_a_filter_that_is_not_known_is_left_out_and_said(client, cast):
    page = read(client, sector="pirates", issue="gold", province="ON")

    assert names(page) == ["Otters’ Friends", "Zeal"]
    assert "not known here" in page


def test_nothing_found_says_what_to_try(client, cast):
    page = read(client, q="nobody", sector="academia")

    assert "Nothing was found for “nobody”" in page
    assert "Search without the filters" in page
    assert 'href="?issue=water"' in page


def test_a_list_with_nothing_on_it_invites(client, db):
    page = read(client)

    assert "No organization is listed yet" in page
    assert "Put the first one in" in page


def test_pages_hold_twenty_four(client, db):
    for _each in range(30):
        make_organization(sector="community")

    assert len(names(read(client))) == 24
    assert len(names(read(client, page=2, sector="community"))) == 6
    assert "sector=community&amp;page=2" in read(client, sector="community")
    assert len(names(read(client, page="x"))) == 24
    assert len(names(read(client, page=99))) == 6


def test_the_part_is_the_pages_own(client, cast):
    whole, part = read(client, q="zeal"), client.get(EN, {"q": "zeal"}, **HTMX)

    assert "<html" not in part.text
    assert names(part.text) == names(whole) == ["Zeal"]
    assert part["HX-Push-Url"] == f"{EN}?q=zeal"
    assert 'hreflang="fr"' in part.text


@pytest.mark.parametrize("asked", [{}, {"q": "friends", "sector": "community"}, {"q": "nobody"}])
def test_it_costs_the_same_queries_however_long(client, settings, asked):
    settings.PAGE_CACHE_SECONDS = 0
    subject = make_subject()

    def cost(upto):
        while Organization.objects.count() < upto:
            make_organization(sector="community").issues.add(subject)
        return cost_of(client.get, EN, asked)

    few = cost(10)
    assert cost(200) == few <= 12


def test_five_thousand_are_listed_in_no_time(client, settings):
    settings.PAGE_CACHE_SECONDS = 0
    rows = [
        Organization(
            slug=f"o-{n}", name_en=f"Organization {n}", about_en="Words of its own. " * 40,
            sector="community", province="ON", state="public", decided_at="2026-01-01T00:00Z",
        )
        for n in range(5000)
    ]  # fmt: skip
    for row in rows:
        row.fold()
    Organization.objects.bulk_create(rows, batch_size=500)
    client.get(EN)

    begun = time.perf_counter()
    response = client.get(EN, {"q": "organization 49"})

    assert time.perf_counter() - begun < 1.5
    assert "of 5,000 organizations" in response.text or "5000" in response.text


def test_readers_are_given_a_kept_page_until_something_changes(client, cast):
    assert "public" in client.get(EN)["Cache-Control"]
    make_organization(name_en="A Newcomer")
    assert "A Newcomer" not in read(client)

    Edition.advance()
    Edition._known = (0.0, 0)

    assert "A Newcomer" in read(client)
