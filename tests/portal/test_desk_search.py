"""Finding people, organizations, proposals and commitments from one box at the desk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from network.roles import Role
from tests.factories import (
    make_commitment,
    make_member,
    make_organization,
    make_proposal,
    make_with_role,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
SEARCH = "/admin/search/"


@pytest.fixture
def otters():
    make_member(email="otter@example.org", name="Olga Otter")
    make_organization(slug="otters", name_en="Friends of otters")
    make_proposal(title="Count the otters")
    make_commitment(title_en="Protect otters")


def seen(client, q, role=Role.ADMINISTRATOR):
    client.force_login(make_with_role(role))
    return client.get(SEARCH, {"q": q})


def test_one_box_finds_all_of_them(client, otters):
    page = seen(client, "otter")

    for title in ("Olga Otter", "Friends of otters", "Count the otters", "Protect otters"):
        assertContains(page, title)


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.MODERATOR, {"Olga Otter", "Friends of otters", "Count the otters"}),
        (Role.EDITOR, {"Friends of otters", "Count the otters", "Protect otters"}),
        (Role.CORRESPONDENT, {"Olga Otter"}),
    ],
)
def test_each_role_finds_what_it_may_look_at(client, otters, role, kinds):
    page = seen(client, "otter", role)

    for title in ("Olga Otter", "Friends of otters", "Count the otters", "Protect otters"):
        (assertContains if title in kinds else assertNotContains)(page, title)


def test_an_address_finds_its_owner_for_who_sees_addresses_alone(client, otters):
    assertContains(seen(client, "otter@example.org"), "<h2")

    assertNotContains(seen(client, "otter@example.org", Role.AUDITOR), "<h2")


def test_of_many_ten_are_shown_and_the_rest_is_one_click_away(client):
    for number in range(11):
        make_proposal(title=f"Otter {number}")

    page = seen(client, "otter")

    assertContains(page, "/admin/proposals/proposal/?q=otter&amp;desk=all")
    assert sum(len(one.rows) for one in page.context["found"] if "desk=all" in one.more) == 10


def test_it_costs_the_same_queries_with_1_row_or_10(client):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert client.get(SEARCH, {"q": "otter"}).status_code == 200
        return len(taken)

    client.force_login(make_with_role(Role.ADMINISTRATOR))
    for _round in range(2):
        make_member(name="Olga Otter")
        make_organization(name_en="Friends of otters")
        make_proposal(title="Count the otters")
        make_commitment(title_en="Protect otters")
        if not _round:
            client.get(SEARCH, {"q": "otter"})
            first = cost()
    assert cost() == first


@pytest.mark.parametrize("q", ["", "\0", "%", "'\"--", "x" * 10_000, "NEAR(", "🐝", "\\"])
def test_any_input_is_answered(client, q):
    assert seen(client, q).status_code == 200


def test_nothing_found_says_what_to_try_and_keeps_what_was_typed(client):
    page = seen(client, "<b>nothing</b>")

    assertContains(page, "Nothing fits")
    assertContains(page, 'value="&lt;b&gt;nothing&lt;/b&gt;"')


def test_the_box_is_in_the_header_of_every_page_of_the_desk(client):
    client.force_login(make_with_role(Role.MODERATOR))

    assertContains(client.get("/admin/proposals/proposal/"), 'id="search-header"')


def test_the_search_is_for_staff(client):
    assert client.get(SEARCH, {"q": "a"}).status_code == 302
    client.force_login(make_member().user)
    assert client.get(SEARCH, {"q": "a"}).status_code == 302
