"""Letters on the safety of an account: what was done with it, when, and with which device."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from network.accounts.devices import COOKIE
from network.emails.accounts import NOTICES, account_notice
from network.models import Letter
from tests.factories import PASSWORD, make_member, make_staff, make_user

pytestmark = pytest.mark.django_db
SIGN_IN = "/en/account/login/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def confirmed(user):
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


@pytest.fixture
def staff():
    return confirmed(make_staff(email="staff@example.org"))


@pytest.fixture
def browser():
    return Client(HTTP_X_FORWARDED_PROTO="https", HTTP_USER_AGENT=FIREFOX)


def sign_in(browser, user, **data):
    return browser.post(SIGN_IN, {"login": user.email, "password": PASSWORD} | data)


def code(secret=SECRET):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def notices():
    letters = Letter.objects.filter(template="network/emails/account_notice").order_by("pk")
    return [letter.key.split("-")[1] for letter in letters]


def test_staff_hear_of_a_device_that_is_new_and_once_a_device(browser, staff):
    sign_in(browser, staff)
    letter = Letter.objects.get()
    assert letter.to == "staff@example.org"
    assert "device that is new" in letter.subject
    assert "Firefox, Linux" in letter.text
    assert "/en/account/sessions/" in letter.text
    browser.post("/en/account/logout/")

    sign_in(browser, staff)
    assert notices() == ["new_device"]

    sign_in(Client(HTTP_X_FORWARDED_PROTO="https"), staff)
    assert notices() == ["new_device", "new_device"]


def test_the_cookie_of_a_known_device_is_the_hosts_own_and_opens_nothing(browser, staff):
    sign_in(browser, staff)
    kept = browser.cookies[COOKIE]
    assert kept.key.startswith("__Host-")
    assert kept["secure"]
    assert kept["httponly"]
    assert kept["samesite"] == "Lax"

    thief = Client(HTTP_X_FORWARDED_PROTO="https")
    thief.cookies[COOKIE] = kept.value
    assert thief.get("/en/account/sessions/").status_code == 302


@pytest.mark.parametrize("forged", ["", "[1]", "a:b:c", "\x00", '"[1]":1:2'])
def test_a_forged_device_is_a_new_one(browser, staff, forged):
    browser.cookies[COOKIE] = forged

    sign_in(browser, staff)

    assert notices() == ["new_device"]


def test_a_device_that_a_colleague_used_is_new_to_another_account(browser, staff):
    sign_in(browser, staff)
    browser.post("/en/account/logout/")

    sign_in(browser, confirmed(make_staff()))

    assert notices() == ["new_device", "new_device"]


def test_members_are_not_told_of_devices_and_get_no_cookie_for_it(browser):
    sign_in(browser, confirmed(make_user()))

    assert notices() == []
    assert COOKIE not in browser.cookies


def test_a_wrong_second_factor_is_told_once_an_hour(browser, staff):
    TOTP.activate(staff, SECRET)
    sign_in(browser, staff)

    for _time in range(3):
        browser.post("/en/account/2fa/authenticate/", {"code": "000000"})

    assert notices() == ["factor_failed"]
    assert "knows your password" in Letter.objects.get().text


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor after the commit
def test_adding_and_removing_a_second_factor_is_told(browser, staff):
    sign_in(browser, staff)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = reverse("mfa_activate_totp")
    secret = browser.get(page).context["form"].secret
    browser.post(page, {"code": code(secret)})
    browser.post(reverse("mfa_generate_recovery_codes"))
    browser.post(reverse("mfa_deactivate_totp"))

    assert notices() == ["new_device", "factor_added", "codes_made", "factor_removed"]


def test_a_changed_password_is_told_in_the_owners_language(browser, staff):
    staff.language = "fr"
    staff.save()
    sign_in(browser, staff)
    words = "another long and quiet evening"

    data = {"oldpassword": PASSWORD, "password1": words, "password2": words}
    browser.post("/en/account/password/change/", data)

    letter = Letter.objects.latest("pk")
    assert letter.language == "fr"
    assert letter.subject == "Le mot de passe de votre compte a été changé"
    assert "/fr/compte/sessions/" in letter.text


def test_a_reset_password_is_told_too(browser, staff):
    browser.post("/en/account/password/reset/", {"email": staff.email})
    words = Letter.objects.get().text
    link = next(word for word in words.split() if "/password/reset/key/" in word)
    page = browser.get(link.replace("https://portal.example", "").replace("http://testserver", ""))
    new = "another long and quiet evening"
    browser.post(page["Location"], {"password1": new, "password2": new})

    assert notices() == ["password_changed"]


def test_what_a_colleague_does_in_the_admin_is_told_too(client, staff, without_second_factor):
    client.force_login(make_staff())
    TOTP.activate(staff, SECRET)
    factor = Authenticator.objects.get()
    words = "another long and quiet evening"

    client.post(
        f"/admin/mfa/authenticator/{factor.pk}/delete/", {"post": "yes", "_why": "A mistake."}
    )
    data = {"usable_password": "true", "password1": words, "password2": words}
    client.post(f"/admin/network/user/{staff.pk}/password/", data)

    assert notices() == ["factor_removed", "password_changed"]
    assert set(Letter.objects.values_list("to", flat=True)) == {"staff@example.org"}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("what", NOTICES)
def test_each_letter_says_what_to_do_and_holds_no_address(what, language):
    member = make_member(email="ada@example.org", language=language)

    letter = account_notice(member.user, what, device="Firefox, Linux")

    assert letter.language == language
    assert "Firefox, Linux" in letter.text
    assert "Firefox, Linux" in letter.html
    for words in (letter.text, letter.html, letter.subject):
        assert "ada@" not in words
