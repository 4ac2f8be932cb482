"""Staff with a passkey, an app's codes and recovery codes, in a real browser under our policy.

The browser's own virtual authenticator (CDP) is the key. A key needs a host with a
name, so the portal is served a second time, as localhost.
"""

import os
import re
import subprocess
import sys
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.browser.conftest import ROOT, wait_for
from tests.browser.visits import SOON, WIDE
from tests.factories import PASSWORD

WHO = "keys@example.org"
MAKE_STAFF = f"""
from allauth.account.models import EmailAddress
from tests.factories import make_staff
staff = make_staff(email={WHO!r})
EmailAddress.objects.create(user=staff, email=staff.email, primary=True, verified=True)
"""


@pytest.fixture(scope="module")
def named_host(address, environment):
    """The same portal, asked for by a name."""
    port = int(environment["PORT"]) + 1
    served = environment | {"PORT": str(port), "SITE_URL": f"http://localhost:{port}"}
    make = [sys.executable, "manage.py", "shell", "-c", MAKE_STAFF]
    subprocess.run(make, cwd=ROOT, env=served, check=True, capture_output=True, timeout=120)
    serve = [sys.executable, "-m", "gunicorn", "--log-level", "warning"]
    with open(os.path.join(served["VAR_DIR"], "named.log"), "w") as log:
        server = subprocess.Popen(serve, cwd=ROOT, env=served, stderr=log)
    try:
        wait_for(f"http://localhost:{port}/healthz")
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport=WIDE)
    context.set_default_timeout(SOON)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on(
        "console",
        lambda said: page.faults.append(said.text) if said.type in {"error", "warning"} else None,
    )
    yield page
    context.close()


def plug_in(page):
    """A key of the browser's own, which its owner touches at once."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page, site):
    page.goto(f"{site}/en/account/login/?next=/admin/")
    page.fill("#id_login", WHO)
    page.fill("#id_password", PASSWORD)
    page.click("#password button")


def sign_out(page, site):
    page.goto(f"{site}/en/account/logout/")
    page.click("#logout button")


def code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_staff_use_a_passkey_an_app_and_recovery_codes(page, named_host):
    plug_in(page)
    sign_in(page, named_host)
    assert page.url.endswith("/account/2fa/")

    # A passkey: added, and signed in with.
    page.click("text=Add a passkey")
    page.fill("#id_password", PASSWORD)
    page.click("#again button")
    page.fill("#id_name", "The blue key")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/")
    recovery = page.locator(".codes code").first.inner_text()
    page.goto(f"{named_host}/en/account/2fa/webauthn/")
    assert "The blue key" in page.inner_text("main")
    page.goto(f"{named_host}/admin/")
    assert page.url == f"{named_host}/admin/"
    sign_out(page, named_host)

    sign_in(page, named_host)
    assert "/2fa/authenticate/" in page.url
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url("**/admin/")

    # The same key shows again who it is, before what concerns the safety of the account.
    page.goto(f"{named_host}/en/account/2fa/webauthn/reauthenticate/?next=/en/account/2fa/")
    page.click("#mfa_webauthn_reauthenticate")
    page.wait_for_url("**/account/2fa/")

    # An authenticator app.
    page.click("text=Set up an authenticator app")
    assert page.locator(".qr svg").count() == 1
    secret = page.inner_text("#main code")
    page.fill("#id_code", code(secret))
    page.click("#activate button")
    page.wait_for_selector("text=Your authenticator app is set up.")
    sign_out(page, named_host)

    # A recovery code opens once.
    sign_in(page, named_host)
    page.fill("#id_code", recovery)
    page.click("#code button")
    page.wait_for_url("**/admin/")
    sign_out(page, named_host)
    sign_in(page, named_host)
    page.fill("#id_code", recovery)
    page.click("#code button")
    assert "/2fa/authenticate/" in page.url
    page.fill("#id_code", code(secret))
    page.click("#code button")
    page.wait_for_url("**/admin/")
    assert page.faults == []


def test_another_browser_without_the_key_does_not_get_in(page, named_host):
    sign_in(page, named_host)
    page.goto(f"{named_host}/admin/")

    assert re.search(r"/account/(login|2fa)/", page.url)
