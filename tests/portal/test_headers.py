"""What every answer carries (SECURITY.md, H2 and H3), whatever it is an answer to."""

import pytest
from django.test import Client

from tests.addresses import examples
from tests.answers import whole
from tests.factories import make_staff

POLICY = {
    "default-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def assert_guarded(response, what):
    headers = response.headers
    policy = headers.get("Content-Security-Policy", "")
    assert {part.strip() for part in policy.split(";")} >= POLICY, what
    assert "unsafe" not in policy, what
    assert "data:" not in policy, what
    assert "http" not in policy.replace("upgrade-insecure-requests", ""), what
    assert headers.get("X-Content-Type-Options") == "nosniff", what
    assert headers.get("Referrer-Policy") in {
        "strict-origin-when-cross-origin",
        "same-origin",
        "no-referrer",
    }, what
    assert headers.get("Cross-Origin-Resource-Policy") == "same-origin", what
    assert headers.get("Cross-Origin-Opener-Policy") == "same-origin", what
    assert headers.get("X-Frame-Options") == "DENY", what
    assert "camera=()" in headers.get("Permissions-Policy", ""), what


@pytest.mark.parametrize("method", ["get", "head", "options", "post"])
def test_every_named_address_answers_with_every_header(visitor, plans, method):
    for name, address in examples():
        response = getattr(visitor, method)(address)

        assert_guarded(response, f"{method} {name} {address}")
        assert "max-age=63072000; includeSubDomains" in response.headers.get(
            "Strict-Transport-Security", ""
        ), address


def test_a_page_that_is_kept_carries_them_the_second_time_too(visitor, db):
    for _time in range(2):
        assert_guarded(visitor.get("/en/about/"), "kept")
    kept = visitor.get("/en/about/")
    again = visitor.get("/en/about/", headers={"if-none-match": kept["ETag"]})
    assert again.status_code == 304
    assert_guarded(again, "not modified")


def test_the_admin_answers_with_every_header(visitor, settings, db):
    settings.REQUIRE_STAFF_MFA = False
    assert_guarded(visitor.get("/admin/"), "to the sign-in")
    visitor.force_login(make_staff())

    for address in ["/admin/", "/admin/jsi18n/", "/admin/network/user/", "/admin/nothing/"]:
        assert_guarded(visitor.get(address), address)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/favicon.ico", 200),
        ("/static/no-such-file.css", 404),
        ("/en/no-such-page/", 404),
        ("/en/plans/no-such-plan/", 404),
        ("/no-such-page", 404),
        ("/en/about", 301),
        ("/about/", 302),
    ],
)
def test_files_redirects_and_errors_carry_them_too(visitor, db, address, status):
    response = visitor.get(address)

    assert response.status_code == status
    assert_guarded(response, address)
    whole(response)


def test_a_wrong_host_is_refused_with_every_header(visitor, db):
    response = visitor.get("/en/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert_guarded(response, "wrong host")


def test_a_wrong_host_over_http_is_refused_with_every_header(db):
    response = Client().get("/en/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert_guarded(response, "wrong host over http")


def test_a_page_asked_for_over_http_leads_to_https(db):
    response = Client().get("/en/about/")

    assert response.status_code == 301
    assert response["Location"] == "https://testserver/en/about/"
    assert_guarded(response, "to https")


def test_a_broken_page_carries_them_too(visitor, db, monkeypatch):
    def broken(*args):
        raise RuntimeError("a made-up fault")

    monkeypatch.setattr("opengov_portal.views.render", broken)

    response = visitor.get("/en/about/")

    assert response.status_code == 500
    assert_guarded(response, "broken")


def test_a_single_use_address_is_told_to_nobody(visitor, db):
    response = visitor.get("/en/account/confirm-email/no-such-key/")

    assert response["Referrer-Policy"] == "no-referrer"


def test_what_does_not_say_it_is_public_is_kept_by_nobody(visitor, db):
    for address in ["/", "/en/no-such-page/", "/en/account/login/", "/admin/", "/healthz"]:
        assert "no-store" in visitor.get(address)["Cache-Control"], address
