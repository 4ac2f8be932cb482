"""A portal where SOCIAL_PROVIDERS is set, and the made-up site it names: prints what came of it.

Run by itself, in the environment of a test.
"""

import json
import os
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt

WHO = {}  # what the other site says of whoever comes next


class Elsewhere(BaseHTTPRequestHandler):
    """As much of an OpenID Connect provider as signing in asks for."""

    def answer(self, facts):
        said = json.dumps(facts).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(said)

    def do_GET(self):
        if self.path.endswith("openid-configuration"):
            paths = {"authorization": "ask", "token": "token", "userinfo": "who"}
            facts = {f"{name}_endpoint": f"{ORIGIN}/{path}" for name, path in paths.items()}
            self.answer({"issuer": ORIGIN, "jwks_uri": f"{ORIGIN}/keys", **facts})
        else:
            self.answer({"sub": "1", **WHO})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        claims = {"iss": ORIGIN, "aud": "portal", "sub": "1", "exp": time.time() + 60, **WHO}
        token = jwt.encode(claims, "a key that nobody checks here, over TLS as it came")
        self.answer({"access_token": "x", "token_type": "Bearer", "id_token": token})

    def log_message(self, *args):
        pass


server = HTTPServer(("127.0.0.1", 0), Elsewhere)
ORIGIN = f"http://127.0.0.1:{server.server_port}"
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["SOCIAL_PROVIDERS"] = json.dumps(
    [
        {
            "id": "made-up",
            "name": "Made Up",
            "server_url": ORIGIN,
            "client_id": "portal",
            "secret": "x",
        }
    ]
)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")

import django  # noqa: E402 - it reads what is set above

django.setup()

from allauth.mfa.totp.internal.auth import TOTP  # noqa: E402
from allauth.socialaccount.models import SocialAccount, SocialToken  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from network.models import User  # noqa: E402
from tests.factories import make_member, make_staff  # noqa: E402

LOGIN = "/en/account/oidc/made-up/login/"


def browser():
    return Client(HTTP_X_FORWARDED_PROTO="https")


def come_in(client, *, forged=False, **who):
    """From the button, by way of the other site, back to the portal."""
    WHO.clear()
    WHO.update(who)
    asked = client.post(f"{LOGIN}?next=/en/network/member/")
    query = parse_qs(urlsplit(asked["Location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    state = "forged" if forged else query["state"][0]
    return client.get(f"{LOGIN}callback/", {"code": "x", "state": state})


def main():
    call_command("migrate", verbosity=0)
    make_member(email="ada@example.org")
    careful = make_member(email="careful@example.org")
    TOTP.activate(careful.user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    make_member(email="closed@example.org")
    User.objects.filter(email="closed@example.org").update(is_active=False)
    staff = make_staff(email="staff@example.org")
    cast = {
        "member": {"email": "Ada@example.org", "email_verified": True},
        "unchecked": {"email": "ada@example.org", "email_verified": False},
        "careful": {"email": "careful@example.org", "email_verified": True},
        "closed": {"email": "closed@example.org", "email_verified": True},
        "staff": {"email": "staff@example.org", "email_verified": True},
        "nobody": {"email": "nobody@example.org", "email_verified": True},
    }
    said = {"words": {}, "origin": ORIGIN, "pages": {}}
    for kind, who in cast.items():
        client = browser()
        response = come_in(client, **who)
        said[kind] = {"in": "_auth_user_id" in client.session, "to": response.headers["Location"]}
        if not said[kind]["in"]:
            text = client.get("/en/account/login/").text
            said["words"][kind] = re.sub(r'value="[^"]{64}"', "", text)
    client = browser()
    come_in(client, forged=True, **cast["member"])
    said["forged"] = "_auth_user_id" in client.session
    said["kept"] = SocialAccount.objects.count() + SocialToken.objects.count()
    page = browser().get("/en/account/login/")
    said["policy"] = page["Content-Security-Policy"]
    said["pages"] = {"en": page.text, "fr": browser().get("/fr/compte/login/").text}
    client = browser()
    client.force_login(User.objects.get(email="ada@example.org"))
    said["connections"] = [
        client.get(f"/en/account/3rdparty/{path}").status_code for path in ("", "signup/")
    ]
    from django.conf import settings

    settings.REQUIRE_STAFF_MFA = False
    client.force_login(staff)
    said["admin"] = client.get("/admin/socialaccount/socialaccount/").status_code
    print(json.dumps(said))  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main()
