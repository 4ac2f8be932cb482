import pytest

from tests.proposals.importing.sheets import make_earlier_call, sheet


@pytest.fixture
def call(db):
    return make_earlier_call()


@pytest.fixture
def write(tmp_path):
    """Writes a made-up spreadsheet and gives its path."""

    def made(said, name="ideas.csv", **how):
        return sheet(tmp_path / name, said, **how)

    return made


@pytest.fixture
def mapping(tmp_path):
    """Writes a mapping file and gives its path."""

    def made(text):
        path = tmp_path / "mapping.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return made
