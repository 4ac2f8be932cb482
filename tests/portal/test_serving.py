"""What gunicorn takes from whoever asks, as gunicorn.conf.py tells it."""

import runpy
from pathlib import Path

from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

ROOT = Path(__file__).resolve().parents[2]


def headers_of(*lines):
    """The headers that reach the portal of a request from the front server, on this machine."""
    config = Config()
    for name, value in runpy.run_path(str(ROOT / "gunicorn.conf.py")).items():
        if name in config.settings:
            config.set(name, value)
    asked = "\r\n".join(["GET /en/ HTTP/1.1", "Host: testserver", *lines, "", ""])
    return dict(next(iter(RequestParser(config, [asked.encode()], ("127.0.0.1", 1)))).headers)


def test_no_reader_says_where_the_portal_stands():
    reached = headers_of("Accept: */*", "SCRIPT_NAME: /elsewhere", "PATH_INFO: /elsewhere")

    assert set(reached) == {"HOST", "ACCEPT"}
