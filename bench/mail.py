"""`make bench-mail`: how fast letters go beside a bare smtplib loop, and what faults cost.

Starts a Redis, a mail server that forgets, two workers and a clock of its own, on a
database of its own in PostgreSQL; stops and removes all of it.
"""

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import psycopg

from bench.__main__ import on_server
from bench.serving import ROOT, free_port, portal

LEASE = 5  # seconds: a killed worker's letter comes back while the bench still looks
KILLS = 5
AIM = 0.5
PATIENCE = 300  # seconds, after which what is still owed is called lost


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench-mail BENCH=…", description="Measure how letters are posted."
    )
    parser.add_argument("--letters", type=int, default=10_000, help="for the measure of speed")
    parser.add_argument("--faulty", type=int, default=2_000, help="for each of the faults")
    parser.add_argument(
        "--postgresql",
        default="postgres://postgres@127.0.0.1:5432/portal_bench_mail",
        help="a database of its own, made and removed (default: %(default)s)",
    )
    return parser.parse_args()


class Process:
    """A child that can be killed and begun anew."""

    def __init__(self, environment: dict[str, str], *command: str, **more: Any) -> None:
        self.environment, self.command, self.more = environment, command, more
        self.begin()

    def begin(self) -> None:
        self.running = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, text=True, **self.more
        )

    def end(self, by: int = signal.SIGTERM) -> None:
        self.running.send_signal(by)
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


class MailBench:
    def __init__(self, chosen: argparse.Namespace, var: Path) -> None:
        self.chosen, self.var = chosen, var
        self.redis_port, self.sink_port = free_port(), free_port()
        self.environment = portal(
            var,
            chosen.postgresql,
            free_port(),
            REDIS_URL=f"redis://127.0.0.1:{self.redis_port}/0",
            EMAIL_URL=f"smtp://127.0.0.1:{self.sink_port}",
            EMAIL_TIMEOUT="2",
            LETTER_LEASE_SECONDS=str(LEASE),
            LOG_LEVEL="CRITICAL",
        )
        self.processes: dict[str, Process] = {}
        self.failed = False

    # --- What is started ---------------------------------------------------------

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Everything runs, and is stopped in the end."""
        python = sys.executable
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        worker = [python, "-m", "celery", "-A", "opengov_portal", "worker", "--pool", "solo"]
        worker += ["--without-mingle", "--without-gossip", "--loglevel", "CRITICAL"]
        server = ["redis-server", "--port", str(self.redis_port), "--bind", "127.0.0.1"]
        server += ["--save", "", "--appendonly", "no", "--dir", str(self.var)]
        with ExitStack() as stack:

            def start(name: str, *command: str, **more: Any) -> None:
                self.processes[name] = Process(self.environment, *command, **{**quiet, **more})
                stack.callback(self.processes[name].end)

            start("redis", *server)
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            start("sink", python, "-m", "bench.sink", str(self.sink_port), **pipes)
            assert self.processes["sink"].running.stdout
            self.processes["sink"].running.stdout.readline()
            for name in ("worker 1", "worker 2"):
                start(name, *worker, "-n", name.replace(" ", ""))
            yield

    def inside(self, *arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "bench.outbox", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    def sink(self, order: str) -> dict[str, int]:
        process = self.processes["sink"].running
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{order}\n")
        process.stdin.flush()
        counts: dict[str, int] = json.loads(process.stdout.readline())
        return counts

    # --- What is asked of the database -------------------------------------------

    def sql(self, statement: str) -> int:
        with psycopg.connect(self.chosen.postgresql, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
            return int(row[0]) if row else 0

    def owed(self) -> int:
        return self.sql("SELECT count(*) FROM network_letter WHERE state IN ('owed', 'claimed')")

    def hurry(self) -> None:
        """The waits before the next try are cut short: the bench has no hours."""
        self.sql("UPDATE network_letter SET next_try_at = now() WHERE state = 'owed'")

    def fresh(self, count: int) -> None:
        self.sql("DELETE FROM network_letter")
        self.sink("forget")
        self.inside("write", str(count))

    def wait(self, enough: Callable[[], bool], *, hurry: bool = False) -> None:
        deadline = time.monotonic() + PATIENCE
        while not enough() and time.monotonic() < deadline:
            if hurry:
                self.hurry()
            Event().wait(0.2)

    # --- What is measured ----------------------------------------------------------

    def speed(self) -> None:
        count = self.chosen.letters
        self.sql("DELETE FROM network_letter")
        writing = self.inside("write", str(count))["rate"]
        bare = self.inside("bare", str(self.sink_port))["rate"]
        self.sink("forget")
        with self.clock():
            self.wait(partial(self.has_taken, 1))
            before, begun = self.sink("counts")["letters"], time.monotonic()
            self.wait(partial(self.has_taken, count))
            rate = (count - before) / (time.monotonic() - begun)
            self.wait(lambda: not self.owed())
        twice = self.sink("counts")["twice"]
        memory = max(self.processes[f"worker {n}"].peak() for n in (1, 2))
        print(f"{count:,} letters, 2 workers: {rate:.0f} a second, written {writing:.0f} a second")
        print(f"a bare smtplib loop: {bare:.0f} a second; ratio {rate / bare:.2f}", end=" ")
        print(f"({'holds' if rate / bare >= AIM else 'MISSED'}: at least {AIM})")
        print(f"sent twice {twice}; peak memory of a worker {memory:.0f} MB")

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Asks for posting every second."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = [sys.executable, "-m", "bench.outbox", "ask", "1"]
        clock = Process(self.environment, *command, **quiet)
        try:
            yield
        finally:
            clock.end()

    def fault(self, name: str, harm: Callable[[], None], *, allowed: int = 0) -> None:
        """Letters on the way, harm, and then: was any lost, and how many went twice?"""
        count = self.chosen.faulty
        self.fresh(count)
        with self.clock():
            self.wait(partial(self.has_taken, count // 10))
            harm()
            self.wait(lambda: not self.owed(), hurry=True)
        refused = self.sql("SELECT count(*) FROM network_letter WHERE state = 'failed'")
        seen = self.sink("well")
        lost = count - seen["letters"] - refused
        holds = lost == 0 and seen["twice"] <= allowed
        self.failed |= not holds
        print(
            f"{'holds' if holds else 'MISSED':<7} {name}: {count:,} letters, lost {lost}, "
            f"sent twice {seen['twice']} (at most {allowed}), refused for good {refused}",
            flush=True,
        )

    def faults(self) -> None:
        self.fault(f"a worker killed {KILLS} times", self.kill, allowed=KILLS)
        self.fault("Redis stopped and started", self.stop_redis)
        self.fault("the mail server refuses every line", self.close_sink)
        third = self.chosen.faulty // 20
        self.fault("it stalls", lambda: self.ail(f"fault {max(third, 2)} stall", 8))
        self.fault("it drops the line", lambda: self.ail("fault 7 drop", 3))
        self.fault("it answers 4xx", lambda: self.ail("fault 3 451 later", 3))
        self.fault("it answers 5xx", lambda: self.ail("fault 10 550 no such user", 3))
        self.fault("PostgreSQL hangs up on all for 3 s", self.stop_postgresql, allowed=2)

    def kill(self) -> None:
        step = self.chosen.faulty // 10
        for n in range(KILLS):
            done = self.sink("counts")["letters"]
            worker = self.processes[f"worker {n % 2 + 1}"]
            worker.end(signal.SIGKILL)
            worker.begin()
            goal = min(done + step, self.chosen.faulty)
            self.wait(partial(self.has_taken, goal))

    def has_taken(self, count: int) -> bool:
        return self.sink("counts")["letters"] >= count

    def stop_redis(self) -> None:
        self.processes["redis"].end(signal.SIGKILL)
        Event().wait(3)
        self.processes["redis"].begin()

    def close_sink(self) -> None:
        self.sink("closed")
        Event().wait(3)
        self.sink("open")

    def ail(self, order: str, seconds: float) -> None:
        self.sink(order)
        Event().wait(seconds)
        self.sink("well")

    def stop_postgresql(self) -> None:
        """What a restart does to those who are connected; the server is not ours to restart."""
        name = self.chosen.postgresql.rpartition("/")[2]
        on_server(self.chosen.postgresql, "ALTER DATABASE {} ALLOW_CONNECTIONS false")
        hang_up = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
        for _time in range(6):
            on_server(self.chosen.postgresql, hang_up)
            Event().wait(0.5)
        on_server(self.chosen.postgresql, "ALTER DATABASE {} ALLOW_CONNECTIONS true")
        assert name


def main() -> None:
    chosen = options()
    if not shutil.which("redis-server"):
        sys.exit("redis-server is not on this machine: apt-get install redis-server")
    try:
        on_server(chosen.postgresql, "DROP DATABASE IF EXISTS {} WITH (FORCE)")
        on_server(chosen.postgresql, "CREATE DATABASE {}")
    except psycopg.OperationalError as error:
        sys.exit(f"PostgreSQL does not answer: {str(error).strip()}")
    with tempfile.TemporaryDirectory(prefix="bench-mail-") as var:
        bench = MailBench(chosen, Path(var))
        try:
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, cwd=ROOT, env=bench.environment, check=True)
            compiled = [sys.executable, "manage.py", "messages", "compile"]
            subprocess.run(
                compiled, cwd=ROOT, env=bench.environment, check=True, stdout=subprocess.DEVNULL
            )
            with bench.standing():
                bench.speed()
                bench.faults()
        finally:
            on_server(chosen.postgresql, "DROP DATABASE IF EXISTS {} WITH (FORCE)")
    sys.exit(bench.failed)


if __name__ == "__main__":
    main()
