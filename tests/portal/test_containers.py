"""Dockerfile and compose.yaml hold to the project. (No Docker runs where these tests do.)"""

import re
import shutil
import sys
from fnmatch import fnmatch

import pytest
import yaml

from tests.portal.test_settings import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: said for name, said in SERVICES.items() if "build" in said}
LISTED = set(
    re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M)
)


def instructions(name):
    """What an instruction of the Dockerfile is told, each time it is there."""
    whole = DOCKERFILE.replace("\\\n", " ")
    return [" ".join(line.split()[1:]) for line in whole.splitlines() if line.startswith(name)]


def test_it_is_the_python_of_the_project_pinned_to_the_patch():
    [image] = instructions("FROM")
    wanted = re.search(r'target-version = "py(\d)(\d+)"', (ROOT / "pyproject.toml").read_text())

    version = re.fullmatch(r"python:(\d+)\.(\d+)\.\d+-slim-\w+", image)
    assert version.groups() == wanted.groups()
    assert sys.version_info[:2] == tuple(map(int, version.groups()))


def test_every_image_is_pinned_to_the_patch():
    images = {said["image"] for said in SERVICES.values() if "build" not in said}

    assert images
    assert all(re.fullmatch(r"[\w/]+:\d+\.\d+(\.\d+)?-\w+", image) for image in images)


def test_the_tools_of_the_database_are_of_its_version():
    [tools] = re.findall(r"postgresql-client-(\d+)", DOCKERFILE)

    assert SERVICES["database"]["image"].startswith(f"postgres:{tools}.")


def test_it_does_not_run_as_root():
    told = DOCKERFILE.splitlines()

    assert instructions("USER") == ["portal"]
    assert told.index("USER portal") > max(
        n for n, line in enumerate(told) if "pip install" in line
    )
    for said in OURS.values():
        assert "user" not in said
        assert said["cap_drop"] == ["ALL"]
        assert said["security_opt"] == ["no-new-privileges:true"]


def test_every_variable_that_is_set_is_one_the_portal_reads():
    for said in OURS.values():
        assert said["env_file"] == ".env"
        assert set(said["environment"]) <= LISTED
    asked_for = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text(encoding="utf-8")))
    assert asked_for <= LISTED
    set_while_building = re.findall(r"\b([A-Z_]+)=\S", " ".join(instructions("RUN")))
    assert set(set_while_building) <= LISTED


def test_no_secret_is_in_either_file_and_none_goes_into_the_image():
    values = [str(v) for said in SERVICES.values() for v in said.get("environment", {}).values()]
    for value in values:
        assert not re.search(r"://[^@/:]*:(?!\$\{)[^@]+@", value)
    assert all(
        said["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
        for said in SERVICES.values()
        if "POSTGRES_PASSWORD" in said.get("environment", {})
    )
    assert not instructions("ARG")
    assert not [
        told for told in instructions("ENV") if re.search("KEY|PASSWORD|SECRET|TOKEN", told)
    ]
    left_out = [
        line.strip("/")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    for private in (".env", ".git", "var", ".venv"):
        assert any(fnmatch(private, pattern) for pattern in left_out)
    assert not fnmatch(".env.example", ".env")


def test_only_the_site_is_published_and_only_to_this_host():
    published = {name: said["ports"] for name, said in SERVICES.items() if "ports" in said}

    assert published == {"web": ["127.0.0.1:8000:8000"]}
    assert "--bind 0.0.0.0:8000" in " ".join(instructions("CMD")).replace('", "', " ")


def test_the_site_is_healthy_when_it_is_ready():
    test = SERVICES["web"]["healthcheck"]["test"]

    assert test[:3] == ["CMD", "python", "-c"]
    assert "/readyz" in test[3]
    compile(test[3], "healthcheck", "exec")


def test_what_it_leans_on_is_there_first():
    for name in ("web", "worker", "beat"):
        waits = {other: said["condition"] for other, said in OURS[name]["depends_on"].items()}
        assert waits == {
            "database": "service_healthy",
            "broker": "service_healthy",
            "prepare": "service_completed_successfully",
        }
    for name in ("database", "broker"):
        assert SERVICES[name]["healthcheck"]


def test_there_is_one_clock_and_the_commands_are_those_of_the_systemd_units():
    units = ROOT / "deploy" / "systemd"
    for name, unit in {"worker": "portal-worker", "beat": "portal-beat"}.items():
        started = re.search(
            r"^ExecStart=\S+/bin/(.+)$", (units / f"{unit}.service").read_text(), flags=re.M
        )[1]
        assert " ".join(OURS[name]["command"]) == started
    assert "command" not in OURS["web"]
    assert OURS["prepare"]["command"] == ["python", "manage.py", "prepare"]
    assert OURS["prepare"]["restart"] == "no"


@pytest.mark.skipif(not shutil.which("docker"), reason="docker is not on this machine")
def test_docker_reads_the_file():
    """Only where its compose plugin is there as well: the engine need not run for that."""
    import subprocess

    if subprocess.run(
        ["docker", "compose", "version"], capture_output=True, check=False
    ).returncode:
        pytest.skip("docker has no compose plugin here")
    environment = {"PATH": "/usr/bin:/usr/local/bin", "POSTGRES_PASSWORD": "x"}
    done = subprocess.run(
        ["docker", "compose", "config", "--quiet", "--no-env-resolution"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
