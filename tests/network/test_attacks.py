"""What was tried against the network, and must not work again."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from network.actions import (
    Choices,
    ask_to_join,
    change_membership,
    confirm,
    erase,
    follow_new_address,
    leave,
    publish_organization,
)
from network.models import (
    Affiliation,
    Consent,
    JoinRequest,
    Letter,
    Member,
    Organization,
    Stop,
    User,
)
from opengov_portal.lib.errors import Refused
from tests.factories import make_member, make_staff
from tests.forms import form_of
from tests.network.organizations import make_representative

pytestmark = pytest.mark.django_db
CODE, RESET = "/en/account/login/code/", "/en/account/password/reset/"


def letters_to_ada():
    return Letter.objects.filter(address="ada@example.org").count()


@pytest.mark.parametrize("url", [CODE, RESET])
@pytest.mark.parametrize("known", [True, False])
def test_no_spelling_of_an_address_brings_its_owner_more_letters(client, url, known):
    if known:
        make_member(email="ada@example.org")
    before = letters_to_ada()
    for n in range(9):
        client.cookies.clear()
        client.post(url, {"email": f"ada+{n}@example.org"}, REMOTE_ADDR=f"192.0.2.{n}")
        client.post(url, {"email": "Ada@example.org"}, REMOTE_ADDR=f"198.51.100.{n}")

    assert 1 <= letters_to_ada() - before <= 4


def test_a_member_cannot_have_others_written_to_without_end(client):
    client.force_login(make_member(email="eve@example.org").user)
    for n in range(9):
        client.post("/en/account/email/", {"email": f"ada+{n}@example.org"})

    assert letters_to_ada() == 1


def test_adding_an_address_tells_nothing_of_it(client):
    make_member(email="ada@example.org")
    client.force_login(make_member(email="eve@example.org").user)

    def added(email):
        answer = client.post("/en/account/email/", {"email": email}, follow=True)
        client.post("/en/account/email/", {"take_back": ""}, follow=True)
        text = re.sub(r'value="[^"]{64}"', "", answer.text)
        return answer.redirect_chain, text.replace(email, "it")

    assert added("ada@example.org") == added("bob@example.org")


@pytest.fixture
def desk(settings):
    settings.REQUIRE_STAFF_MFA = False
    desk = Client(HTTP_X_FORWARDED_PROTO="https")
    desk.force_login(make_staff())
    return desk


def test_staff_who_correct_an_address_move_the_membership_along(desk):
    member = make_member(email="ada@example.org")
    url = reverse("admin:network_user_change", args=[member.user_id])
    desk.post(url, form_of(desk.get(url), "user_form") | {"email": ["countess@example.org"]})

    member.refresh_from_db()
    assert member.address == "countess@example.org"


def joins(email, **said):
    asked = ask_to_join(email, language="en", how=JoinRequest.How.FORM, **said)
    return confirm(asked, how=Consent.How.FORM)


@pytest.mark.parametrize("name", ["New", "Nouvelle", "NEW"])
def test_no_organization_named_on_joining_hides_behind_another_page(client, name):
    joins("eve@example.org", organization_name=name)
    organization = Organization.objects.get()
    publish_organization(organization, by=make_staff(is_superuser=True))

    assertContains(client.get(organization.get_absolute_url()), f"<h1>{name}</h1>")


def test_an_organization_named_on_joining_is_found_once_it_is_public(client):
    joins("eve@example.org", organization_name="Otters United")
    publish_organization(Organization.objects.get(), by=make_staff(is_superuser=True))

    assert list(Organization.objects.public().saying("otters")) == [Organization.objects.get()]


def test_nobody_whose_account_is_closed_is_named_by_an_organization(client, desk):
    tie = make_representative(email="ada@example.org")
    User.objects.update(name="Ada Lovelace")
    Member.objects.update(listing="agreed")
    Affiliation.objects.update(listed=True)
    page = tie.organization.get_absolute_url()
    assertContains(client.get(page), "Ada Lovelace")

    url = reverse("admin:network_user_change", args=[tie.member.user_id])
    desk.post(url, form_of(desk.get(url), "user_form") | {"is_active": []})

    assert not User.objects.get(pk=tie.member.user_id).is_active
    assertNotContains(client.get(page), "Ada Lovelace")


@pytest.fixture
def intruder():
    """A member whose account now has the address of another mailbox: `ada+x@` is not Ada's."""
    make_member(email="ada@example.org")
    eve = make_member(email="eve@example.org")
    eve.user.email = "ada+x@example.org"
    eve.user.save()
    follow_new_address(eve.user)
    return eve


def test_an_account_under_anothers_tag_downloads_nothing_of_theirs(client, intruder):
    client.force_login(intruder.user)

    held = client.post("/en/network/member/download/").json()

    assert [one["email"] for one in held["accounts"]] == ["ada+x@example.org"]
    assert "ada@example.org" not in str(held)
    assert "ada@example.org" not in client.get("/en/network/member/").text


@pytest.mark.parametrize("end", [leave, erase])
def test_an_account_under_anothers_tag_ends_nothing_of_theirs(intruder, end):
    end(intruder, how=Consent.How.MEMBER)

    assert letters_to_ada()
    assert not Stop.objects.of("ada@example.org").exists()
    assert Consent.objects.of("ada@example.org").exists()


def test_dots_of_a_mailbox_that_knows_none_are_no_way_round_the_limit():
    for spelling in ("a.da@gmail.com", "ad.a@gmail.com", "A.D.A+x@googlemail.com", "ada@gmail.com"):
        ask_to_join(spelling, language="en", how=JoinRequest.How.FORM)

    assert Letter.objects.count() == 1


@pytest.mark.parametrize("end", [leave, erase])
def test_whoever_presses_leave_twice_at_once_has_left_once(end):
    make_member(email="ada@example.org")
    first, second = Member.objects.get(), Member.objects.get()

    end(first, how=Consent.How.MEMBER)
    end(second, how=Consent.How.MEMBER)

    assert not Member.objects.exists()
    assert Consent.objects.filter(purpose="membership", act="withdrawn").count() == 1


def test_choices_that_come_after_leaving_are_refused():
    make_member(email="ada@example.org")
    left = Member.objects.get()
    leave(Member.objects.get(), how=Consent.How.MEMBER)
    wanted = Choices(
        name="", shown=False, purposes=["digests"], facts={"sector": ""}, issues=[], communities=[]
    )

    with pytest.raises(Refused):
        change_membership(left, wanted)
