"""Where someone is signed in: listed, ended one by one, and kept for no longer than it lasts."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.accounts.devices import named
from network.accounts.sessions import NOWHERE, SEEN
from network.models import Night
from tests.factories import PASSWORD, make_staff, make_user

pytestmark = pytest.mark.django_db
SIGN_IN, LIST = "/en/account/login/", "/en/account/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Mobile Safari/604.1"


@pytest.fixture
def user():
    user = make_user()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def signed_in(user, user_agent=FIREFOX):
    browser = Client(HTTP_X_FORWARDED_PROTO="https", HTTP_USER_AGENT=user_agent)
    browser.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    assert browser.session["_auth_user_id"] == str(user.pk)
    return browser


def is_in(browser):
    return browser.get(LIST).status_code == 200


def row_of(browser):
    return UserSession.objects.get(session_key=browser.session.session_key)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        (EDGE, "Edge, Windows"),
        (IPHONE, "Safari, iPhone"),
        ("curl/8", "an unknown device"),
        ("", "an unknown device"),
        ("<script>alert(1)</script>", "an unknown device"),
    ],
)
def test_a_device_has_a_name_in_words(user_agent, words):
    assert named(user_agent) == words


def test_each_device_is_listed_and_this_one_is_marked(user):
    here = signed_in(user)
    signed_in(user, EDGE)

    text = here.get(LIST).text

    assert "Edge, Windows" in text
    assert text.count("this device") == 1
    assert text.index("Firefox, Linux") < text.index("this device")


def test_a_session_is_ended_from_another(user):
    here, there, third = signed_in(user), signed_in(user, EDGE), signed_in(user)

    here.post(reverse("account_end_session", args=[row_of(there).pk]))

    assert not is_in(there)
    assert is_in(here)
    assert is_in(third)
    assertNotContains(here.get(LIST), "Edge")


def test_all_others_are_ended_at_once(user):
    here, there, third = signed_in(user), signed_in(user, EDGE), signed_in(user)

    here.post("/en/account/sessions/others/end/")

    assert is_in(here)
    assert not is_in(there)
    assert not is_in(third)


def test_ending_this_one_signs_out(user):
    here = signed_in(user)

    response = here.post(reverse("account_end_session", args=[row_of(here).pk]))

    assert response["Location"] == SIGN_IN
    assert not is_in(here)


def test_nobody_ends_anothers_session(user):
    other = make_user()
    EmailAddress.objects.create(user=other, email=other.email, primary=True, verified=True)
    here, theirs = signed_in(user), signed_in(other)

    response = here.post(reverse("account_end_session", args=[row_of(theirs).pk]))
    here.post("/en/account/sessions/others/end/")

    assert response.status_code == 404
    assert is_in(theirs)
    assertNotContains(here.get(LIST), f"/{row_of(theirs).pk}/end/")


def test_nobody_ends_a_session_by_a_get_or_without_signing_in(user):
    here = signed_in(user)
    end = reverse("account_end_session", args=[row_of(here).pk])

    assert here.get(end).status_code == 405
    assert here.get("/en/account/sessions/others/end/").status_code == 405
    Client(HTTP_X_FORWARDED_PROTO="https").post(end)
    assert is_in(here)


def test_a_changed_password_ends_every_other_session(user):
    here, there = signed_in(user), signed_in(user, EDGE)
    words = "another long and quiet evening"
    data = {"oldpassword": PASSWORD, "password1": words, "password2": words}

    here.post("/en/account/password/change/", data)

    assert is_in(here)
    assert not is_in(there)
    assertNotContains(here.get(LIST), "Edge")


def test_the_last_use_is_written_at_most_every_ten_minutes(user):
    here = signed_in(user)
    before = timezone.now() - timedelta(hours=3)
    UserSession.objects.update(last_seen_at=before)
    here.get(LIST)
    assert row_of(here).last_seen_at == before

    session = here.session
    session[SEEN] -= 601
    session.save()
    here.get(LIST)

    assert row_of(here).last_seen_at > before
    assertContains(here.get(LIST), "last used on")


def test_what_is_kept_of_a_session_goes_when_it_ends(user):
    here, there = signed_in(user), signed_in(user, EDGE)
    Session.objects.filter(pk=there.session.session_key).update(expire_date=timezone.now())
    assert UserSession.objects.count() == 2

    call_command("keep_little")

    assert UserSession.objects.get() == row_of(here)
    assert not Session.objects.filter(expire_date__lte=timezone.now()).exists()


def test_one_that_is_used_on_and_on_keeps_no_network_longer_than_thirty_days(user):
    here, there = signed_in(user), signed_in(user, EDGE)
    began = timezone.now() - timedelta(days=31)
    UserSession.objects.filter(pk=row_of(here).pk).update(created_at=began, ip="203.0.113.7")
    assertContains(here.get(LIST), "network address 203.0.113.7")

    call_command("keep_little")

    assert is_in(here)
    assert row_of(here).ip == NOWHERE
    assert row_of(there).ip == "127.0.0.1"
    page = here.get(LIST)
    assertNotContains(page, "203.0.113.7")
    assertContains(page, "network address", count=2)  # of the other, and in the words above
    assert Night.objects.get().counts["networks_of_sessions"] == 1


def test_a_session_nobody_uses_lasts_less_than_thirty_days(settings):
    assert settings.SESSION_COOKIE_AGE <= 30 * 24 * 3600


def test_staff_do_not_see_where_others_are_signed_in(user, client, without_second_factor):
    signed_in(user)
    client.force_login(make_staff())

    assertNotContains(client.get("/admin/"), "usersession")
    assert client.get("/admin/usersessions/usersession/").status_code == 404


def test_a_new_session_has_a_new_key_and_a_planted_one_opens_nothing(user):
    """Session fixation: whoever knew the key before signing in does not get in."""
    victim = Client(HTTP_X_FORWARDED_PROTO="https")
    victim.get(SIGN_IN)
    session = victim.session
    session["planted"] = True
    session.save()
    known = session.session_key
    victim.cookies["__Host-session"] = known

    victim.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    assert victim.session.session_key != known
    thief = Client(HTTP_X_FORWARDED_PROTO="https")
    thief.cookies["__Host-session"] = known
    assert not is_in(thief)


def test_a_key_the_portal_never_gave_is_not_taken_up(user):
    victim = Client(HTTP_X_FORWARDED_PROTO="https")
    victim.cookies["__Host-session"] = "a" * 32

    victim.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    assert victim.cookies["__Host-session"].value != "a" * 32
