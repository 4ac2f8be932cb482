"""Who only reads: no cookie (H4), and nothing from any other host (H5)."""

import re
from base64 import b64encode
from hashlib import sha384
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders

from tests.addresses import examples
from tests.answers import whole

# Where a browser goes by itself; a link is followed by the reader alone.
LOADED = {
    "script": ["src"],
    "img": ["src", "srcset"],
    "source": ["src", "srcset"],
    "iframe": ["src"],
    "embed": ["src"],
    "object": ["data"],
    "video": ["src", "poster"],
    "audio": ["src"],
    "input": ["src"],
    "use": ["href", "xlink:href"],
    "image": ["href", "xlink:href"],
    "form": ["action"],
}
LOADED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "prefetch"}


class Loads(HTMLParser):
    """The addresses a page loads, its scripts, and what the CSP would forbid in it."""

    def __init__(self):
        super().__init__()
        self.addresses, self.scripts, self.forbidden = [], [], []

    def handle_starttag(self, tag, attributes):
        attrs = dict(attributes)
        self.addresses += [attrs[name] for name in LOADED.get(tag, []) if attrs.get(name)]
        if tag == "link" and LOADED_LINKS & set(attrs.get("rel", "").split()):
            self.addresses.append(attrs["href"])
        if tag == "script" and "json" not in attrs.get("type", ""):
            self.scripts.append(attrs)
        if tag == "style" or "style" in attrs or any(name.startswith("on") for name in attrs):
            self.forbidden.append((tag, attrs))


@pytest.fixture
def pages(client, plans):
    """Every page a reader can open, as (address, response)."""
    answers = [(address, client.get(address)) for _name, address in examples()]
    answers += [(a, client.get(a)) for a in ("/en/no-such-page/", "/en/commitments/?q=budget")]
    return [(a, r) for a, r in answers if "text/html" in r.headers.get("Content-Type", "")]


def loads(response):
    parser = Loads()
    parser.feed(response.text)
    return parser


def test_who_only_reads_is_given_no_cookie(client, plans):
    for _name, address in examples():
        response = client.get(address)
        if "public" in response["Cache-Control"] or response.status_code != 200:
            assert not response.cookies, address
        whole(response)
    client.get("/en/no-such-page/")

    # The forms of an account have to have one; nothing else may.
    assert set(client.cookies) <= {"__Host-csrf"}


def test_no_cookie_remembers_the_language(client, db):
    client.get("/", headers={"accept-language": "fr"})
    client.get("/fr/")

    assert not client.cookies


def test_nothing_comes_from_another_host(pages):
    for address, response in pages:
        for loaded in loads(response).addresses:
            host = urlsplit(loaded).netloc
            assert host in {"", "portal.example"}, f"{address} loads {loaded}"
            assert not loaded.startswith("data:"), f"{address} loads {loaded[:40]}"


def test_every_script_is_ours_and_says_what_it_must_be(pages):
    for address, response in pages:
        for script in loads(response).scripts:
            assert script.get("src"), f"{address} has a script in the page"
            path = script["src"].removeprefix("/static/")
            with open(finders.find(path), "rb") as file:
                digest = b64encode(sha384(file.read()).digest()).decode()
            assert script.get("integrity") == f"sha384-{digest}", f"{address}: {path}"


def test_no_page_holds_what_its_policy_forbids(pages):
    for address, response in pages:
        assert not loads(response).forbidden, address


def test_stylesheets_load_nothing_from_elsewhere():
    with open(finders.find("css/portal.css"), encoding="utf-8") as file:
        css = file.read()

    assert not re.search(r"@import|url\(\s*['\"]?(https?:|//|data:)", css)
