"""Nobody learns whose address it is: not by what comes back, nor by how long it takes (A2, D2)."""

import re
import time
from datetime import timedelta
from statistics import median

import pytest
from django.test import Client
from django.utils import timezone

from network.actions import leave_lists
from network.models import Block, JoinRequest, Letter, Stop, Tally, User
from tests.factories import make_join_request, make_member
from tests.forms import form_of

pytestmark = pytest.mark.django_db
JOIN, SENT = "/en/network/join/", "/en/network/join/sent/"
HANDLE = "__Host-joining"
WRITTEN_TO = ["fresh", "member", "closed", "gone", "unlisted", "waiting"]
# What says nothing of an address, and differs each time.
NEW_EACH_TIME = {"Expires": "", "X-Request-ID": ""}
KINDS = [*WRITTEN_TO, "over", "blocked"]


@pytest.fixture
def cast():
    """One address of each kind, as far as joining knows kinds: `<kind>@example.org`."""
    make_member(email="member@example.org")
    make_member(email="closed@example.org")
    User.objects.filter(email="closed@example.org").update(is_active=False)
    make_member(email="gone@example.org").delete()
    make_member(email="unlisted@example.org", calls=True)
    welcome = Letter.objects.get(to="unlisted@example.org", template__endswith="welcome")
    leave_lists(welcome, how=Stop.How.PAGE)
    JoinRequest.objects.all().delete()
    make_join_request(email="waiting@example.org")
    JoinRequest.objects.update(created_at="2026-01-01T00:00Z")
    make_join_request(email="over@example.org")
    block = {"kind": "address", "value": "blocked@example.org", "reason": "Adverts."}
    Block.objects.create(**block, until=timezone.now() + timedelta(days=1))
    Letter.objects.all().delete()


def words(response, kind):
    """The page, but for what is new each time, and for the address that was typed there."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.text)
    return text.replace(f"{kind}@example.org", "")


def stranger():
    browser = Client()
    browser.defaults["wsgi.url_scheme"] = "https"
    browser.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    return browser


def test_the_form_the_page_after_it_and_its_code_answer_alike(client, fill_in, cast):
    answers = {}
    for n, kind in enumerate(KINDS):
        client.cookies.clear()
        response = fill_in(email=f"{kind}@example.org", network=f"192.0.{n}.7")
        handle = client.cookies[HANDLE]
        page = client.get(SENT)
        wrong = client.post(SENT, form_of(page, "code") | {"code": ["000000"]})
        answers[kind] = (
            response.status_code,
            dict(response.headers) | NEW_EACH_TIME,
            sorted(client.cookies),
            len(handle.value),
            set(handle.value) <= set("0123456789abcdef"),
            handle["max-age"],
            words(page, ""),
            wrong.status_code,
            words(wrong, ""),
        )
        assert f"{kind}@" not in str(answers[kind])

    for kind in KINDS:
        assert answers[kind] == answers["fresh"], kind
    letters = Letter.objects.values_list("to", flat=True)
    assert sorted(letters) == sorted(f"{kind}@example.org" for kind in WRITTEN_TO)


def test_asking_again_is_answered_as_the_first_time(client, fill_in):
    first = fill_in(network="192.0.1.7")
    handle = client.cookies[HANDLE].value
    again = fill_in(network="192.0.2.7")

    assert dict(first.headers) | NEW_EACH_TIME == dict(again.headers) | NEW_EACH_TIME
    assert Letter.objects.count() == 1
    # In this browser the code of the first letter is still good…
    assert client.cookies[HANDLE].value == handle
    client.cookies.clear()
    # … and in another none ever is.
    fill_in(network="192.0.3.7")
    assert client.cookies[HANDLE].value != handle
    assert not JoinRequest.objects.filter(secret_digest=client.cookies[HANDLE].value).exists()


def test_no_address_is_in_the_redirect_or_the_cookie(client, fill_in):
    response = fill_in(email="ada+secret@example.org")

    cookie = client.cookies[HANDLE]
    assert "ada" not in response["Location"] + cookie.value
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert cookie["max-age"] == 15 * 60


def test_a_member_gets_a_letter_that_says_so_with_a_way_in(fill_in, cast):
    fill_in(email="member@example.org")

    letter = Letter.objects.get()
    assert "a member already" in letter.text
    assert "/en/network/join/confirm/" in letter.text
    assert "/en/account/login/" in letter.text
    assert "do nothing" in letter.text


def times(ask, kinds, rounds, prepare=lambda kind: None):
    """What each kind takes, in milliseconds of work: the best and the median, taken in turn."""
    taken = {kind: [] for kind in kinds}
    for n in range(rounds):
        for kind in kinds:
            prepare(kind)
            begun = time.process_time()
            ask(kind, n)
            taken[kind].append((time.process_time() - begun) * 1000)
    return {kind: (round(min(each), 2), round(median(each), 2)) for kind, each in taken.items()}


def alike(taken):
    """Within noise: the best of each within a quarter of the others'."""
    best = [best for best, _median in taken.values()]
    return max(best) < 1.25 * min(best) + 1


def test_it_takes_as_long_for_one_address_as_for_another(cast, slowly):
    browser = stranger()
    data = form_of(browser.get(JOIN), "join") | {"consent": ["on"]}

    def prepare(kind):
        Tally.objects.all().delete()
        JoinRequest.objects.exclude(address="over@example.org").delete()

    def ask(kind, n):
        number = n if kind == "fresh" else ""
        email = f"{kind}{number}@example.org"
        assert browser.post(JOIN, data | {"email": [email]}).status_code == 302

    taken = times(ask, KINDS, 25, prepare)

    assert alike(taken), taken
    assert Letter.objects.count() == 25 * len(WRITTEN_TO)


# --- Signing in, and the rest of the doors ----------------------------------------

DOORS = {
    "code": ("/en/account/login/code/", "email"),
    "reset": ("/en/account/password/reset/", "email"),
}


@pytest.mark.parametrize("door", DOORS)
def test_the_doors_of_accounts_answer_alike_and_write_one_letter(door, cast):
    url, field = DOORS[door]
    answers = {}
    for kind in KINDS:
        response = stranger().post(url, {field: f"{kind}@example.org"}, follow=True)
        answers[kind] = (response.status_code, response.redirect_chain, words(response, kind))

    for kind in KINDS:
        assert answers[kind] == answers["fresh"], kind
    letters = Letter.objects.values_list("to", flat=True)
    assert sorted(letters) == sorted(f"{kind}@example.org" for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_password_and_a_wrong_code_say_nothing_of_the_address(kind, cast):
    browser = stranger()
    refused = browser.post(
        "/en/account/login/", {"login": f"{kind}@example.org", "password": "a wrong guess"}
    )
    assert "not correct" in refused.text
    browser.post("/en/account/login/code/", {"email": f"{kind}@example.org"})

    confirm = "/en/account/login/code/confirm/"
    tries = [browser.post(confirm, {"code": "BBBB-BBBB"}) for _n in range(5)]

    assert [each.status_code for each in tries] == [200, 200, 200, 200, 302]
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("kind", ["fresh", "over"])
def test_no_code_fits_where_no_letter_of_this_browser_was_written(client, fill_in, cast, kind):
    fill_in(email=f"{kind}@example.org")
    JoinRequest.objects.filter(email="fresh@example.org").delete()

    for code in ("000000", "123456", "999999"):
        response = client.post(SENT, {"code": code})
        assert "does not fit" in response.text


def test_signing_in_takes_as_long_for_one_address_as_for_another(cast, settings):
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": None}

    def ask(kind, n):
        stranger().post("/en/account/login/code/", {"email": f"{kind}@example.org"})

    taken = times(ask, ["fresh", "member", "closed", "gone"], 15)

    assert alike(taken), taken
