"""Who we are: what is counted, when, and how the page shows it."""

import json
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.actions import leave
from network.models import Consent, Edition, Member, Province, Reach, Sector
from network.pictures import bars, columns
from network.reach import FRESH, LEAST, MONTHS, canada, complete_months, count_again, counted
from network.tasks import count_reach
from tests.counting import cost_of
from tests.factories import make_community, make_member, make_members

pytestmark = pytest.mark.django_db
URL = "/en/network/reach/"
NOW = timezone.make_aware(datetime(2031, 5, 17, 9, 0))


def in_month(year, month, day=1):
    return timezone.make_aware(datetime(year, month, day, 12))


def test_before_anything_is_counted_the_page_says_so(client):
    page = client.get(URL)

    assertContains(page, "There is nothing to show yet.")
    assertNotContains(page, "<table")
    assert client.get("/data/reach.json").json()["figures"] == {}


def test_nothing_is_counted_before_there_are_enough(client):
    make_members(LEAST - 1)
    assert not count_again()
    make_members(1)
    assert count_again()


def test_every_figure_is_rounded_down():
    make_members(12, sector="media", province="ON", founding=True)
    make_members(9, sector="media", province="QC", language="fr")
    make_members(4, sector="student", province="PE")

    figures = counted(NOW)

    assert figures["total"] == {"members": 25}
    assert figures["circle"] == {"founding": 10, "newcomers": 10}
    assert figures["founding"]["media"] == 10
    assert (figures["newcomers"]["media"], figures["newcomers"]["student"]) == (5, 0)
    assert {code for code, n in figures["provinces"].items() if n} == {"ON", "QC"}
    assert figures["languages"] == {"en": 15, "fr": 5}
    assert figures["founding"].keys() == figures["newcomers"].keys() == set(Sector.values)
    assert figures["provinces"].keys() == set(Province.values)


def test_whoever_said_nothing_is_in_the_total_alone():
    make_members(20)

    figures = counted(NOW)

    assert figures["total"]["members"] == figures["circle"]["newcomers"] == 20
    assert not any(figures["newcomers"].values())
    assert not any(figures["provinces"].values())


def test_months_that_are_over_are_counted_and_no_others():
    make_members(10, joined_at=in_month(2031, 5))
    make_members(11, joined_at=in_month(2031, 4, 30))
    make_members(6, joined_at=in_month(2029, 5))
    make_members(7, joined_at=in_month(2029, 4))

    months = counted(NOW)["months"]

    assert len(months) == MONTHS
    assert (min(months), max(months)) == ("2029-05", "2031-04")
    assert {name: n for name, n in months.items() if n} == {"2029-05": 5, "2031-04": 10}


def test_a_month_begins_at_midnight_in_canada():
    late = datetime(2031, 4, 1, 2, 0, tzinfo=timezone.get_fixed_timezone(0))  # March 31 there
    make_members(20, joined_at=late)

    assert counted(NOW)["months"]["2031-03"] == 20
    assert complete_months(NOW)[-1].utcoffset() != complete_months(NOW)[-4].utcoffset()


def test_communities_are_counted_too():
    bees = make_community(slug="bees")
    for member in make_members(21)[:8]:
        member.communities.add(bees)

    assert counted(NOW)["communities"] == {"bees": 5}


def test_counting_costs_the_same_queries_however_many_members():
    make_members(LEAST, province="ON")
    few = cost_of(counted, NOW)
    make_members(200, sector="media", joined_at=in_month(2031, 1))
    make_community()
    many = cost_of(counted, NOW)

    assert many == few == 5


def test_one_who_comes_or_goes_changes_no_byte_of_the_page(client, settings):
    settings.PAGE_CACHE_SECONDS = 0
    ada = make_member(province="PE", sector="media")
    make_members(LEAST - 1)
    count_again()
    before = client.get(URL).content, client.get("/data/reach.json").content

    for change in range(FRESH - 1):
        if change % 2:
            leave(ada, how=Consent.How.MEMBER)
        else:
            ada = make_member(email="again@example.org", province="PE", sector="media")
        assert not count_again()
        assert (client.get(URL).content, client.get("/data/reach.json").content) == before

    make_member()
    assert count_again()


def test_who_changes_what_they_said_of_themselves_changes_nothing_either(client, settings):
    settings.PAGE_CACHE_SECONDS = 0
    members = make_members(LEAST, province="ON")
    count_again()
    before = client.get(URL).content

    Member.objects.filter(pk__in=[one.pk for one in members]).update(province="PE", sector="media")

    assert not count_again()
    assert client.get(URL).content == before


def test_a_network_that_shrank_below_the_least_shows_nothing(client):
    members = [make_member() for _each in range(LEAST)]
    count_again()
    for member in members[:FRESH]:
        leave(member, how=Consent.How.MEMBER)

    assert count_again()
    assert Reach.latest().figures == {}
    assertContains(client.get(URL), "There is nothing to show yet.")


def test_readers_see_a_new_count_at_once(client):
    assertContains(client.get(URL), "There is nothing to show yet.")
    make_members(LEAST)

    count_again()

    Edition._known = (0.0, 0)
    assertContains(client.get(URL), "20 or more")


def test_the_task_and_the_command_do_it():
    make_members(LEAST)
    assert count_reach() is True
    assert count_reach() is False
    said = StringIO()
    call_command("count_reach", stdout=said)
    assert "need no counting" in said.getvalue()


def test_the_page_shows_each_figure_in_a_table(client):
    make_members(23, sector="media", province="ON", joined_at=timezone.now().replace(year=2025))
    make_members(4, province="NU")
    count_again()

    page = client.get(URL)

    assertContains(page, "25 or more")
    assertContains(page, "20 or more")
    assertContains(page, "fewer than 5")
    row = page.text[page.text.index('<th scope="row">Nunavut') :]
    row = row[: row.index("</tr>")]
    assert "fewer than 5" in row
    assert "4" not in row.replace("14", "")
    assertContains(client.get("/fr/reseau/portee/"), "moins de 5")


def test_the_data_file_has_the_same_figures_and_no_others(client):
    make_members(23)
    count_again()

    answer = client.get("/data/reach.json")

    assert answer.json()["figures"] == Reach.latest().figures
    assert answer.json()["rounded_down_to"] == 5


def test_the_page_costs_one_query(client, settings):
    settings.PAGE_CACHE_SECONDS = 0
    make_members(23)
    count_again()
    with CaptureQueriesContext(connection) as queries:
        client.get(URL)
    assert len(queries) == 1


def test_the_countrys_shares_say_where_they_are_from(client):
    make_members(LEAST, province="ON")
    count_again()

    for address, ending in [(URL, "eng"), ("/fr/reseau/portee/", "fra")]:
        page = client.get(address)
        assertContains(page, f"https://doi.org/10.25318/9810000101-{ending}")
        assertContains(page, f"220817/t005a-{ending}.htm")


def test_the_countrys_people_add_up_to_the_country():
    population = canada()["population"]

    assert sum(population["counts"].values()) == population["total"] == 36_991_981
    assert population["counts"].keys() == set(Province.values) - {"XX"}


def test_without_a_source_nothing_is_compared(client, monkeypatch, tmp_path):
    monkeypatch.setattr("network.reach.DATA", tmp_path / "canada.json")
    canada.cache_clear()
    make_members(LEAST, province="ON")
    count_again()

    page = client.get(URL)

    canada.cache_clear()
    assertContains(page, "Ontario")
    assertNotContains(page, "Source:")
    assertNotContains(page, '<th scope="col">Canada</th>')


def test_there_is_never_more_than_one_row():
    make_members(LEAST)
    count_again()
    for _each in range(FRESH):
        make_member()
    count_again()

    assert Reach.objects.count() == 1
    assert json.dumps(Reach.latest().figures)


def test_a_bar_is_as_long_as_its_share_and_the_country_has_its_tick():
    ontario, quebec, yukon = bars([("Ontario", 30, 40.0), ("Quebec", 10, 20.0), ("Yukon", 0, 0.1)])

    assert (ontario.share, ontario.width) == (75, 100)
    assert (quebec.share, round(quebec.width)) == (25, 33)
    assert (yukon.share, yukon.width) == (None, 0)
    assert round(ontario.tick) == 53
    assert bars([("Ontario", 0, None)])[0].width == 0


def test_columns_stand_in_order_and_januaries_say_their_year():
    drawing = columns([("2030-12", "December", 5), ("2031-01", "January", 10), ("2031-02", "F", 0)])

    assert [one.x for one in drawing.columns] == [0, 160, 320]
    assert [one.year for one in drawing.columns] == ["", "2031", ""]
    assert [one.height for one in drawing.columns] == [50, 100, 0]
    assert columns([]).highest == 0
