"""Staff open communities, word them and hide them; none is deleted."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from pytest_django.asserts import assertContains

from network.models import Community, Edition
from tests.counting import cost_of
from tests.factories import make_commitment, make_community, make_staff, make_subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
LIST = "/admin/network/community/"


def words(**more):
    return {
        "slug": "bees",
        "name_en": "Bees",
        "name_fr": "Abeilles",
        "why_en": "Count them.",
        "why_fr": "Comptez-les.",
        "is_public": "on",
    } | more


def page_of(community):
    return reverse("admin:network_community_change", args=[community.pk])


def test_staff_open_one_and_readers_see_it(client, staff):
    before, honey = Edition.current(), make_subject()

    client.post(f"{LIST}add/", words(issues=[honey.pk]))

    bees = Community.objects.get(slug="bees")
    assert list(bees.issues.all()) == [honey]
    assert Edition.current() > before


def test_staff_change_its_words_and_readers_see_them(client, staff):
    bees = make_community(slug="bees")
    before = Edition.current()

    client.post(page_of(bees), words(why_en="Count them twice."))

    bees.refresh_from_db()
    assert bees.why_en == "Count them twice."
    assert Edition.current() > before


def test_its_address_stays(client, staff):
    bees = make_community(slug="bees")

    client.post(page_of(bees), words(slug="wasps"))

    bees.refresh_from_db()
    assert bees.slug == "bees"


def test_a_save_that_changes_nothing_is_no_news(client, staff):
    bees = make_community(**words(is_public=True))
    before = Edition.current()

    client.post(page_of(bees), words())

    assert Edition.current() == before


def test_none_is_deleted(client, staff):
    bees = make_community()

    address = reverse("admin:network_community_delete", args=[bees.pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [bees.pk], "post": "yes"})
    assert Community.objects.filter(pk=bees.pk).exists()


def test_who_may_only_look_changes_nothing(client):
    clerk = make_staff(is_superuser=False)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_community"))
    client.force_login(clerk)
    bees = make_community(slug="bees")

    assert client.get(page_of(bees)).status_code == 200
    assert client.post(page_of(bees), words()).status_code == 403


def test_the_list_counts_in_a_constant_number_of_queries(client, staff):
    honey = make_subject()
    make_commitment(subjects=[honey])
    make_community([honey])
    assertContains(client.get(LIST), '<td class="field-promised">1</td>')
    few = cost_of(client.get, LIST)
    for _each in range(5):
        make_community([honey])
    many = cost_of(client.get, LIST)

    assert many == few
