"""What is said of the project in its own files is true of it."""

import os
import re
import socket
import subprocess
import sys

from django.conf import settings

ROOT = settings.BASE_DIR


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_example_environment_lists_just_what_is_read_of_it():
    read_by_settings = re.findall(
        r'\b(?:env\.\w+|required)\(\s*"([A-Z_]+)"', read("opengov_portal/settings.py")
    )
    read_by_gunicorn = re.findall(r"environ\.get\(.([A-Z_]+)", read("gunicorn.conf.py"))
    read_by_compose = re.findall(r"\$\{([A-Z_]+)", read("compose.yaml"))
    listed = re.findall(r"^#?([A-Z_]+)=", read(".env.example"), flags=re.MULTILINE)

    read_somewhere = {*read_by_settings, *read_by_gunicorn, *read_by_compose}
    assert sorted(read_somewhere) == sorted(listed)


def test_every_requirement_is_pinned_and_says_what_it_is_for():
    for path in ("requirements.txt", "requirements-dev.txt"):
        lines = [
            line for line in read(path).splitlines() if line and not line.startswith(("#", "-r "))
        ]
        assert lines
        for line in lines:
            assert re.fullmatch(r"[\w.-]+(\[[\w,]+\])?==\S+\s+# \S.*", line), line


def test_every_verb_of_the_makefile_is_listed_by_make_alone():
    makefile = read("Makefile")
    verbs = re.search(r"^\.PHONY: (.+)$", makefile, flags=re.MULTILINE)[1].split()
    shown = re.findall(r'@echo "make ([\w-]+)', makefile)

    assert sorted(shown) == sorted(set(verbs) - {"help"})


def test_every_decision_has_its_three_parts():
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    assert [page.name[:4] for page in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    for page in pages:
        headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], page.name


def told(*arguments):
    """What a tool of the Makefile says when it stops."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_port_that_is_taken_is_said_in_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert f"Port {port} is taken" in told("tools/serve.py", str(port))


def test_a_port_that_is_no_number_is_said_in_a_sentence():
    assert "PORT is “eight”" in told("tools/serve.py", "eight")


def test_without_a_secret_key_the_start_stops_with_what_to_set(tmp_path):
    clean = {"PATH": os.environ["PATH"], "SECRET_KEY": "", "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "-c", "import opengov_portal.settings"]

    done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, check=False)

    assert "SECRET_KEY is not set" in done.stderr


def test_every_test_that_the_table_of_attacks_names_is_there():
    table = read("docs/security.md")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", table)

    assert len(named) > 30
    for file, test in named:
        assert f"def {test}(" in read(file), f"{file}::{test}"
