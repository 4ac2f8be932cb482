"""The page after asking and its code, what a browser has asked for, and whose it is."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from network import actions, browser
from network.models import Confirmation, JoinRequest, Letter, Stop, Tally, User
from network.views.confirming import look_in_the_mail
from opengov_portal.lib.errors import Refused
from tests.factories import make_join_request, make_member
from tests.forms import form_of
from tests.network.asking import ask, letters
from tests.network.test_joining_alike import alike, stranger, times

pytestmark = pytest.mark.django_db
SENT, HANDLE = "/en/network/yes/sent/", "__Host-asking"


@pytest.fixture
def ask_here(client, rf, room):
    """Asks for something in this browser, as a view of the room does."""

    def ask_it(what="Support: Open the minutes", email="ada@example.org", by=client):
        request = rf.get("/")
        request.COOKIES.update({name: each.value for name, each in by.cookies.items()})
        asked = ask(room, what, email, here=browser.known_here(request))
        response = look_in_the_mail(request, asked)
        by.cookies.update(response.cookies)
        return response

    return ask_it


def code():
    return re.search(r"^\d{6}$", letters().last().text, re.MULTILINE)[0]


def wrong_code():
    return "000000" if code() != "000000" else "111111"


def type_in(client, digits):
    return client.post(SENT, form_of(client.get(SENT), "code") | {"code": [digits]})


# --- The code ---------------------------------------------------------------------


def test_the_page_says_to_look_in_the_mail_and_its_code_confirms(client, room, ask_here):
    assertRedirects(ask_here(), SENT, fetch_redirect_response=False)
    assertContains(client.get(SENT), "Look in your mail")

    response = type_in(client, f"{code()[:3]} {code()[3:]}")

    assertRedirects(response, "/en/proposals/", fetch_redirect_response=False)
    assert room.confirmed == ["Support: Open the minutes"]
    assert not client.cookies[HANDLE].value


def test_a_wrong_code_confirms_nothing_and_five_are_all(client, room, ask_here):
    ask_here()
    for _n in range(5):
        assertContains(type_in(client, wrong_code()), "does not fit")
    assertContains(type_in(client, code()), "does not fit")
    assert not room.confirmed


def test_after_fifteen_minutes_it_is_no_longer_good(client, room, ask_here):
    ask_here()
    Confirmation.objects.update(created_at=timezone.now() - timedelta(minutes=15, seconds=1))
    assertContains(type_in(client, code()), "does not fit")
    assert not room.confirmed


def test_it_is_good_once(client, room, ask_here):
    ask_here()
    asked = Confirmation.objects.get()
    assert asked.try_code(code())
    assert not asked.try_code(code())


def test_another_browser_cannot_use_it(client, room, ask_here):
    ask_here()
    assertContains(type_in(stranger(), code()), "does not fit")
    assert not room.confirmed


def test_a_get_of_the_page_confirms_nothing(client, room, ask_here):
    ask_here()
    client.get(SENT, {"code": code()})
    client.head(SENT)
    assert not room.confirmed


@pytest.mark.parametrize("digits", ["", "\0", "x" * 9000, "½½½½½½", "12345"])
@pytest.mark.parametrize("handle", ["", "\0", "é" * 200, "f" * 64])
def test_whatever_is_typed_is_answered(client, digits, handle):
    client.cookies[HANDLE] = handle
    assert client.post(SENT, {"code": digits}).status_code == 200


def test_codes_are_limited_as_in_joining(client, ask_here):
    for _n in range(20):
        client.post(SENT, {"code": "000000"})
    response = client.post(SENT, {"code": "123456"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert form_of(response, "code")["code"] == ["123456"]


def test_the_code_of_the_letter_before_confirms_what_this_browser_asked_for(client, room, ask_here):
    """Somebody else asked first, so the letter tells of that; its code shows whose it is."""
    ask(room, "Support: A stranger’s")
    ask_here("Support: Mine")
    assert letters().count() == 1

    type_in(client, code())

    assert room.confirmed == ["Support: Mine"]
    assert Confirmation.objects.get(ordinal__isnull=False).state == "waiting"


def test_no_code_fits_what_had_no_letter_at_all(client, room, ask_here):
    ask_here()
    Confirmation.objects.update(ordinal=None)
    assertContains(type_in(client, code()), "does not fit")
    assert not room.confirmed


def test_asking_in_many_browsers_gives_no_more_tries(client, room, ask_here):
    ask_here()
    for _n in range(3):
        browser_of_a_stranger = stranger()
        ask_here("Support: X", by=browser_of_a_stranger)
        for _m in range(2):
            browser_of_a_stranger.post(SENT, {"code": wrong_code()})
    assert Confirmation.objects.written().get().code_tries == 5
    assertContains(type_in(client, code()), "does not fit")


def test_a_room_that_refuses_is_a_page_that_says_why(client, room, ask_here):
    ask_here()
    room.refuses = Refused("The call is over.")
    assertContains(type_in(client, code()), "The call is over.", status_code=409)
    assert Confirmation.objects.get().state == "waiting"


# --- Known here -------------------------------------------------------------------


def test_what_this_browser_asks_next_needs_no_second_letter(client, room, ask_here):
    ask_here()
    handle = client.cookies[HANDLE].value
    ask_here("Support: Second")
    assert client.cookies[HANDLE].value == handle
    assert letters().count() == 1
    type_in(client, code())
    assert len(room.confirmed) == 2


def test_it_is_known_here_for_a_quarter_of_an_hour_and_until_it_is_confirmed(room, rf):
    asked = ask(room)
    request = rf.get("/")
    assert browser.known_here(request) is None
    request.COOKIES[HANDLE] = asked.secret_digest
    assert browser.known_here(request) == asked
    Confirmation.objects.update(created_at=timezone.now() - timedelta(minutes=15, seconds=1))
    assert browser.known_here(request) is None
    Confirmation.objects.update(created_at=timezone.now())
    actions.confirm_asked(Confirmation.objects.get())
    assert browser.known_here(request) is None


@pytest.mark.parametrize("handle", ["", "\0\0", "é" * 64, "0" * 10_000])
def test_a_made_up_handle_is_nobodys(rf, handle):
    request = rf.get("/")
    request.COOKIES[HANDLE] = handle
    assert browser.known_here(request) is None


def test_the_cookie_holds_no_address_and_is_out_of_reach_of_scripts(client, ask_here):
    response = ask_here(email="ada+secret@example.org")
    cookie = response.cookies[HANDLE]
    assert "ada" not in response["Location"] + cookie.value
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 15 * 60


def test_the_address_here_is_the_proven_one_of_whoever_is_signed_in(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    assert browser.address_here(request) == ""

    request.user = user = make_member(email="ada@example.org").user
    assert browser.address_here(request) == "ada@example.org"
    EmailAddress.objects.create(user=user, email="new@example.org", verified=False)
    assert browser.address_here(request) == "ada@example.org"
    EmailAddress.objects.filter(primary=True).update(verified=False)
    assert browser.address_here(request) == ""
    EmailAddress.objects.filter(primary=True).update(verified=True)
    user.is_active = False
    assert browser.address_here(request) == ""


# --- Nobody learns whose address it is (A2, D2) -----------------------------------

KINDS = ["fresh", "member", "closed", "gone", "unlisted", "waiting", "over"]


@pytest.fixture
def cast(room):
    """One address of each kind: `<kind>@example.org`."""
    make_member(email="member@example.org")
    make_member(email="closed@example.org")
    User.objects.filter(email="closed@example.org").update(is_active=False)
    make_member(email="gone@example.org").delete()
    make_member(email="unlisted@example.org")
    Stop.put("unlisted@example.org", how=Stop.How.PAGE)
    JoinRequest.objects.all().delete()
    make_join_request(email="waiting@example.org")
    ask(room, email="over@example.org")
    Letter.objects.all().delete()


def words(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.text)


def test_the_answer_the_page_after_it_and_its_code_are_alike(ask_here, cast):
    answers = {}
    for kind in KINDS:
        theirs = stranger()
        response = ask_here(email=f"{kind}@example.org", by=theirs)
        handle = theirs.cookies[HANDLE]
        page, wrong = theirs.get(SENT), theirs.post(SENT, {"code": "000000"})
        answers[kind] = (
            response.status_code,
            response["Location"],
            len(handle.value),
            set(handle.value) <= set("0123456789abcdef"),
            handle["max-age"],
            words(page),
            wrong.status_code,
            words(wrong),
        )
    for kind in KINDS:
        assert answers[kind] == answers["fresh"], kind
    written = Letter.objects.values_list("to", flat=True)
    assert sorted(written) == sorted(f"{kind}@example.org" for kind in KINDS if kind != "over")


def test_it_takes_as_long_for_one_address_as_for_another(room, cast):
    def prepare(kind):
        room.hung.clear()
        Tally.objects.all().delete()
        Confirmation.objects.exclude(address="over@example.org").delete()
        # one that is over has one that waits without a letter, however often it asks
        Confirmation.objects.filter(ordinal=None).delete()

    def ask_it(kind, n):
        number = n if kind == "fresh" else ""
        ask(room, email=f"{kind}{number}@example.org")

    taken = times(ask_it, KINDS, 25, prepare)

    assert alike(taken), taken


# --- The admin --------------------------------------------------------------------


def test_staff_look_at_confirmations_and_change_nothing(
    client, staff, room, ask_here, without_second_factor
):
    ask_here()
    asked = Confirmation.objects.get()
    listed = client.get("/admin/network/confirmation/")
    assertContains(listed, "ada@example.org")
    one = client.get(f"/admin/network/confirmation/{asked.pk}/change/")
    assertContains(one, "ada@example.org")
    for secret in (asked.secret_digest, asked.code_digest, asked.told):
        assert secret not in one.text
    for what in ("add/", f"{asked.pk}/delete/"):
        assert client.post(f"/admin/network/confirmation/{what}").status_code == 403
    assert client.post(f"/admin/network/confirmation/{asked.pk}/change/").status_code == 403
