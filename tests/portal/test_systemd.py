"""The units of systemd hold to the project, and systemd itself finds nothing wrong with them."""

import re
import shutil
import subprocess
from configparser import ConfigParser

import pytest

from opengov_portal.clock import SCHEDULE
from tests.portal.test_settings import ROOT

FOLDER = ROOT / "deploy" / "systemd"
UNITS = sorted(FOLDER.iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]


def read(unit):
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(unit, encoding="utf-8")
    return parser


def test_systemd_finds_nothing_wrong_with_them(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here: apt-get install systemd")
    for unit in UNITS:
        words = unit.read_text(encoding="utf-8")
        # The programs are those of this folder; no user “portal” need be here.
        words = words.replace("/srv/portal", str(ROOT)).replace("User=portal\n", "")
        (tmp_path / unit.name).write_text(words, encoding="utf-8")
    names = [name.replace("@.", "@post_letters.") for name in sorted(each.name for each in UNITS)]

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=one", *names],
        cwd=tmp_path,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
    )

    ours = [line for line in done.stderr.splitlines() if "portal" in line]
    assert not ours
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_each_runs_as_a_user_of_its_own_and_writes_in_one_folder(unit):
    service = read(unit)["Service"]

    assert service["User"] == "portal"
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"] == "/srv/portal/var"
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == service["ProtectHome"] == "yes"
    assert service["CapabilityBoundingSet"] == ""


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_what_each_starts_is_of_the_project(unit):
    program, *words = read(unit)["Service"]["ExecStart"].split()

    assert program.startswith("/srv/portal/.venv/bin/")
    assert (ROOT / program.removeprefix("/srv/portal/")).exists()
    if words[:1] == ["manage.py"]:
        assert words[1] == "%i" or list(ROOT.glob(f"*/management/commands/{words[1]}.py"))


def test_the_readme_has_a_timer_for_whatever_the_clock_asks_for():
    """Without Redis no beat runs: each of its tasks then has a command of the same name."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    asked = {entry["task"].rpartition(".")[2] for entry in SCHEDULE.values()}
    told = set(re.findall(r"portal-(?:minutely|nightly|mornings)@(\w+)\.timer", readme))

    assert told == asked
    for name in told:
        assert list(ROOT.glob(f"*/management/commands/{name}.py"))
    for kind in ("minutely", "nightly", "mornings"):
        assert (FOLDER / f"portal-{kind}@.timer").exists()
