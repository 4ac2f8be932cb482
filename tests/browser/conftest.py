"""A real Chromium before the real portal: gunicorn, the real plans, files as in production."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import sync_playwright

from tests import migrated
from tests.browser.visits import visit_all

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser"])), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items):
    """The lane may be left out, and is run by one process: see tests.lanes."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium():
    """The system's Chromium, closed again before any test outside the lane runs."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def folder(tmp_path_factory):
    """All that the portal writes, its letters too."""
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="package")
def environment(folder):
    """What the portal is served with: its own folder, SQLite, a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return dict(
        os.environ,
        VAR_DIR=str(folder),
        SITE_URL=f"http://127.0.0.1:{port}",
        PORT=str(port),
        DATABASE_URL="",
        REDIS_URL="",
        TRUST_PROXY="off",
        LOG_LEVEL="CRITICAL",
        STATICFILES_STORAGE="whitenoise.storage.CompressedManifestStaticFilesStorage",
    )


@pytest.fixture(scope="package")
def address(environment):
    """Where the portal is served, with the plans loaded, by two workers."""
    address = environment["SITE_URL"]
    migrated.place(Path(environment["VAR_DIR"]))
    prepare = [sys.executable, "manage.py", "prepare"]
    subprocess.run(prepare, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)
    serve = [sys.executable, "-m", "gunicorn", "--log-level", "warning", "tests.browser.site"]
    # What it logs is the faults we ask it for: kept beside its database, out of the way.
    with (Path(environment["VAR_DIR"]) / "server.log").open("w") as log:
        server = subprocess.Popen(serve, cwd=ROOT, env=environment, stderr=log)
    try:
        wait_for(f"{address}/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(url, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            Event().wait(0.1)


@pytest.fixture(scope="package")
def cast(address, environment):
    """Who is in the network and what they put in, all made up; where their pages are."""
    command = [sys.executable, "-m", "tests.browser.cast"]
    said = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120
    ).stdout
    return json.loads(said.splitlines()[-1])


@pytest.fixture(scope="package")
def visits(chromium, address, cast):
    """Every page type in both languages, visited once, with all that was seen there."""
    return visit_all(chromium, address, cast)
