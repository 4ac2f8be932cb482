"""Words, bodies, paths and fields made to do more than be read: on every address again."""

import csv
import io
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.urls import reverse

from network.models import Letter, User
from tests.addresses import examples
from tests.answers import whole
from tests.factories import (
    PASSWORD,
    make_commitment,
    make_member,
    make_proposal,
    make_response,
    make_staff,
)
from tests.portal.test_attacks import CODE, RESET, SECRET, SIGN_IN, browser, confirmed

pytestmark = pytest.mark.django_db
SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}"


# --- Scripts ---------------------------------------------------------------------------


def test_what_an_address_is_asked_for_with_comes_back_as_words_alone(plans):
    """Reflected: every address, with a script in every parameter that it may look at."""
    asked = dict.fromkeys(
        ["q", "next", "page", "sort", "plan", "theme", "status", "email", "code", "language"],
        SCRIPT,
    )
    for _name, address in examples():
        for response in (browser().get(address, asked), browser().post(address, asked)):
            assert_harmless(response, address)
    for path in (f"/en/{SCRIPT}/", f"/{SCRIPT}", f"/en/plans/{SCRIPT}/"):
        assert_harmless(browser().get(path), path)


def assert_harmless(response, address):
    said = whole(response)
    kind = response.headers.get("Content-Type", "")
    if kind.startswith(("text/html", "image/svg", "application/xml", "application/atom")):
        assert b"<script>alert" not in said, address
        assert b"onerror=alert(1)>" not in said, address
        assert b">{{ 7" not in said, address


def test_what_is_kept_of_someone_comes_back_as_words_alone(without_second_factor):
    """Stored: the words and the browser's name that someone gives of themselves."""
    member = make_member(email="eve@example.org", name="Eve")
    User.objects.filter(pk=member.user_id).update(name=SCRIPT[:150])
    eve = User.objects.get(pk=member.user_id)
    data = {"name": SCRIPT, "credential": {"transports": []}}
    Authenticator.objects.create(user=eve, type="webauthn", data=data)
    mine = browser(eve)
    UserSession.objects.create(
        session_key=mine.session.session_key, user=eve, ip="192.0.2.7", user_agent=SCRIPT
    )
    staff = browser(make_staff())
    for caller, address in [
        (mine, "/en/network/member/"),
        (mine, "/en/account/sessions/"),
        (mine, "/en/account/2fa/webauthn/"),
        (mine, "/en/account/email/"),
        (staff, "/admin/network/user/"),
        (staff, f"/admin/network/user/{eve.pk}/change/"),
        (staff, "/admin/network/member/"),
        (staff, "/admin/mfa/authenticator/"),
    ]:
        response = caller.get(address)
        assert response.status_code == 200, address
        assert_harmless(response, address)


# --- Exports, files, sizes, paths ------------------------------------------------------


def test_no_cell_of_any_table_is_a_formula(client):
    make_commitment(title_en="=1+1")
    proposal = make_proposal(title="=cmd|' /C calc'!A0", name="+1", problem="-1+1")
    make_response(proposal, reason_en="@SUM(1)")
    for _name, address in examples():
        if address.endswith(".csv"):
            said = whole(client.get(address)).decode("utf-8-sig")
            rows = list(csv.reader(io.StringIO(said)))
            assert rows, address
            cells = [cell for row in rows for cell in row]
            assert not [cell for cell in cells if re.match(r"[=+@\t\r]|-(?!\d+$)", cell)], address


@pytest.mark.parametrize("address", [SIGN_IN, CODE, RESET, "/en/network/join/"])
def test_a_body_that_is_too_large_is_not_read(address):
    large = browser().post(address, {"email": "a" * 1_100_000})
    many = browser().post(address, {f"field{n}": "" for n in range(2_100)})

    assert large.status_code == 413
    assert many.status_code in {400, 413}
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../.env",
        "/static/%2e%2e/%2e%2e/.env",
        "/static/..%2f..%2f.env",
        "/static//etc/passwd",
        "/../.env",
        "/.env",
        "/.git/config",
        "/en/plans/..%2f..%2f..%2fetc%2fpasswd/",
        "/data/../opengov_portal/settings.py",
        "/sitemap-../settings.xml",
    ],
)
def test_no_path_leads_out_of_what_is_served(path):
    response = browser().get(path)

    assert response.status_code in {301, 302, 400, 404}
    assert b"SECRET_KEY" not in whole(response)
    assert b"root:" not in whole(response)


# --- Mail ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken", ["\r\nBcc: eve@example.org", "\nSubject: x", "%0aBcc:e@example.org"]
)
@pytest.mark.parametrize("address", [CODE, RESET, "/en/account/email/"])
def test_no_field_begins_a_header_of_a_letter(address, broken):
    caller = browser(make_member(email="ada@example.org").user if "email/" in address else None)
    before = set(Letter.objects.values_list("pk", flat=True))

    caller.post(address, {"email": f"bob@example.org{broken}"}, HTTP_USER_AGENT=f"x{broken}")

    for letter in Letter.objects.exclude(pk__in=before):
        assert "eve@" not in letter.to
        assert not re.search(r"[\r\n]", letter.to + letter.subject)
        assert not any("\n" in value for value in letter.headers.values())


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", "1", '{"id": 1}', "{" * 5000, "\0"])
@pytest.mark.parametrize(
    "name", ["mfa_add_webauthn", "mfa_authenticate", "mfa_reauthenticate_webauthn"]
)
def test_a_broken_passkey_opens_nothing_and_breaks_nothing(name, credential):
    staff = confirmed(make_staff())
    if name == "mfa_authenticate":
        TOTP.activate(staff, SECRET)
    caller = browser()
    caller.post(SIGN_IN, {"login": staff.email, "password": PASSWORD})
    if name != "mfa_authenticate":
        caller.post("/en/account/reauthenticate/", {"password": PASSWORD})
        caller.get(reverse(name))

    response = caller.post(reverse(name), {"credential": credential, "name": "x"})

    assert response.status_code in {200, 302}
    assert not Authenticator.objects.filter(type="webauthn").exists()
