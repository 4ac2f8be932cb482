"""deploy/nginx.conf, as it is, in a real nginx before a real gunicorn, on this machine."""

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from contextlib import ExitStack, suppress

import pytest

from tests.portal.test_settings import ROOT, SAFE
from tools.served import certificate, free_port

MB = 1_000_000
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/portal.conf;
}}
"""


class Front:
    """Where it is, and one question to it over a line of its own."""

    def __init__(self, port, plain, trusting):
        self.port, self.plain, self.trusting = port, plain, trusting

    def line(self, name="localhost"):
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        return self.trusting.wrap_socket(raw, server_hostname=name)

    def ask(self, path, method="GET", body=None, **headers):
        connection = http.client.HTTPSConnection(
            "localhost", self.port, timeout=60, context=self.trusting
        )
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body=body, headers={"Host": "localhost", **headers})
            answer = connection.getresponse()
            answer.body = answer.read()
            return answer
        finally:
            connection.close()

    def echo(self, *arguments, **more):
        return json.loads(self.ask("/echo", *arguments, **more).body)


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    if not shutil.which("nginx"):
        pytest.skip("nginx is not here: apt-get install nginx")
    folder = tmp_path_factory.mktemp("front")
    (folder / "var" / "static").mkdir(parents=True)
    site, tls, plain = free_port(), free_port(), free_port()
    certfile, keyfile = certificate(folder)
    words = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for before, after in {
        "listen 443": f"listen 127.0.0.1:{tls}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "server 127.0.0.1:8000": f"server 127.0.0.1:{site}",
        "/etc/letsencrypt/live/portal.example/fullchain.pem": str(certfile),
        "/etc/letsencrypt/live/portal.example/privkey.pem": str(keyfile),
        "/var/log/nginx": str(folder),
        "portal.example": "localhost",
        "client_body_timeout 15s": "client_body_timeout 1s",
    }.items():
        assert before in words, before
        words = words.replace(before, after)
    (folder / "portal.conf").write_text(words, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user), encoding="utf-8")

    environment = SAFE | {
        "PATH": os.environ["PATH"],
        "SITE_URL": "https://localhost",
        "VAR_DIR": str(folder / "var"),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "TRUST_PROXY": "on",
        "PORT": str(site),
        "METRICS_TOKEN": "a-token-of-this-test-alone-0123456789",
    }
    gunicorn = [sys.executable, "-m", "gunicorn", "--log-level", "warning", "tests.portal.fronted"]
    nginx = ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    with ExitStack() as running, (folder / "log").open("w") as log:
        for command in (gunicorn, nginx):
            server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log, stdout=log)
            running.callback(server.wait, timeout=30)
            running.callback(server.terminate)
        front = Front(tls, plain, ssl.create_default_context(cafile=str(certfile)))
        for _attempt in range(600):
            try:
                if front.ask("/healthz").status == 200:
                    break
            except OSError:
                pass
            time.sleep(0.1)
        else:
            raise AssertionError((folder / "log").read_text())
        yield front


def test_it_answers_over_tls_with_the_portals_own_headers(front):
    answer = front.ask("/healthz")

    assert (answer.status, answer.body) == (200, b"ok\n")
    for name in ("Content-Security-Policy", "Strict-Transport-Security", "X-Frame-Options"):
        assert len(answer.headers.get_all(name)) == 1, name
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert answer.headers["Server"] == "nginx"  # and not which


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_it_speaks_tls_of_today(front, version):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    raw = socket.create_connection(("127.0.0.1", front.port))
    with context.wrap_socket(raw, server_hostname="localhost") as line:
        assert line.version()


def test_it_speaks_no_tls_of_before(front):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", front.port)) as raw, pytest.raises(ssl.SSLError):
        context.wrap_socket(raw, server_hostname="localhost")


def test_who_comes_in_the_clear_is_sent_to_https_and_keeps_the_method(front):
    connection = http.client.HTTPConnection("127.0.0.1", front.plain, timeout=20)
    connection.request("POST", "/en/network/join/?a=b", headers={"Host": "localhost"})
    answer = connection.getresponse()

    assert (answer.status, answer.headers["Location"]) == (
        308,
        "https://localhost/en/network/join/?a=b",
    )
    connection.close()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "", "localhost.evil.example"])
def test_who_names_another_host_is_told_nothing(front, host):
    with front.line() as line:
        line.sendall(f"GET /echo HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        said = line.recv(1000)

    assert said == b"" or said.startswith(b"HTTP/1.1 4")
    assert b"HTTP_HOST" not in said


def test_who_asks_for_another_name_gets_no_certificate(front):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", front.port)) as raw, pytest.raises(ssl.SSLError):
        context.wrap_socket(raw, server_hostname="evil.example")


def test_what_the_portal_believes_is_set_by_the_front_server_alone(front):
    reached = front.echo(
        X_Forwarded_For="198.51.100.7",
        X_Forwarded_Proto="http",
        X_Request_ID="forged-12345678",
    )

    assert reached["HTTP_HOST"] == "localhost"
    assert reached["HTTP_X_FORWARDED_FOR"] == "127.0.0.1"
    assert reached["HTTP_X_FORWARDED_PROTO"] == "https"
    assert re.fullmatch(r"[0-9a-f]{32}", reached["HTTP_X_REQUEST_ID"])
    assert "HTTP_CONNECTION" not in reached


def test_the_number_of_the_request_is_one_for_both(front):
    numbers = {front.ask("/healthz").headers["X-Request-ID"] for _time in range(3)}

    assert len(numbers) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", number) for number in numbers)


def test_a_search_of_ten_thousand_letters_comes_through(front):
    assert front.ask(f"/echo?q={'x' * 10_000}").status == 200


def test_a_form_with_its_files_comes_through(front):
    assert front.echo("POST", b"a" * 30 * MB)["length"] == 30 * MB


def test_more_than_that_is_refused_before_the_portal_hears_of_it(front):
    with front.line() as line:
        head = f"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: {40 * MB}\r\n\r\n"
        line.sendall(head.encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_who_says_no_length_is_measured_all_the_same(front):
    pieces = (b"a" * MB for _each in range(40))
    # Or it is hung up on while it still sends: refused as well.
    with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
        assert front.ask("/echo", "POST", pieces).status == 413


def test_who_stops_in_the_middle_of_a_body_is_hung_up_on(front):
    with front.line() as line:
        line.sendall(b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        begun = time.monotonic()
        said = line.recv(1000)

    assert said == b"" or said.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - begun < 10


def test_a_hundred_who_send_slowly_hold_nobody_up(front):
    """The portal has eight threads: they would be gone if it heard of a body before its end."""
    with ExitStack() as lines:
        slow = [lines.enter_context(front.line()) for _each in range(100)]
        for line in slow:
            line.sendall(
                b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nslow"
            )
        begun = time.monotonic()
        for _time in range(5):
            for line in slow[:20]:
                line.sendall(b".")
            assert front.ask("/healthz").status == 200
        assert time.monotonic() - begun < 10


def test_what_machines_ask_is_not_asked_from_outside(front):
    bearer = "Bearer a-token-of-this-test-alone-0123456789"

    assert front.ask("/metrics", Authorization=bearer).status == 404


def test_no_visit_is_written_down():
    words = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")

    assert re.findall(r"^\s*access_log (.+);", words, flags=re.MULTILINE) == ["off"]
    assert "$proxy_add_x_forwarded_for" not in words
