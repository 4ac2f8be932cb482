"""The bench of letters says in words what it lacks."""

import pytest

from bench import mail, servers
from network import posting


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(servers, "PLACES", [f"{tmp_path}/postgresql/*/bin"])


def test_without_postgresql_it_says_what_to_install(bare_machine):
    with pytest.raises(SystemExit, match="apt-get install postgresql"):
        servers.PostgreSQL().__enter__()


def test_without_redis_it_says_what_to_install(bare_machine, tmp_path):
    with pytest.raises(SystemExit, match="apt-get install redis-server"):
        servers.redis(1, tmp_path)


def test_of_several_postgresqls_the_newest_is_taken(bare_machine, tmp_path):
    for version in ("9.6.24", "15.10", "14.2"):
        folder = tmp_path / "postgresql" / version / "bin"
        folder.mkdir(parents=True)
        for name, said in (("initdb", ""), ("postgres", f"postgres (PostgreSQL) {version}")):
            (folder / name).write_text(f"#!/bin/sh\necho '{said}'\n", encoding="utf-8")
            (folder / name).chmod(0o755)

    assert servers.PostgreSQL().programs().parent.name == "15.10"


def test_it_allows_a_crash_no_more_than_posting_does():
    assert mail.MARKS_A_WAIT == posting.MARKS_A_WAIT
