"""What is seen of support: on the page by everyone within a minute, at once by who supports."""

import pytest
from pytest_django.asserts import assertContains

from network.models import Edition
from opengov_portal.middleware import page_cache
from tests.factories import make_organization, make_proposal, make_support

pytestmark = pytest.mark.django_db


@pytest.fixture
def pass_seconds(monkeypatch):
    real = page_cache.time.time
    passed = [0]
    monkeypatch.setattr(page_cache.time, "time", lambda: real() + passed[0])

    def wait(seconds):
        passed[0] += seconds

    return wait


def test_the_number_on_the_page_is_a_minute_old_at_most(client, pass_seconds):
    proposal = make_proposal()
    edition = Edition.current()
    page = f"/en/proposals/{proposal.pk}/"
    first = client.get(page)
    assertContains(first, "Nobody has supported this yet.")
    assert "max-age=30" in first.headers["Cache-Control"]
    make_support(proposal)
    assertContains(client.get(page), "Nobody has supported this yet.")
    assert Edition.current() == edition

    pass_seconds(31)

    assertContains(client.get(page), "1 person supports this.")


def test_pages_without_such_numbers_are_kept_as_long_as_before(client, pass_seconds, settings):
    assert "max-age=60" in client.get("/en/about/").headers["Cache-Control"]
    assert "s-maxage" not in client.get("/en/about/").headers["Cache-Control"]


def test_a_shorter_time_of_the_settings_holds(settings):
    from django.http import HttpResponse

    settings.PAGE_CACHE_SECONDS = 10
    said = HttpResponse(headers={"Cache-Control": "public, max-age=30, s-maxage=30"})
    assert page_cache.keeping_time(said) == 10
    settings.PAGE_CACHE_SECONDS = 300
    assert page_cache.keeping_time(said) == 30


def test_organizations_are_named_apart_on_the_page(client):
    proposal = make_proposal()
    make_support(proposal, organization=make_organization(name_en="Friends of Bees"))

    page = client.get(f"/en/proposals/{proposal.pk}/")

    assertContains(page, "Nobody has supported this yet.")
    assertContains(page, "Friends of Bees")
