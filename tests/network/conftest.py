import pytest
from django.template import engines


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
