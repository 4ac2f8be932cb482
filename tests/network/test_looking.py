"""The record holds who of staff looked at what tells of people, and at which page."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from network.models import Deed
from network.roles import Role
from tests.everything import admin_addresses, make_everything
from tests.factories import (
    make_community,
    make_member,
    make_organization,
    make_with_role,
)
from tests.forms import admin_name

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(staff, without_second_factor):
    return staff


def page_of(thing):
    return reverse(admin_name(thing, "change"), args=[thing.pk])


def test_who_opens_what_tells_of_people_is_on_record(client, staff):
    member = make_member(email="ada@example.org", name="Ada")

    client.get(page_of(member))
    client.get(reverse("admin:network_member_changelist"), {"q": "ada@example.org"})

    one, several = Deed.objects.oldest()
    assert (one.act, one.by, one.thing, one.key) == (
        "seen",
        staff,
        "network.member",
        str(member.pk),
    )
    assert (several.act, several.thing, several.key) == ("seen", "network.member", "")


@pytest.mark.parametrize("name", ["consent", "letter", "joinrequest"])
def test_records_and_letters_too(client, staff, name):
    make_member()
    model = next(model for model in admin.site._registry if model._meta.model_name == name)

    client.get(page_of(model.objects.first()))

    assert Deed.objects.get().thing == f"network.{name}"


SUGGESTED = "/admin/autocomplete/?app_label={}&model_name={}&field_name={}&term=zqxmark"


def test_so_is_every_page_that_shows_an_address(client, without_second_factor):
    things = make_everything("zqxmark")
    client.force_login(make_with_role(Role.ADMINISTRATOR))
    pages = [
        *admin_addresses(things),
        ("search", "/admin/search/?q=zqxmark"),
        ("suggestions of members", SUGGESTED.format("network", "affiliation", "member")),
        ("suggestions of users", SUGGESTED.format("commitments", "responder", "user")),
    ]
    unseen = []
    for name, address in pages:
        if name.startswith("suggestions"):  # who looked at the list just now has looked
            client.force_login(make_with_role(Role.ADMINISTRATOR))
        looks = Deed.objects.exclude(act__in=["added", "changed", "removed"])
        before = looks.count()
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        if "zqxmark-" in body.decode() and looks.count() == before:
            unseen.append(name)

    assert unseen == []


def test_what_a_box_suggests_while_one_types_is_one_look_within_some_minutes(client, staff):
    client.force_login(staff)
    members = SUGGESTED.format("network", "affiliation", "member")
    users = SUGGESTED.format("commitments", "responder", "user")
    for typed in ("z", "zq", "zqx"):
        client.get(f"{members}{typed}")
        client.get(f"{users}{typed}")

    assert sorted(Deed.objects.values_list("thing", flat=True)) == [
        "network.member",
        "network.user",
    ]

    client.force_login(make_with_role(Role.ADMINISTRATOR))
    client.get(members)
    assert Deed.objects.filter(thing="network.member").count() == 2
    with patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(minutes=11)):
        client.get(members)
    assert Deed.objects.filter(thing="network.member").count() == 3


def test_a_look_at_one_of_them_is_no_look_at_what_a_box_suggests(client, staff):
    client.get(page_of(make_member()))
    client.get(SUGGESTED.format("network", "affiliation", "member"))

    assert Deed.objects.filter(thing="network.member").count() == 2


def test_what_is_public_is_looked_at_freely(client, staff):
    client.get(page_of(make_community()))
    client.get(page_of(make_organization()))

    assert not Deed.objects.exists()
