"""Starting what is measured, asking it with wrk, and stopping it again."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import randrange
from statistics import mean, median
from threading import Event

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclass
class Cell:
    """What wrk saw: requests a second, milliseconds of latency, answers that were no page."""

    rate: float
    p50: float
    p95: float
    p99: float
    bytes: float
    faults: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def portal(var: Path, database: str, port: int, **more: str) -> dict[str, str]:
    """The environment of a portal that has nothing to do with the one of this folder."""
    return {
        **os.environ,
        "SECRET_KEY": "for-measuring-only-0123456789-abcdefghijklmnopqrstuvwxyz",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "VAR_DIR": str(var),
        "DATABASE_URL": database,
        "DATABASE_REPLICA_URL": "",
        "METRICS_TOKEN": "",
        "SENTRY_DSN": "",
        "REDIS_URL": "",
        "ALLOWED_HOSTS": "",
        "DEBUG": "off",
        "TRUST_PROXY": "off",
        "MAINTENANCE": "off",
        "LOG_LEVEL": "ERROR",
        **more,
    }


@contextmanager
def served(application: str, environment: dict[str, str], ready: str) -> Iterator[str]:
    """gunicorn with the portal's own gunicorn.conf.py; gives its address, and stops it."""
    address = f"http://127.0.0.1:{environment['PORT']}"
    command = [sys.executable, "-m", "gunicorn", "--log-level", "warning", application]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_for(address + ready)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(url: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            Event().wait(0.1)


def asked(
    address: str, paths: list[str], connections: int, seconds: int, coding: str
) -> Cell | None:
    """What wrk measures of these paths; None when no answer came in that time."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", prefix="paths-") as file:
        start = randrange(len(paths))  # each run begins elsewhere
        file.write("\n".join(paths[start:] + paths[:start]))
        file.flush()
        command = ["wrk", "--connections", str(connections), "--threads", "1"]
        command += ["--duration", f"{seconds}s", "--timeout", "60s"]
        command += ["--script", str(SCRIPT), address, "--", file.name, coding]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    seen = json.loads(said.splitlines()[-1])
    if not seen["requests"]:
        return None
    return Cell(
        rate=seen["requests"] / seen["seconds"],
        p50=seen["p50"],
        p95=seen["p95"],
        p99=seen["p99"],
        bytes=seen["bytes"] / seen["requests"],
        faults=seen["faults"],
    )


def together(cells: Sequence[Cell]) -> Cell:
    """Several rounds as one: the mean of the rates, the middle one of each latency."""
    return Cell(
        rate=mean(cell.rate for cell in cells),
        p50=median(cell.p50 for cell in cells),
        p95=median(cell.p95 for cell in cells),
        p99=median(cell.p99 for cell in cells),
        bytes=mean(cell.bytes for cell in cells),
        faults=sum(cell.faults for cell in cells),
    )
