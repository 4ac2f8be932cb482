"""Members sign in by an emailed code; staff still show their second factor."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from pytest_django.asserts import assertContains

from network.models import Letter, Stop
from tests.factories import make_member, make_staff, make_user
from tests.forms import form_of

pytestmark = pytest.mark.django_db
SIGN_IN, ASK = "/en/account/login/", "/en/account/login/code/"
CONFIRM = "/en/account/login/code/confirm/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def member():
    return make_member(email="ada@example.org")


@pytest.fixture
def staff():
    staff = make_staff(email="staff@example.org")
    EmailAddress.objects.create(user=staff, email=staff.email, primary=True, verified=True)
    return staff


def code_sent(to):
    letter = Letter.objects.filter(to=to, template="network/emails/account").latest("pk")
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", letter.text, re.M)[0]


def by_code(client, email):
    data = form_of(client.get(SIGN_IN), "code") | {"email": [email]}
    response = client.post(ASK, data)
    assert response["Location"] == CONFIRM
    data = form_of(client.get(CONFIRM), "code") | {"code": [code_sent(email)]}
    return client.post(CONFIRM, data)


def test_a_member_signs_in_by_the_code_of_a_letter(client, member):
    response = by_code(client, "ada@example.org")

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(member.user.pk)
    assert client.get("/en/network/member/").status_code == 200


@pytest.mark.parametrize(("how", "goes"), [("bounced", True), ("staff", False)])
def test_a_code_goes_to_who_asks_for_it_though_letters_came_back(client, member, how, goes):
    Stop.put("ada@example.org", how=how, scope=Stop.Scope.ALL)

    client.post(ASK, {"email": "ada@example.org"})

    assert Letter.objects.get(template="network/emails/account").claim() is goes


def test_the_page_speaks_to_members_first_and_keeps_the_password_of_staff(client, staff):
    text = client.get(SIGN_IN).text

    assert text.index("with a code by email") < text.index("with a password")
    form = form_of(client.get(SIGN_IN), "password")
    assert {"login", "password"} <= set(form)
    assertContains(client.get("/en/"), ">Sign in</a>")


def test_the_letter_is_of_the_outbox_in_the_readers_language(client, member):
    client.post("/fr/compte/login/code/", {"email": "ada@example.org"})

    letter = Letter.objects.get(template="network/emails/account")
    assert letter.language == "fr"
    assert "Le Réseau d’exemple" in letter.text
    assert "minutes" in letter.text
    assert "Type this" not in letter.text
    assert code_sent("ada@example.org") not in letter.subject


def test_who_has_no_account_is_told_by_letter_alone_how_to_join(client, db):
    client.post(ASK, {"email": "nobody@example.org"})

    letter = Letter.objects.get()
    assert letter.to == "nobody@example.org"
    assert "/en/network/join/" in letter.text


def test_signing_in_leads_on_to_where_one_was_going(client, member):
    response = client.get("/en/network/member/", follow=True)
    page = response.redirect_chain[-1][0]
    client.post(ASK, form_of(client.get(page), "code") | {"email": ["ada@example.org"]})
    asked = client.get(f"{CONFIRM}?next=/en/network/member/")

    data = form_of(asked, "code") | {"code": [code_sent("ada@example.org")]}
    assert client.post(CONFIRM, data)["Location"] == "/en/network/member/"


def test_a_wrong_code_opens_nothing_and_five_end_it(client, member):
    client.post(ASK, {"email": "ada@example.org"})
    for _n in range(5):
        client.post(CONFIRM, {"code": "BBBB-BBBB"})

    client.post(CONFIRM, {"code": code_sent("ada@example.org")})

    assert "_auth_user_id" not in client.session


def test_a_code_works_once_and_in_its_own_browser(client, member):
    by_code(client, "ada@example.org")
    code = code_sent("ada@example.org")
    client.logout()

    client.post(CONFIRM, {"code": code})

    assert "_auth_user_id" not in client.session


def test_after_fifteen_minutes_it_is_too_late(client, member, monkeypatch):
    client.post(ASK, {"email": "ada@example.org"})
    code, now = code_sent("ada@example.org"), time.time()
    monkeypatch.setattr("time.time", lambda: now + 15 * 60 + 1)

    client.post(CONFIRM, {"code": code})

    assert "_auth_user_id" not in client.session


def test_one_who_waits_for_a_code_can_begin_again_with_another_address(client, member):
    client.post(ASK, {"email": "typo@example.org"})

    response = client.post("/en/account/logout/", form_of(client.get(CONFIRM), "again"))

    assert response["Location"] == SIGN_IN
    by_code(client, "ada@example.org")
    assert client.session["_auth_user_id"] == str(member.user.pk)


def test_an_address_gets_three_codes_in_a_quarter_of_an_hour(client, member):
    for _n in range(4):
        client.post(ASK, {"email": "ada@example.org"})
        client.cookies.clear()

    assert Letter.objects.filter(template="network/emails/account").count() == 3


def test_asking_for_a_code_needs_a_post(client, member):
    client.get(ASK, {"email": "ada@example.org"})
    assert not Letter.objects.filter(template="network/emails/account").exists()


def test_a_closed_account_does_not_open(client):
    user = make_user(email="ada@example.org", is_active=False)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)

    client.post(ASK, {"email": "ada@example.org"})

    letter = Letter.objects.get()
    assert "No account has it" in letter.text


def test_a_code_by_mail_is_no_way_round_the_second_factor(client, staff):
    TOTP.activate(staff, SECRET)

    response = by_code(client, staff.email)

    assert response["Location"].startswith("/en/account/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
    assert client.get("/admin/").status_code == 302
    shown = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    client.post("/en/account/2fa/authenticate/", {"code": shown})
    assert client.get("/admin/").status_code == 200


def test_staff_who_have_none_yet_are_sent_to_set_one_up(client, staff):
    by_code(client, staff.email)

    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0] == "/en/account/2fa/"


def test_a_members_second_factor_is_asked_for_too(client, member):
    TOTP.activate(member.user, SECRET)

    assert by_code(client, "ada@example.org")["Location"].startswith("/en/account/2fa/")
    assert "_auth_user_id" not in client.session
