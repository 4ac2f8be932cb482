"""Accounts are kept at the desk by their address; nobody gives themselves more power."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Deed, Edition, User
from tests.counting import cost_of
from tests.factories import make_staff, make_user
from tests.forms import form_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]

USERS = "admin:network_user_changelist"
ADD = "admin:network_user_add"
LANGUAGE = "admin:network_user_language"
NEW_PASSWORD = "another long and quiet evening"


@pytest.fixture
def clerk(client):
    """Staff who may change accounts, and no more."""
    person = make_staff(is_superuser=False)
    person.user_permissions.set(
        Permission.objects.filter(codename__in=["view_user", "add_user", "change_user"])
    )
    client.force_login(person)
    return person


def page_of(user):
    return reverse("admin:network_user_change", args=[user.pk])


def test_bookkeeping_has_no_page(client, staff):
    assert not admin.site.is_registered(Edition)


@pytest.mark.parametrize("name", ["network_user", "mfa_authenticator", "network_deed"])
def test_the_lists_open_to_staff_alone(client, name):
    url = reverse(f"admin:{name}_changelist")

    assert client.get(url).status_code == 302
    client.force_login(make_user())
    assert client.get(url).status_code == 302
    client.force_login(make_staff(is_superuser=False))
    assert client.get(url).status_code == 403
    client.force_login(make_staff())
    assert client.get(url).status_code == 200


def test_a_colleague_is_added_by_address(client, staff):
    data = form_of(client.get(reverse(ADD)), "user_form")
    data |= {"email": ["Grace@Example.ORG"], "name": ["Grace"]}
    data |= {"password1": [NEW_PASSWORD], "password2": [NEW_PASSWORD]}

    response = client.post(reverse(ADD), data)

    grace = User.objects.get(name="Grace")
    assert response["Location"] == page_of(grace)
    assert grace.email == "grace@example.org"
    assert grace.check_password(NEW_PASSWORD)
    assert not grace.is_staff


def test_an_address_taken_in_another_case_is_said_at_its_field(client, staff):
    make_user(email="grace@example.org")
    data = form_of(client.get(reverse(ADD)), "user_form")
    data |= {"email": ["GRACE@example.org"], "name": ["Grace"]}
    data |= {"password1": [NEW_PASSWORD], "password2": [NEW_PASSWORD]}

    response = client.post(reverse(ADD), data)

    errors = response.context["adminform"].form.errors
    assert errors == {"email": ["There is an account with this address already."]}
    assertContains(response, "GRACE@example.org")


def test_an_account_is_changed_and_signed(client, staff):
    person = make_user()
    data = form_of(client.get(page_of(person)), "user_form") | {"name": ["Another Name"]}

    assert client.post(page_of(person), data).status_code == 302
    assert client.post(page_of(person), data).status_code == 302

    person.refresh_from_db()
    assert person.name == "Another Name"
    deed = Deed.objects.get(act="changed")
    assert (deed.by, deed.thing, deed.key) == (staff, "network.user", str(person.pk))


def test_looking_at_an_account_changes_nothing(client, staff):
    person = make_user()

    client.get(page_of(person))

    assert not Deed.objects.done().exists()


def test_a_password_is_set_for_an_account_that_has_an_address_alone(client, staff):
    person = make_user()
    url = reverse("admin:auth_user_password_change", args=[person.pk])
    assertContains(client.get(page_of(person)), "../password/")
    assertContains(client.get(url), person.email)

    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    response = client.post(url, {**passwords, "usable_password": "true"})

    assert response["Location"] == page_of(person)
    person.refresh_from_db()
    assert person.check_password(NEW_PASSWORD)


def test_accounts_are_closed_not_deleted(client, staff):
    person = make_user()

    response = client.post(reverse("admin:network_user_delete", args=[person.pk]), {"post": "yes"})

    assert response.status_code == 403
    assert User.objects.filter(pk=person.pk).exists()


def test_a_clerk_gives_nobody_powers(client, clerk):
    person = make_user()
    data = form_of(client.get(page_of(person)), "user_form")
    data |= {"is_staff": ["on"], "is_superuser": ["on"], "name": ["New"]}

    client.post(page_of(person), data)

    person.refresh_from_db()
    assert person.name == "New"
    assert not person.is_staff
    assert not person.is_superuser


def test_a_clerk_cannot_touch_the_account_of_one_who_may_do_more(client, clerk):
    chief = make_staff()
    before = chief.password
    password = reverse("admin:auth_user_password_change", args=[chief.pk])
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}

    assert client.post(page_of(chief), {"email": "mine@example.org"}).status_code == 403
    assert client.post(password, passwords).status_code == 403

    chief.refresh_from_db()
    assert chief.password == before


def test_staff_read_the_admin_in_the_language_they_chose(client, staff):
    assertContains(client.get(reverse(USERS)), '<html lang="en"')

    response = client.post(reverse(LANGUAGE), {"language": "fr", "next": reverse(USERS)})

    assert response["Location"] == reverse(USERS)
    assertContains(client.get(reverse(USERS)), '<html lang="fr"')
    assertContains(client.get("/en/about/"), 'lang="en"')


@pytest.mark.parametrize("language", ["", "de", "\0", "x" * 5000])
def test_a_language_that_is_not_ours_is_left_alone(client, staff, language):
    client.post(reverse(LANGUAGE), {"language": language, "next": "https://elsewhere.example/"})

    staff.refresh_from_db()
    assert staff.language == ""


def test_choosing_a_language_leads_nowhere_else(client, staff):
    response = client.post(
        reverse(LANGUAGE), {"language": "fr", "next": "https://elsewhere.example/"}
    )

    assert response["Location"] == reverse("admin:index")


def test_only_staff_choose_and_only_by_a_button(client):
    member = make_user()
    client.force_login(member)
    assert client.post(reverse(LANGUAGE), {"language": "fr"}).status_code == 302
    member.refresh_from_db()
    assert member.language == ""

    client.force_login(make_staff())
    assert client.get(reverse(LANGUAGE)).status_code == 405


def test_the_secret_of_a_second_factor_is_not_shown(client, staff):
    factor = Authenticator.objects.create(
        user=staff, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
    )
    url = reverse("admin:mfa_authenticator_change", args=[factor.pk])

    assertNotContains(client.get(url), "JBSWY3DPEHPK3PXP")
    assert client.post(url, {"data": "{}"}).status_code == 403


def test_a_lost_second_factor_can_be_taken_off(client, staff):
    colleague = make_staff()
    factor = Authenticator.objects.create(
        user=colleague, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
    )

    client.post(
        reverse("admin:mfa_authenticator_delete", args=[factor.pk]),
        {"post": "yes", "_why": "A mistake."},
    )

    assert not Authenticator.objects.exists()


def test_the_list_of_accounts_costs_the_same_with_any_number(client, staff):
    client.get(reverse(USERS))

    def cost():
        return cost_of(client.get, reverse(USERS))

    few = cost()
    for _each in range(10):
        make_user(password=None)

    assert cost() == few


@pytest.mark.parametrize("text", ["person", "\0", "'", "x" * 5000])
def test_any_search_is_answered(client, staff, text):
    assert client.get(reverse(USERS), {"q": text}).status_code == 200
