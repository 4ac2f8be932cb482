import pytest
from django.template import engines

from bench.sink import Sink


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
