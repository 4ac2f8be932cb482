"""Whom confirming signs in, and whom not; the code; and what the letters say."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone
from pytest_django.asserts import assertContains

from network.actions import ask_to_join, confirm
from network.models import (
    Consent,
    JoinRequest,
    Letter,
    Member,
    Purpose,
    Stop,
    User,
)
from tests.factories import (
    make_join_request,
    make_member,
    make_staff,
    make_user,
)
from tests.forms import form_of
from tests.network.joining import link, press, signed_in

pytestmark = pytest.mark.django_db
JOIN, SENT, HOME = "/en/network/join/", "/en/network/join/sent/", "/en/network/member/"
DONE = "/en/network/join/done/"


@pytest.fixture
def asked():
    return make_join_request(email="Ada@Example.org", name="Ada", calls=True, origin="192.0.2.7")


# --- Whom the letter does not let in at once ---------------------------------------


def with_factor(user):
    TOTP.activate(user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")


def closed(user):
    user.is_active = False
    user.save()


@pytest.mark.parametrize("way", ["link", "code"])
@pytest.mark.parametrize("who", ["staff", "factor", "closed", "tagged"])
def test_it_does_not_sign_in_whom_it_should_not(client, fill_in, who, way):
    email = "ada@example.org"
    if who == "staff":
        make_staff(email=email)
    elif who == "factor":
        with_factor(make_user(email=email))
    elif who == "closed":
        closed(make_user(email=email))
    else:
        make_member(email=email)
        email = "ada+b@example.org"
    JoinRequest.objects.all().delete()
    before = Letter.objects.count()
    fill_in(email=email)
    letter = Letter.objects.latest("pk")
    if way == "link":
        response = press(
            client, re.search(r"https://portal.example(/\S+confirm/\S+)", letter.text)[1]
        )
    else:
        response = client.post(SENT, {"code": re.search(r"^\d{6}$", letter.text, re.M)[0]})

    assert response["Location"] == DONE
    assert not signed_in(client)
    assertContains(client.get(DONE), 'href="/en/account/login/"')
    assert Member.objects.count() == (who != "closed")
    assert Letter.objects.count() == before + 1 + (who in {"staff", "factor"})
    assert JoinRequest.objects.get().state == "confirmed"


def test_a_closed_account_stays_closed_and_what_staff_stopped_stays_stopped():
    closed(make_user(email="ada@example.org"))
    Stop.put("ada@example.org", how=Stop.How.STAFF)

    assert confirm(make_join_request(email="ada@example.org"), how=Consent.How.FORM) is None

    assert not User.objects.get().is_active
    assert Stop.objects.exists()
    assert not Member.objects.exists()
    assert not Consent.objects.exists()


def test_the_owner_of_a_tagged_address_undoes_nothing_of_anothers():
    make_member(email="ada@example.org")
    JoinRequest.objects.all().delete()
    Stop.put("ada@example.org", how=Stop.How.PAGE)

    confirm(make_join_request(email="ada+b@example.org"), how=Consent.How.FORM)

    assert Stop.objects.exists()
    assert User.objects.count() == 1


def test_an_account_whose_second_address_joins_stays_one_account():
    user = make_user(email="ada@example.org")
    user.emailaddress_set.create(email="ada@example.ca", verified=True)

    member = confirm(make_join_request(email="ada@example.ca"), how=Consent.How.FORM)
    again = confirm(make_join_request(email="ada@example.org"), how=Consent.How.FORM)

    assert member.user == again.user == user
    assert Member.objects.count() == User.objects.count() == 1


def test_a_member_who_presses_the_button_is_signed_in_and_unchanged(client, fill_in):
    member = make_member(email="ada@example.org", name="Ada")
    JoinRequest.objects.all().delete()
    fill_in(email="ada@example.org", name="Eve", calls="on")
    letter = Letter.objects.latest("pk")
    url = re.search(r"https://portal.example(/\S+confirm/\S+)", letter.text)[1]

    assertContains(client.get(url), "a member already")
    response = press(client, url)

    assert response["Location"] == HOME
    assert signed_in(client) == str(member.user.pk)
    member = Member.objects.get()
    assert (member.lists, member.user.name) == ([], "Ada")


def test_signing_in_begins_a_new_session(client, asked):
    other = make_user()
    client.force_login(other)
    before = client.session.session_key

    press(client, link(asked))

    assert signed_in(client) == str(Member.objects.get().user.pk)
    assert client.session.session_key != before


# --- By the code ------------------------------------------------------------------


def code_in(letter):
    return re.search(r"^\d{6}$", letter.text, re.M)[0]


def test_the_code_confirms_in_the_browser_where_one_asked(client, fill_in):
    fill_in(email="ada@example.org", digests="on")
    code = code_in(Letter.objects.get())

    page = client.get(SENT)
    response = client.post(SENT, form_of(page, "code") | {"code": [f"{code[:3]} {code[3:]}"]})

    assert response["Location"] == HOME
    assert signed_in(client)
    assert Member.objects.get().lists == [Purpose.DIGESTS]
    assert Consent.objects.first().how == Consent.How.CODE
    assert not client.cookies["__Host-joining"].value


def test_in_another_browser_it_fits_nothing(client, fill_in):
    fill_in()
    code = code_in(Letter.objects.get())
    client.cookies.clear()

    assertContains(client.post(SENT, {"code": code}), "does not fit")
    for handle in ("x", "0" * 64, JoinRequest.objects.get().secret_digest[:-1] + "g"):
        client.cookies["__Host-joining"] = handle
        assertContains(client.post(SENT, {"code": code}), "does not fit")
    assert not Member.objects.exists()


def test_after_five_tries_it_is_used_up(client, fill_in):
    fill_in()
    code = code_in(Letter.objects.get())
    wrong = "000000" if code != "000000" else "111111"
    for _n in range(5):
        assertContains(client.post(SENT, {"code": wrong}), "does not fit")

    assertContains(client.post(SENT, {"code": code}), "does not fit")
    assert not Member.objects.exists()


def test_after_a_quarter_of_an_hour_it_is_too_late(client, fill_in):
    fill_in()
    code = code_in(Letter.objects.get())
    JoinRequest.objects.update(created_at=timezone.now() - timedelta(minutes=15, seconds=1))

    assertContains(client.post(SENT, {"code": code}), "does not fit")
    assert not Member.objects.exists()


def test_a_second_time_the_code_does_nothing(client, fill_in):
    fill_in()
    code, handle = code_in(Letter.objects.get()), client.cookies["__Host-joining"].value
    client.post(SENT, {"code": code})
    client.cookies["__Host-joining"] = handle

    assertContains(client.post(SENT, {"code": code}), "does not fit")
    assert Member.objects.count() == 1


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２３４５６7", "\0", "9" * 500]
)
def test_what_is_no_code_is_no_try(client, fill_in, code):
    fill_in()

    assert client.post(SENT, {"code": code}).status_code == 200
    assert JoinRequest.objects.get().code_tries == 0


# --- The letters ------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_confirming_letter_is_brief_promotes_nothing_and_says_all_that_it_must(language):
    asked = make_join_request(language=language, name="BUY NOW", digests=True)
    letter = Letter.objects.get()

    for part in (letter.text, letter.html):
        assert asked.code in part
        assert link(asked) in part
        assert asked.words.replace("’", "") in part.replace("&#x27;", "'").replace("’", "")
        assert str(Purpose.DIGESTS.label) in part or language == "fr"
        assert "1 Example Street" in part
        # What a stranger may have typed about somebody else is not sent to them.
        assert "BUY NOW" not in part
    assert len(letter.text) < 2500
    assert letter.headers["Reply-To"] == f"join+{asked.secret}@portal.example"
    assert "List-Unsubscribe" not in letter.headers
    assert letter.text.count("http") == 3
    assert asked.secret not in letter.subject
    assert asked.code not in letter.subject


def test_who_came_by_letter_is_given_no_code():
    asked = ask_to_join("ada@example.org", language="en", how=JoinRequest.How.MAIL)
    assert asked.code not in Letter.objects.get().text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_welcome_says_what_comes_and_how_to_leave(language):
    member = make_member(language=language, announcements=True, name="Zoé <b>")
    letter = Letter.objects.get(template="network/emails/welcome")

    home = {"en": "/en/network/member/", "fr": "/fr/reseau/membre/"}[language]
    for part in (letter.text, letter.html):
        assert home in part
        assert "contact@portal.example" in part
    assert "Zoé <b>" in letter.text
    assert "Zoé &lt;b&gt;" in letter.html
    assert letter.user == member.user
    assert letter.language == language
