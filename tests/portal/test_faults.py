"""What a Sentry is told of a fault: what broke and where, and nothing of anybody."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest

from tests.portal.test_settings import ROOT, SAFE, start

# What a visitor sends, and what our code holds of them: none may be told.
SECRETS = {
    "address": "ada@example.org",
    "name": "Lovelace",
    "token": "the-token-of-a-letter",
    "network": "198.51.100.7",
    "session": "the-session-of-ada",
    "password": "her-password",
    "words": "what-she-typed",
    "browser": "Mozilla/5.0",
}
BREAKS = """
import json, logging, sys, types
import django
from django.conf import settings
django.setup()
from django.test import Client
from django.urls import path
import sentry_sdk
from opengov_portal.celery import app

SECRET = json.loads(sys.argv[1])

def leave(request, token):
    name, address = request.POST["name"], request.POST["address"]
    logging.getLogger("portal").error("%s could not leave", address)
    try:
        int(name)
    except ValueError as error:
        raise RuntimeError(f"{address} of {name} could not leave") from error

@app.task(name="portal.fail")
def fail(address):
    raise KeyError(address)

def nothing(*arguments, **more):
    from django.http import HttpResponse
    return HttpResponse(status=500)

urls = types.ModuleType("urls_of_this_test")
urls.urlpatterns = [path("leave/<token>/", leave)]
urls.handler500 = nothing
sys.modules["urls_of_this_test"] = urls
settings.ROOT_URLCONF = "urls_of_this_test"
settings.ALLOWED_HOSTS.append("testserver")
keep = {"opengov_portal.middleware.RequestIdMiddleware"}
settings.MIDDLEWARE[:] = [name for name in settings.MIDDLEWARE if name in keep]
client = Client(raise_request_exception=False, REMOTE_ADDR=SECRET["network"])
client.cookies["session"] = SECRET["session"]
client.post(
    f"/leave/{SECRET['token']}/?q={SECRET['address']}", SECRET,
    HTTP_USER_AGENT=SECRET["browser"], HTTP_X_FORWARDED_FOR=SECRET["network"],
)
fail.apply([SECRET["address"]])
sentry_sdk.flush(10)
"""


@pytest.fixture
def sentry():
    """What was reported, by whoever reports to this address of this machine."""
    heard = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = {"br": brotli.decompress, "gzip": gzip.decompress}
            heard.append(unpack[self.headers["Content-Encoding"]](body).decode())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Taker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.heard, server.dsn = heard, f"http://key@127.0.0.1:{server.server_port}/1"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_fault_is_reported_without_anybody(sentry, tmp_path):
    environment = {"DJANGO_SETTINGS_MODULE": "opengov_portal.settings", "SENTRY_DSN": sentry.dsn}
    environment |= SAFE | {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}
    environment |= {"DATABASE_URL": "", "REDIS_URL": "", "TRUST_PROXY": "on"}
    environment["PYTHONPATH"] = str(ROOT)
    script = tmp_path / "breaks.py"
    script.write_text(BREAKS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), json.dumps(SECRETS)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = "\n".join(sentry.heard)

    # What mends it is told: the type, the line of code, the pattern of the address, the task.
    for word in ("RuntimeError", "ValueError", "KeyError", "int(name)", "leave/{token}"):
        assert word in told
    assert '"request":"' in told.replace('": "', '":"')
    for secret in SECRETS.values():
        assert secret not in told


def test_without_a_dsn_nothing_of_it_is_even_imported(tmp_path):
    code = (
        "import sys, django; django.setup(); import opengov_portal.urls, opengov_portal.wsgi;"
        "print(sorted({'sentry_sdk', 'prometheus_client'} & set(sys.modules)))"
    )
    said = start(tmp_path, code, **SAFE, DJANGO_SETTINGS_MODULE="opengov_portal.settings")

    assert said.stdout.strip() == "[]", said.stderr
