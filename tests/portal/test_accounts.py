"""Signing in, the second factor of staff, and that nobody learns who has an account."""

import re
import socket
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from network.models import Letter, User
from tests.factories import PASSWORD, make_staff, make_user

pytestmark = pytest.mark.django_db
SIGN_IN = "/en/account/login/"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hashing a password well takes half a second; these are made up."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def confirmed(user):
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(client, user, **data):
    return client.post(SIGN_IN, {"login": user.email, "password": PASSWORD} | data)


@pytest.fixture
def staff():
    return confirmed(make_staff())


@pytest.fixture
def secret(staff):
    """The secret of the staff member's authenticator app."""
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(staff, secret)
    return secret


# --- Signing in ---------------------------------------------------------------


def test_staff_sign_in_with_their_address_and_password(client, staff):
    response = sign_in(client, staff)

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(staff.pk)


def test_signing_in_leads_on_to_where_one_was_going(client, staff, settings):
    settings.REQUIRE_STAFF_MFA = False

    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/en/account/login/?next=%2Fadmin%2F"
    response = sign_in(client, staff, next="/admin/")

    assert response["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_signing_in_leads_nowhere_else(client, staff):
    response = sign_in(client, staff, next="https://elsewhere.example/")

    assert "elsewhere" not in response["Location"]


@pytest.mark.parametrize("page", ["account_login", "account_logout", "account_reset_password"])
@pytest.mark.parametrize(
    "broken", ["//[elsewhere", "https://[", "\0", "//elsewhere.example", "\\\\e"]
)
def test_a_broken_address_to_go_on_to_is_left_out(client, page, broken):
    response = client.get(reverse(page), {"next": broken})

    assert response.status_code in {200, 302}
    assert broken not in response.headers.get("Location", "")


def test_a_broken_address_to_go_on_to_does_not_hold_up_signing_in(client, staff):
    assert sign_in(client, staff, next="//[elsewhere")["Location"] in {"/en/", "/en/account/2fa/"}
    assert client.get("/admin/login/", {"next": "//[elsewhere"}).status_code == 302


def test_an_account_nobody_has_confirmed_does_not_open(client):
    staff = make_staff()

    response = sign_in(client, staff)

    assert response["Location"] == "/en/account/confirm-email/"
    assert "_auth_user_id" not in client.session
    assert Letter.objects.get().to == staff.email


@pytest.mark.parametrize("email", ["known@example.org", "nobody@example.org"])
def test_a_wrong_password_is_answered_alike_for_every_address(client, email):
    confirmed(make_user(email="known@example.org"))

    response = client.post(SIGN_IN, {"login": email, "password": "not the password"})

    assert response.status_code == 200
    assert "not correct" in response.text
    assert not response.context["form"].errors.keys() - {"__all__"}


def test_a_reset_is_answered_alike_for_every_address(client):
    confirmed(make_user(email="known@example.org"))
    answers = [
        client.post("/en/account/password/reset/", {"email": email}, follow=True)
        for email in ("known@example.org", "nobody@example.org")
    ]

    first, second = ((a.status_code, a.redirect_chain, a.text) for a in answers)
    assert first == second
    letters = Letter.objects.order_by("pk").values_list("to", flat=True)
    assert list(letters) == ["known@example.org", "nobody@example.org"]


def test_letters_of_accounts_go_through_the_outbox_in_the_readers_language(client):
    user = confirmed(make_user())
    client.post("/fr/compte/password/reset/", {"email": user.email})

    letter = Letter.objects.get()
    assert (letter.language, letter.user) == ("fr", user)
    assert letter.subject == "Nouveau mot de passe"
    assert "/fr/compte/password/reset/key/" in letter.text
    assert "Le Réseau d’exemple" in letter.text
    assert "<a href=" in letter.html
    assert "Hello" not in letter.text


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_fails_no_visitor(client, settings):
    user = confirmed(make_user())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.EMAIL_BACKEND = "opengov_portal.lib.mail.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

    response = client.post("/en/account/password/reset/", {"email": user.email})

    assert response.status_code == 302
    assert Letter.objects.get().state == Letter.State.OWED


def test_nobody_signs_up_by_a_form(client):
    fields = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}

    assert "Join the network" in client.get("/en/account/signup/").text
    client.post("/en/account/signup/", fields)

    assert not User.objects.filter(email="new@example.org").exists()


def test_who_tries_too_often_waits(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}

    for _time in range(3):
        response = client.post(SIGN_IN, {"login": "a@example.org", "password": "x"})

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "wait a little" in response.text


def test_an_address_is_the_same_in_capitals(client):
    staff = make_user(email="Ada.Lovelace@Example.org")
    EmailAddress.objects.create(user=staff, email=staff.email, primary=True, verified=True)

    client.post(SIGN_IN, {"login": "ADA.LOVELACE@example.ORG", "password": PASSWORD})

    assert client.session["_auth_user_id"] == str(staff.pk)


def test_who_guesses_at_one_account_waits(client, staff):
    for _time in range(6):
        client.post(SIGN_IN, {"login": staff.email, "password": "a guess that is wrong"})

    response = sign_in(client, staff)

    assert "_auth_user_id" not in client.session
    assert "Too many failed" in response.text


def test_personal_pages_are_kept_by_nobody(client, staff, settings):
    settings.REQUIRE_STAFF_MFA = False
    client.force_login(staff)

    for address in ["/en/", "/en/account/email/", "/en/account/2fa/", "/admin/", "/en/about/"]:
        cache = client.get(address)["Cache-Control"]
        assert "no-store" in cache, address
        assert "public" not in cache, address


def test_cookies_are_the_hosts_own_and_out_of_reach_of_scripts(client, staff):
    client.get(SIGN_IN)
    sign_in(client, staff)

    for name in ("__Host-session", "__Host-csrf"):
        cookie = client.cookies[name]
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


# --- Passwords ----------------------------------------------------------------


@pytest.mark.parametrize("password", ["short", "elevenchars", "password1234"])
def test_short_and_common_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", ["all lower case words", "é" * 12, "x y " * 32])
def test_long_ones_are_taken_whatever_they_are_made_of(client, password):
    validate_password(password)
    user = confirmed(make_user(password=password))

    client.post(SIGN_IN, {"login": user.email, "password": password})

    assert "_auth_user_id" in client.session


# --- The second factor --------------------------------------------------------


def test_staff_without_a_second_factor_are_sent_to_set_one_up(client, staff):
    sign_in(client, staff)

    for address in ["/admin/", "/admin/network/user/", "/admin/commitments/actionplan/add/"]:
        response = client.get(address, follow=True)
        assert response.redirect_chain[-1][0] == "/en/account/2fa/", address
        assert "second factor" in response.text


def test_the_admin_never_asks_for_a_password_alone(client, staff):
    sign_in(client, staff)

    response = client.post("/admin/login/", {"username": staff.email, "password": PASSWORD})

    assert response.status_code == 302
    assert client.get("/admin/").status_code == 302


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor after the commit
def test_staff_set_up_an_authenticator_app_and_go_on(client, staff):
    sign_in(client, staff)
    page = reverse("mfa_activate_totp")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    response = client.get(page)
    assert "<svg" in response.text
    assert "data:" not in response.text
    secret = response.context["form"].secret

    response = client.post(page, {"code": code(secret)})

    assert response["Location"] == reverse("mfa_view_recovery_codes")
    assert Authenticator.objects.filter(user=staff, type="totp").exists()
    assert client.get("/admin/").status_code == 200


def test_staff_sign_in_with_both_factors(client, staff, secret):
    response = sign_in(client, staff, next="/admin/")
    assert response["Location"] == "/en/account/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.get("/admin/").status_code == 302

    client.post("/en/account/2fa/authenticate/", {"code": code(secret)})

    assert client.get("/admin/").status_code == 200


def test_a_wrong_code_opens_nothing(client, staff, secret):
    sign_in(client, staff)

    client.post("/en/account/2fa/authenticate/", {"code": "000000"})

    assert "_auth_user_id" not in client.session


def test_a_session_from_before_the_second_factor_has_to_show_it(client, staff):
    sign_in(client, staff)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(staff, secret)  # in another browser

    response = client.get("/admin/network/user/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/en/account/2fa/reauthenticate/?next=")

    response = client.post(response.redirect_chain[-1][0], {"code": code(secret)})
    assert response["Location"] == "/admin/network/user/"
    assert client.get("/admin/network/user/").status_code == 200


def test_a_member_who_is_not_staff_may_not_open_the_admin(client, secret):
    member = confirmed(make_user())
    TOTP.activate(member, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXQ")
    client.force_login(member)

    assert client.get("/admin/", follow=True).status_code == 403


def test_without_the_requirement_a_password_is_enough(client, staff, settings):
    settings.REQUIRE_STAFF_MFA = False
    sign_in(client, staff)

    assert client.get("/admin/").status_code == 200


def test_staff_change_their_password_in_one_place(client, staff, settings):
    settings.REQUIRE_STAFF_MFA = False
    client.force_login(staff)

    response = client.get("/admin/password_change/")

    assert response["Location"] == "/en/account/password/change/"


@pytest.mark.parametrize("name", ["mfa_add_webauthn", "mfa_view_recovery_codes"])
def test_scripts_of_the_account_pages_are_ours_and_whole(client, staff, secret, name):
    client.force_login(staff)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    text = client.get(reverse(name)).text

    scripts = re.findall(r"<script [^>]*>", text)
    assert scripts
    for script in scripts:
        assert 'integrity="sha384-' in script or 'type="application/json"' in script


# --- The first account --------------------------------------------------------


def test_the_first_account_needs_an_address_alone_and_opens_at_once(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", email="First@Example.org", verbosity=0)
    first = User.objects.get()

    sign_in(client, first)

    assert first.is_staff
    assert client.session["_auth_user_id"] == str(first.pk)


def test_one_who_is_signed_in_elsewhere_can_still_read(staff):
    reader = Client(SERVER_NAME="testserver")
    reader.force_login(staff)

    assert reader.get("/en/about/", secure=True).status_code == 200
