import pytest
from pytest_django.asserts import assertContains, assertNotContains

from commitments.models import Change
from network.models import Edition
from tests.factories import make_assessment, make_commitment, make_plan, make_subject

pytestmark = pytest.mark.django_db


def test_home_says_what_this_is_offers_a_search_and_four_doors(client):
    response = client.get("/en/")

    assertContains(response, "open government action plan")
    assertContains(response, '<form class="searchbox large" role="search"')
    for door in ("/en/commitments/", "/en/plans/", "/en/proposals/new/", "/en/network/join/"):
        assertContains(response, f'<li><a href="{door}"><strong>')


def test_home_works_before_anything_is_loaded(client):
    response = client.get("/fr/")

    assert response.status_code == 200
    assertNotContains(response, 'id="current"')


def test_the_current_plan_is_the_newest(client):
    make_plan(ordinal=1, title_en="The old plan")
    make_commitment(plan=make_plan(ordinal=2, title_en="The new plan"))

    response = client.get("/en/")

    assertContains(response, "The new plan")
    assertNotContains(response, "The old plan")


def test_a_plan_nobody_has_assessed_says_so_and_draws_no_bars(client):
    make_commitment()

    response = client.get("/en/")

    assertContains(response, "has been found in the sources yet")
    assertNotContains(response, '<svg class="strip"')


def test_a_plan_someone_has_assessed_is_drawn_assessor_by_assessor(client):
    make_assessment(make_commitment())

    response = client.get("/en/")

    assertContains(response, '<figure class="drawing">', count=3)
    assertContains(response, '<svg class="strip"', count=1)  # two have nothing to draw


def test_home_leads_to_the_subjects_with_the_most_commitments(client):
    busy, idle = make_subject(name="Vaults"), make_subject(name="Nothing at all")
    make_commitment(subjects=[busy])

    response = client.get("/en/")

    assertContains(response, f'href="/en/commitments/?tag={busy.slug}"')
    assertNotContains(response, idle.name)


def test_home_tells_what_changed_lately(client):
    Change.record(Change.Kind.CHANGED, make_commitment(title_en="Open the vaults"))

    assertContains(client.get("/en/"), "Open the vaults", count=2)  # in the plan, and as changed


def test_home_costs_the_same_few_queries_however_much_there_is(
    client, settings, django_assert_max_num_queries
):
    settings.PAGE_CACHE_SECONDS = 0
    settings.EDITION_MEMO_SECONDS = 60
    plan = make_plan()
    for _ in range(12):
        commitment = make_commitment(plan, subjects=[make_subject()])
        make_assessment(commitment)
        Change.record(Change.Kind.ADDED, commitment)
    drawn = client.get("/en/")  # the catalogue is read once an edition

    assertContains(drawn, "All 12 commitments")
    with django_assert_max_num_queries(1):  # the calls for ideas, which end by the clock
        assert client.get("/en/").content == drawn.content


def test_home_tells_the_newest_from_the_next_edition_on(client):
    assertNotContains(client.get("/en/"), "Open the vaults")
    Change.record(Change.Kind.ADDED, make_commitment(title_en="Open the vaults"))
    Edition.advance()

    assertContains(client.get("/en/"), "Open the vaults", count=2)
