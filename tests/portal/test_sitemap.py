"""Every public page is in the sitemap, with its twin, at a constant cost."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Commitment
from opengov_portal.sitemaps import SITEMAPS, Twins, TwinSitemap
from tests.addresses import examples
from tests.counting import cost_of
from tests.factories import make_plan

pytestmark = pytest.mark.django_db


def locations(client, address="/sitemap.xml"):
    return re.findall(r"<loc>([^<]+)</loc>", client.get(address).text)


def every_page(client):
    return [
        page
        for part in locations(client)
        for page in locations(
            client, urlsplit(unescape(part))._replace(scheme="", netloc="").geturl()
        )
    ]


def fill(number):
    plan = make_plan()
    Commitment.objects.bulk_create(
        Commitment(
            plan=plan,
            number=n,
            code=f"{plan.slug}-{n}",
            title_en=f"Promise {n}",
            label_fr=f"Promesse {n}",
        )
        for n in range(1, number + 1)
    )


def test_every_public_page_is_in_it_in_both_languages(client, plans):
    listed = {page.removeprefix("https://portal.example") for page in every_page(client)}

    for name, address in examples():
        response = client.get(address)
        if (
            response.status_code == 200
            and "text/html" in response["Content-Type"]
            and "no-store" not in response["Cache-Control"]
        ):
            assert address in listed, name


def test_what_it_lists_is_there(client, plans):
    for page in every_page(client):
        path = page.removeprefix("https://portal.example")
        if path.count("/") <= 4 or "/19/" in path:
            assert client.get(path).status_code == 200, path


def test_each_page_names_its_twin_and_where_others_are_led(client, plans):
    text = client.get("/sitemap-plans.xml").text

    page = next(part for part in text.split("<url>") if "/en/plans/2016-2018/</loc>" in part)
    for language, address in [
        ("en", "/en/plans/2016-2018/"),
        ("fr", "/fr/plans/2016-2018/"),
        ("x-default", "/plans/2016-2018/"),
    ]:
        assert f'hreflang="{language}" href="https://portal.example{address}"' in page


def test_a_long_list_comes_in_parts(client, monkeypatch):
    monkeypatch.setattr(TwinSitemap, "limit", 10)
    fill(12)

    assert len([part for part in locations(client) if "sitemap-commitments" in part]) == 3
    assert len(locations(client, "/sitemap-commitments.xml?p=3")) == 4
    assert client.get("/sitemap-commitments.xml?p=4").status_code == 404
    assert client.get("/sitemap-commitments.xml?p=x").status_code == 404
    assert client.get("/sitemap-nothing.xml").status_code == 404


@pytest.mark.parametrize("address", ["/sitemap.xml", "/sitemap-commitments.xml"])
def test_it_costs_the_same_queries_however_long(client, settings, address):
    settings.PAGE_CACHE_SECONDS = 0
    fill(2)
    few = cost_of(client.get, address)
    fill(200)
    many = cost_of(client.get, address)

    assert many == few <= 2 * len(SITEMAPS)  # a part's addresses, and its latest change


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_a_part_may_end_between_a_page_and_its_twin(client, monkeypatch, limit):
    monkeypatch.setattr(TwinSitemap, "limit", limit)
    fill(5)
    parts = [part for part in locations(client) if "sitemap-commitments" in part]

    pages = [
        page
        for number in range(1, len(parts) + 1)
        for page in locations(client, f"/sitemap-commitments.xml?p={number}")
    ]

    assert len(pages) == len(set(pages)) == 10


def test_a_part_reads_no_more_than_it_lists():
    fill(9)
    twins = Twins(Commitment.objects.order_by("pk"), ("en", "fr"))

    with CaptureQueriesContext(connection) as asked:
        assert [(one.number, language) for one, language in twins[3:6]] == [
            (2, "fr"),
            (3, "en"),
            (3, "fr"),
        ]

    assert ["LIMIT 2" in query["sql"] for query in asked] == [False, True]
    assert twins[-1] == (Commitment.objects.get(number=9), "fr")
