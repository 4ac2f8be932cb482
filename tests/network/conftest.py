import pytest
from django.template import engines

from bench.sink import Sink
from network.rooms import ROOMS
from opengov_portal.lib import traps
from tests.forms import form_of
from tests.network.asking import MadeUpRoom


@pytest.fixture
def template(tmp_path, settings, monkeypatch):
    """Makes a template of a letter: its subject, and what text and HTML say."""
    loader = engines["django"].engine

    def make(subject, body=None):
        for ending in (".subject.txt", ".txt", ".html"):
            words = subject if ending == ".subject.txt" or body is None else body
            (tmp_path / f"made_up{ending}").write_text(words, encoding="utf-8")
        return "made_up"

    monkeypatch.setattr(loader, "dirs", [tmp_path, *loader.dirs])
    for each in loader.template_loaders:
        if hasattr(each, "reset"):
            each.reset()
    return make


@pytest.fixture
def smtp(settings):
    """Letters go over SMTP to a port of this machine."""

    def to(port):
        settings.EMAIL_BACKEND = "opengov_portal.lib.mail.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.3

    return to


@pytest.fixture
def sink(smtp):
    """A mail server that takes everything."""
    with Sink() as sink:
        smtp(sink.port)
        yield sink


@pytest.fixture
def slowly(monkeypatch):
    """As a person fills a form in: three seconds pass between its page and its button."""
    monkeypatch.setattr(traps, "seconds_since", lambda sealed: 3 if sealed else None)


@pytest.fixture
def fill_in(client, slowly):
    """Fills the form in as a browser does; by default only what is required."""

    def fill(address="/en/network/join/", network="192.0.2.7", **fields):
        data = form_of(client.get(address), "join")
        data |= {"email": ["ada@example.org"], "consent": ["on"]}
        for name, value in fields.items():
            data[name] = value if isinstance(value, list) else [value]
        return client.post(address, data, headers={"x-forwarded-for": network})

    return fill


@pytest.fixture
def room():
    """A made-up room above this one, and no other."""
    made_up = MadeUpRoom()
    before, ROOMS[:] = list(ROOMS), [made_up]
    yield made_up
    ROOMS[:] = before
