"""What holds of every page of the portal, in both languages, in a real browser."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.ideas import GONE

NU = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def gathered(visits, what):
    return {visit.path: getattr(visit, what) for visit in visits if getattr(visit, what)}


def test_every_kind_of_page_was_visited_in_both_languages(visits):
    seen = {(visit.name, visit.language) for visit in visits}

    assert {("home", "en"), ("home", "fr"), ("commitments:commitment", "fr")} <= seen
    assert {("error 404", "en"), ("error 500", "fr"), ("error 503", "en")} <= seen
    assert {("revise", "en"), ("confirm", "fr"), ("an idea: full", "fr"), ("queue", "fr")} <= seen
    assert {name for name, language in seen if language == "en"} == {
        name for name, language in seen if language == "fr"
    }


def test_every_page_answers_as_it_should(visits):
    def expected(visit):
        _error, is_error, status = visit.name.partition("error ")
        return int(status) if is_error else 410 if visit.name in GONE else 200

    assert {visit.path: visit.status for visit in visits} == {
        visit.path: expected(visit) for visit in visits
    }


def test_whoever_is_signed_in_comes_where_they_asked(visits):
    """And is not led on to signing in, whose page would be looked at instead."""
    led = {visit.path: visit.at for visit in visits if visit.who not in {"reader", "visitor"}}

    assert led == {path: path for path in led}


def test_no_page_breaks_a_rule_of_accessibility(visits):
    """axe-core: WCAG 2.2 AA and its own advice; light and dark, 1280 and 320 pixels wide."""
    assert gathered(visits, "broken") == {}


def test_no_page_scrolls_sideways_on_the_narrowest_screen(visits):
    assert {visit.path: visit.wider for visit in visits if visit.wider > 0} == {}


def test_the_tab_key_reaches_every_control(visits):
    assert gathered(visits, "missed") == {}


def test_whoever_comes_by_keyboard_sees_where_they_are(visits):
    assert gathered(visits, "unseen") == {}


def test_no_page_complains_in_the_console(visits):
    """Nor breaks its own Content-Security-Policy, which the console would tell."""
    assert gathered(visits, "console") == {}


def test_no_page_asks_another_host_for_anything(visits):
    assert gathered(visits, "elsewhere") == {}


def test_every_page_is_valid_html(visits, tmp_path):
    if not shutil.which("java"):
        pytest.skip(
            "there is no Java on this machine (Debian: apt-get install default-jre-headless)"
        )
    if not NU.exists():
        pytest.skip(
            "the Nu checker is not installed: run `npm ci --ignore-scripts` in tests/browser"
        )
    sources = {}
    # That of the desk is Django's own, which is looked at by axe-core alone.
    ours = [visit for visit in visits if not visit.path.startswith("/admin/")]
    for number, visit in enumerate(ours):
        file = tmp_path / f"{number}.html"
        file.write_text(visit.source, encoding="utf-8")
        sources[file.name] = visit.path

    command = ["java", "-Xss2m", "-jar", NU, "--format", "json", "--exit-zero-always", "--stdout"]
    said = subprocess.run([*command, tmp_path], capture_output=True, check=True, timeout=120).stdout

    faults = [
        f"{sources[Path(message['url']).name]}, line {message['lastLine']}: {message['message']}"
        for message in json.loads(said)["messages"]
    ]
    assert faults == []
