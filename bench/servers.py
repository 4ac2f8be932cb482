"""Servers of the bench's own, so that it may stop them: Redis and PostgreSQL.

Both listen where nobody else looks (a free port of the loopback interface, a socket in
a folder of their own), are stopped by their process id and leave nothing behind.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from threading import Event
from typing import Any, Self
from urllib.parse import quote

import psycopg

from bench.serving import ROOT

STARTING = 30  # seconds at most
# Where Debian and Ubuntu, Fedora, and Homebrew put what is not on everyone's PATH.
PLACES = ["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"]


class Process:
    """A child that can be killed and begun anew."""

    def __init__(
        self,
        *command: str,
        environment: dict[str, str] | None = None,
        ready: Callable[[], bool] = lambda: True,
        ending: int = signal.SIGTERM,
        **more: Any,
    ) -> None:
        self.command, self.environment = command, environment or dict(os.environ)
        self.ready, self.ending, self.more = ready, ending, more
        self.begin()

    def begin(self) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.running = subprocess.Popen(
            self.command, env=self.environment, text=True, **{"cwd": ROOT, **quiet, **self.more}
        )
        deadline = time.monotonic() + STARTING
        while not self.ready():
            if self.running.poll() is not None or time.monotonic() > deadline:
                self.end()
                sys.exit(f"{Path(self.command[0]).name} does not start.")
            Event().wait(0.05)

    def end(self, by: int | None = None) -> None:
        """Stop it, and wait for its end; one that ended already is left at that."""
        self.running.send_signal(self.ending if by is None else by)
        try:
            self.running.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()

    def peak(self) -> float:
        """The most memory it has held, in MB."""
        status = Path(f"/proc/{self.running.pid}/status").read_text(encoding="utf-8")
        [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024

    def seconds(self) -> float:
        """How long it and its children have kept a processor busy."""
        ticks = 0
        for file in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has just ended
                facts = file.read_text(encoding="utf-8").rpartition(")")[2].split()
                mine = str(self.running.pid) in {file.parent.name, facts[1]}
                ticks += sum(map(int, facts[11:13])) if mine else 0
        return ticks / os.sysconf("SC_CLK_TCK")


def redis(port: int, folder: Path) -> Process:
    if not shutil.which("redis-server"):
        sys.exit("redis-server is not on this machine: apt-get install redis-server")
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1"]
    return Process(*command, "--save", "", "--appendonly", "no", "--dir", str(folder))


class PostgreSQL(AbstractContextManager["PostgreSQL"]):
    """A cluster of its own with the settings it comes with, behind a socket only we reach.

    The server refuses to run as root; there it runs as the user postgres.
    """

    def __enter__(self) -> Self:
        programs = self.programs()
        self.folder = Path(tempfile.mkdtemp(prefix="bench-pg-"))
        self.url = f"postgres://postgres@{quote(str(self.folder), safe='')}/portal"
        self.who: dict[str, Any] = {"cwd": self.folder}
        if os.geteuid() == 0:
            owner = self.owner()
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.who |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        data = str(self.folder / "data")
        try:
            self.make(programs / "initdb", data)
            server = [str(programs / "postgres"), "-D", data, "-k", str(self.folder), "-h", ""]
            # SIGINT hangs up on everyone, writes down what is done, and ends.
            self.process = Process(*server, ready=self.answers, ending=signal.SIGINT, **self.who)
            with psycopg.connect(self.server(), autocommit=True) as connection:
                connection.execute("CREATE DATABASE portal")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *problem: object) -> None:
        if hasattr(self, "process"):
            self.process.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def programs(self) -> Path:
        """Where initdb and postgres are: the newest, if there are several."""
        found = [path for place in PLACES for path in Path("/").glob(f"{place[1:]}/initdb")]
        if on_path := shutil.which("initdb"):
            found.append(Path(on_path))
        found = [path.parent for path in found if (path.parent / "postgres").exists()]
        if not found:
            sys.exit("PostgreSQL's own programs are not here: apt-get install postgresql")
        return max(found, key=self.version)

    def version(self, folder: Path) -> float:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False
        ).stdout
        numbers = "".join(sign if sign.isdigit() or sign == "." else " " for sign in said).split()
        with suppress(IndexError, ValueError):
            return float(numbers[0])
        return 0

    def owner(self) -> pwd.struct_passwd:
        try:
            return pwd.getpwnam("postgres")
        except KeyError:
            sys.exit("PostgreSQL does not run as root, and there is no user postgres here.")

    def make(self, initdb: Path, data: str) -> None:
        command = [str(initdb), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        command += ["--locale", "C", "--no-sync"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **self.who)
        if done.returncode:
            sys.exit(f"initdb could not make a cluster:\n{done.stderr.strip()}")

    def server(self) -> str:
        return self.url.rpartition("/")[0] + "/postgres"

    def answers(self) -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(self.server()):
            return True
        return False
