"""What was public once and was removed: its addresses say so, and when, for ever."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from commitments.actions import publish_change, publish_plan_change
from commitments.models import Change
from tests.factories import make_commitment, make_plan, make_staff

pytestmark = pytest.mark.django_db

OF_A_COMMITMENT = ["commitment", "picture", "history", "commitment_feed"]
OF_A_PLAN = ["plan", "plan_feed"]


@pytest.fixture
def promise():
    return make_commitment(plan=make_plan(slug="2030-2032"), number=7, code="2030-2032-07")


def remove(promise):
    publish_change(Change.Kind.REMOVED, promise, by=None)
    promise.delete()
    Change.objects.filter(kind="removed").update(at=datetime(2031, 2, 1, 17, tzinfo=UTC))


@pytest.mark.parametrize("name", OF_A_COMMITMENT)
def test_a_commitment_that_was_removed_is_gone_and_its_addresses_say_since_when(
    client, promise, name
):
    remove(promise)

    response = client.get(reverse(f"commitments:{name}", args=["2030-2032", 7]))

    assertContains(response, "removed from the portal on Feb. 1, 2031.", status_code=410)


@pytest.mark.parametrize("name", OF_A_PLAN)
def test_a_plan_that_was_removed_is_gone_with_what_it_promised(client, promise, name):
    plan = promise.plan
    remove(promise)
    publish_plan_change(Change.Kind.REMOVED, plan, by=None)
    plan.delete()

    response = client.get(reverse(f"commitments:{name}", args=["2030-2032"]))

    assertContains(response, "This action plan was removed", status_code=410)
    assert client.get("/en/plans/2030-2032/7/").status_code == 410


def test_it_is_said_in_french_too(client, promise):
    remove(promise)

    response = client.get("/fr/plans/2030-2032/7/")

    assertContains(response, "retiré du portail le 1er février 2031.", status_code=410)


def test_what_an_editor_deletes_is_gone(client, promise, without_second_factor):
    client.force_login(make_staff())
    page = reverse("admin:commitments_commitment_delete", args=[promise.pk])

    client.post(page, {"post": "yes", "_why_en": "Entered twice.", "_why_fr": "En double."})
    client.logout()

    assert client.get("/en/plans/2030-2032/7/").status_code == 410


def test_what_was_removed_and_came_back_is_there(client, promise):
    plan = promise.plan
    remove(promise)
    make_commitment(plan=plan, number=7, code="2030-2032-07")

    assert client.get("/en/plans/2030-2032/7/").status_code == 200


@pytest.mark.parametrize("address", ["/en/plans/2030-2032/8/", "/en/plans/2030-2032/8/history/"])
def test_what_had_an_id_of_its_own_is_gone_too(client, promise, address):
    plan = promise.plan
    remove(make_commitment(plan=plan, number=8, code="count-the-bees"))

    assert client.get(address).status_code == 410
    assert client.get("/en/plans/2030-2032/9/").status_code == 404
    assert client.get("/en/plans/2030-2032/7/").status_code == 200

    promise.delete()
    plan.delete()
    assert client.get(address).status_code == 410


@pytest.mark.parametrize("number", [8, 70, 99999999999999999999999])
def test_what_never_was_is_still_not_found(client, promise, number):
    remove(promise)

    assert client.get(f"/en/plans/2030-2032/{number}/").status_code == 404
