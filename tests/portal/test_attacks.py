"""What is tried against every site, tried here on every address of this one.

The walks are drawn from the URL configuration: an address that is added tomorrow is
attacked tomorrow. docs/security.md lists which test holds which attack.
"""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.urls import get_resolver, reverse

from network.models import Letter, Member, User
from tests.addresses import examples
from tests.answers import whole
from tests.factories import PASSWORD, make_member, make_staff, make_user
from tests.portal.test_get_changes_nothing import checksum

pytestmark = pytest.mark.django_db
SIGN_IN, CODE = "/en/account/login/", "/en/account/login/code/"
RESET, FACTOR = "/en/account/password/reset/", "/en/account/2fa/authenticate/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# These take a POST from a program that has no page of ours, and so no token (RFC 8058).
WITHOUT_TOKEN = {"network:leave"}


def confirmed(user):
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def browser(user=None, **facts):
    client = Client(HTTP_X_FORWARDED_PROTO="https", raise_request_exception=False, **facts)
    if user:
        client.force_login(user)
    return client


def admin_addresses():
    """Every address of the admin; those about one thing lead to the number 1."""
    admin = next(r for r in get_resolver().url_patterns if getattr(r, "namespace", "") == "admin")
    for pattern in admin.url_patterns:
        for each in getattr(pattern, "url_patterns", [pattern]):
            named = each.pattern.regex.groupindex
            kinds = {
                "app_label": "network",
                "content_type_id": 1,
                "object_id": 1,
                "pk": 1,
                "url": "x",
            }
            if each.name:
                arguments = {name: kinds.get(name, 1) for name in named}
                yield f"admin:{each.name}", reverse(f"admin:{each.name}", kwargs=arguments)


# --- Requests that another site makes the browser send ---------------------------------


def test_every_address_that_takes_a_post_refuses_one_without_its_token(plans, settings):
    settings.REQUIRE_STAFF_MFA = False
    caller = browser(confirmed(make_staff()), enforce_csrf_checks=True)
    before, tried, took = checksum(), 0, set()

    for name, address in [*examples(), *admin_addresses()]:
        response = caller.post(address, {"anything": "at all"})
        whole(response)
        tried += 1
        if response.status_code != 403:
            took.add(name)

    assert took == WITHOUT_TOKEN
    assert tried > 300
    assert checksum() == before


def test_a_token_of_another_session_or_a_form_of_another_site_is_refused(client):
    user = confirmed(make_user())
    theirs = browser(enforce_csrf_checks=True)
    token = theirs.get(SIGN_IN).cookies["__Host-csrf"].value
    mine = browser(enforce_csrf_checks=True)
    mine.get(SIGN_IN)
    data = {"login": user.email, "password": PASSWORD}

    other = mine.post(SIGN_IN, data | {"csrfmiddlewaretoken": token})
    own = mine.cookies["__Host-csrf"].value
    elsewhere = mine.post(
        SIGN_IN,
        data | {"csrfmiddlewaretoken": own},
        headers={"origin": "https://elsewhere.example"},
    )

    assert (other.status_code, elsewhere.status_code) == (403, 403)
    assert "_auth_user_id" not in mine.session


# --- Leading on to another site --------------------------------------------------------

ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "https:elsewhere.example",
    "https://portal.example@elsewhere.example/",
    "https://portal.example.elsewhere.example/",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\t//elsewhere.example",
]


@pytest.mark.parametrize("to", ELSEWHERE)
def test_no_address_leads_on_to_another_site(to):
    user = confirmed(make_user())
    for caller in (browser(), browser(user)):
        for name in ("next", "url", "to", "return", "redirect", "back"):
            for address in (SIGN_IN, CODE, "/admin/login/", "/", "/en/account/2fa/reauthenticate/"):
                response = caller.get(address, {name: to})
                assert not leads_elsewhere(response), (address, name)
        signed = caller.post(SIGN_IN, {"login": user.email, "password": PASSWORD, "next": to})
        assert not leads_elsewhere(signed)
        assert not leads_elsewhere(caller.post("/en/account/logout/", {"next": to}))


def leads_elsewhere(response):
    led = response.headers.get("Location", "")
    return bool(re.match(r"[\s\\/]*[\\/]{2}|\s*[a-z]+:", led)) and not led.startswith(
        ("https://testserver/", "https://portal.example/")
    )


# --- Another host ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "forged",
    [
        {"host": "elsewhere.example"},
        {"host": "testserver:80@elsewhere.example"},
        {"host": "testserver\r\nX-Evil: 1"},
        {"x-forwarded-host": "elsewhere.example"},
        {"forwarded": "host=elsewhere.example"},
        {"x-original-url": "/admin/"},
    ],
)
def test_a_forged_host_is_in_no_letter_and_no_page(forged):
    confirmed(make_user(email="ada@example.org"))

    response = browser().post(RESET, {"email": "ada@example.org"}, headers=forged)

    assert "elsewhere" not in response.text + response.headers.get("Location", "")
    for letter in Letter.objects.all():
        assert "elsewhere" not in letter.text + letter.html + letter.subject
    assert response.status_code == (400 if "host" in forged else 302)


# --- Fields that no form has -----------------------------------------------------------

POWERS = {
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "",
    "user_permissions": "1",
    "groups": "1",
    "user": "1",
    "user_id": "1",
    "pk": "1",
    "id": "1",
    "founding": "on",
    "listing": "agreed",
    "state": "public",
    "status": "published",
    "decided_by": "1",
    "address": "staff@example.org",
    "joined_at": "2001-01-01",
    "verified": "on",
    "primary": "on",
}


def test_no_form_takes_a_field_that_it_does_not_show(plans):
    member = make_member(email="eve@example.org")
    other = make_member(email="ada@example.org")
    caller = browser(member.user)
    powers = ("is_staff", "is_superuser", "is_active", "email", "date_joined")
    facts = ("user_id", "address", "founding", "listing", "joined_at")
    before = User.objects.filter(pk=member.user_id).values(*powers).get()
    kept = list(Member.objects.order_by("pk").values(*facts))
    leaving = {"network:leave_network", "network:erase", "account_logout"}

    for name, address in examples():
        if name not in leaving:
            whole(caller.post(address, POWERS | {"name": "Eve", "language": "en"}))

    assert User.objects.filter(pk=member.user_id).values(*powers).get() == before
    assert list(Member.objects.order_by("pk").values(*facts)) == kept
    user = User.objects.get(pk=member.user_id)
    assert not user.groups.exists()
    assert not user.user_permissions.exists()
    assert Member.objects.filter(pk=other.pk).exists()


# --- What belongs to another -----------------------------------------------------------


@pytest.mark.parametrize("what", ["mfa_remove_webauthn", "mfa_edit_webauthn"])
def test_nobody_touches_anothers_passkey(what):
    data = {"name": "Theirs", "credential": {}}
    theirs = Authenticator.objects.create(user=make_user(), type="webauthn", data=data)
    caller = browser()
    caller.post(SIGN_IN, {"login": confirmed(me := make_user()).email, "password": PASSWORD})
    caller.post("/en/account/reauthenticate/", {"password": PASSWORD})
    page = reverse(what, args=[theirs.pk])

    assert {caller.get(page).status_code, caller.post(page, {"name": "Mine"}).status_code} == {404}
    assert Authenticator.objects.get(pk=theirs.pk).data["name"] == "Theirs"
    assert not Authenticator.objects.filter(user=me).exists()


def test_a_number_in_an_address_of_ones_own_leads_to_nothing_of_anothers(plans):
    """Every address with a number in it, tried with numbers that are somebody else's."""
    ada = make_member(email="ada@example.org", name="Ada Lovelace")
    eve = browser(make_member(email="eve@example.org").user)

    for name, address in examples():
        for number in (ada.pk, ada.user_id, 2**31, 2**63 - 1):
            tried = re.sub(r"/(?:1|404)/", f"/{number}/", address)
            if tried != address:
                response = eve.get(tried)
                assert response.status_code in {200, 302, 404, 405, 410}, (name, tried)
                assert "ada@example.org" not in whole(response).decode(errors="replace"), tried


# --- Guessing --------------------------------------------------------------------------


def test_a_second_factor_cannot_be_guessed():
    staff = confirmed(make_staff())
    TOTP.activate(staff, SECRET)
    for n in range(8):
        caller = browser(HTTP_X_FORWARDED_FOR=f"192.0.2.{n}")
        caller.post(SIGN_IN, {"login": staff.email, "password": PASSWORD})
        caller.post(FACTOR, {"code": "000000"})

    right = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    response = caller.post(FACTOR, {"code": right})

    assert "_auth_user_id" not in caller.session
    assert "Too many failed" in response.text


def test_a_code_of_an_app_works_once():
    staff = confirmed(make_staff())
    TOTP.activate(staff, SECRET)
    right = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    for opens in (True, False):
        caller = browser()
        caller.post(SIGN_IN, {"login": staff.email, "password": PASSWORD})
        caller.post(FACTOR, {"code": right})
        assert ("_auth_user_id" in caller.session) is opens


def test_a_code_by_mail_cannot_be_guessed_from_many_browsers():
    member = make_member(email="ada@example.org")
    for n in range(12):
        caller = browser(HTTP_X_FORWARDED_FOR=f"192.0.2.{n}")
        caller.post(CODE, {"email": "ada@example.org"})
        for _try in range(6):
            caller.post("/en/account/login/code/confirm/", {"code": "BBBB-BBBB"})
        assert "_auth_user_id" not in caller.session

    # Three letters in a quarter of an hour, with five tries each, of some 20^8 codes.
    letters = Letter.objects.filter(template="network/emails/account", user=member.user)
    assert letters.count() <= 3
