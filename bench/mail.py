"""`make bench-mail`: how fast letters go beside a bare smtplib loop, and what faults cost.

Starts a PostgreSQL, a Redis, a mail server that forgets, two workers and a clock, all of
its own; stops and removes all of it. What else runs on this machine is left alone.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from operator import truediv
from pathlib import Path
from threading import Event
from typing import Any

import psycopg

from bench.servers import PostgreSQL, Process, redis
from bench.serving import ROOT, free_port, portal

LEASE = 15  # seconds: a killed worker's letter comes back while the bench still looks
KILLS = 5
WORKERS = ("worker 1", "worker 2")
AIM = 0.5
ROUNDS = 5
AWAY = 3  # seconds that what is stopped stays away
MARKS_A_WAIT = 10  # as network.posting has it
PATIENCE = 300  # seconds, after which what is still owed is called lost


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench-mail BENCH=…", description="Measure how letters are posted."
    )
    parser.add_argument("--letters", type=int, default=10_000, help="for the measure of speed")
    parser.add_argument("--faulty", type=int, default=2_000, help="for each of the faults")
    parser.add_argument("--speed", action="store_true", help="measure the speed alone")
    return parser.parse_args()


class MailBench:
    def __init__(self, chosen: argparse.Namespace, var: Path, postgresql: PostgreSQL) -> None:
        self.chosen, self.var, self.postgresql = chosen, var, postgresql
        self.redis_port, self.sink_port = free_port(), free_port()
        self.environment = portal(
            var,
            postgresql.url,
            free_port(),
            REDIS_URL=f"redis://127.0.0.1:{self.redis_port}/0",
            EMAIL_URL=f"smtp://127.0.0.1:{self.sink_port}",
            EMAIL_TIMEOUT="2",
            LETTER_LEASE_SECONDS=str(LEASE),
            LOG_LEVEL="CRITICAL",
        )
        self.processes = {"postgresql": postgresql.process}
        self.failed = False

    # --- What is started ---------------------------------------------------------

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Everything runs, and is stopped in the end."""
        python = sys.executable
        worker = [python, "-m", "celery", "-A", "opengov_portal", "worker", "--pool", "solo"]
        worker += ["--without-mingle", "--without-gossip", "--loglevel", "CRITICAL"]
        with ExitStack() as stack:

            def keep(name: str, process: Process) -> None:
                self.processes[name] = process
                stack.callback(process.end)

            keep("redis", redis(self.redis_port, self.var))
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            sink = [python, "-m", "bench.sink", str(self.sink_port)]
            keep("sink", Process(*sink, environment=self.environment, **pipes))
            assert self.processes["sink"].running.stdout
            self.processes["sink"].running.stdout.readline()
            for name in WORKERS:
                named = ["-n", name.replace(" ", "")]
                keep(name, Process(*worker, *named, environment=self.environment))
            yield

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )

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

    def sink(self, order: str) -> dict[str, float]:
        process = self.processes["sink"].running
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{order}\n")
        process.stdin.flush()
        counts: dict[str, float] = json.loads(process.stdout.readline())
        return counts

    # --- What is asked of the database -------------------------------------------

    def sql(self, statement: str) -> int:
        with psycopg.connect(self.postgresql.url, autocommit=True) as connection:
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
        """In turn with the bare loop, so that both share what else this machine does."""
        each = self.chosen.letters // ROUNDS
        count = each * ROUNDS
        took, bare_took, lost, twice = [], [], 0.0, 0.0
        spent = dict.fromkeys(self.busy(), 0.0)
        for _round in range(ROUNDS):
            self.fresh(each)
            bare_took.append(1 / self.inside("bare", str(self.sink_port))["rate"])
            self.sink("forget")
            before = self.busy()
            with self.clock():
                self.wait(lambda: not self.owed())
            seen, after = self.sink("counts"), self.busy()
            took.append(seen["seconds"] / max(seen["letters"] - 1, 1))
            lost, twice = lost + each - seen["letters"], twice + seen["twice"]
            spent = {name: spent[name] + after[name] - before[name] for name in spent}
        ratio, ratios = sum(bare_took) / sum(took), map(truediv, bare_took, took)
        memory = {name: self.processes[name].peak() for name in (*WORKERS, "sink", "redis")}
        shares = {name: seconds * 1000 / count for name, seconds in spent.items()}
        cores, whole = os.cpu_count() or 1, sum(shares.values())
        print(f"{count:,} letters, 2 workers: {ROUNDS / sum(took):.0f} a second")
        print(f"a bare smtplib loop, in turn with them: {ROUNDS / sum(bare_took):.0f} a second")
        print(
            f"ratio {ratio:.2f} ({'holds' if ratio >= AIM else 'MISSED'}: at least {AIM});", end=" "
        )
        print("of each round:", ", ".join(f"{each:.2f}" for each in ratios))
        print(f"lost {lost:.0f}, sent twice {twice:.0f}")
        print("peak memory:", ", ".join(f"{name} {mb:.0f} MB" for name, mb in memory.items()))
        print("milliseconds of processor a letter:", end=" ")
        print(", ".join(f"{name} {ms:.2f}" for name, ms in shares.items()), end=", ")
        print(f"in all {whole:.2f}: at most {cores * 1000 / whole:.0f} a second on {cores} cores")
        print(f"1-minute load of this machine: {os.getloadavg()[0]:.1f}", flush=True)

    def busy(self) -> dict[str, float]:
        """How long each has kept a processor busy: what bounds the speed on few cores."""
        names = (*WORKERS, "sink", "postgresql", "redis")
        return {name: self.processes[name].seconds() for name in names}

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Asks for posting every second."""
        command = [sys.executable, "-m", "bench.outbox", "ask", "1"]
        clock = Process(*command, environment=self.environment)
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
            f"{'holds' if holds else 'MISSED':<7} {name}: {count:,} letters, lost {lost:.0f}, "
            f"sent twice {seen['twice']:.0f} (at most {allowed}), refused for good {refused}",
            flush=True,
        )

    def faults(self) -> None:
        self.fault(f"a worker killed {KILLS} times", self.kill, allowed=KILLS)
        self.fault("Redis stopped and started", partial(self.away, "redis", signal.SIGKILL))
        self.fault("the mail server refuses every line", self.close_sink)
        third = self.chosen.faulty // 20
        self.fault("it stalls", lambda: self.ail(f"fault {max(third, 2)} stall", 8))
        self.fault("it drops the line", lambda: self.ail("fault 7 drop", 3))
        self.fault("it answers 4xx", lambda: self.ail("fault 3 451 later", 3))
        self.fault("it answers 5xx", lambda: self.ail("fault 10 550 no such user", 3))
        self.fault("PostgreSQL restarted", partial(self.away, "postgresql", None))
        # More than was promised: a crash forgets the marks that no disk was waited for.
        crash = partial(self.away, "postgresql", signal.SIGQUIT)
        self.fault("PostgreSQL crashed", crash, allowed=len(WORKERS) * MARKS_A_WAIT)

    def kill(self) -> None:
        step = self.chosen.faulty // 10
        for n in range(KILLS):
            done = self.sink("counts")["letters"]
            worker = self.processes[WORKERS[n % len(WORKERS)]]
            worker.end(signal.SIGKILL)
            worker.begin()
            goal = min(done + step, self.chosen.faulty)
            self.wait(partial(self.has_taken, goal))

    def has_taken(self, count: int) -> bool:
        return self.sink("counts")["letters"] >= count

    def away(self, name: str, by: int | None) -> None:
        """Stopped by its process id, away for a while, and begun again."""
        self.processes[name].end(by)
        Event().wait(AWAY)
        self.processes[name].begin()

    def close_sink(self) -> None:
        self.sink("closed")
        Event().wait(AWAY)
        self.sink("open")

    def ail(self, order: str, seconds: float) -> None:
        self.sink(order)
        Event().wait(seconds)
        self.sink("well")


def main() -> None:
    chosen = options()
    with (
        tempfile.TemporaryDirectory(prefix="bench-mail-") as var,
        PostgreSQL() as postgresql,
    ):
        bench = MailBench(chosen, Path(var), postgresql)
        bench.manage("messages", "compile")
        bench.manage("migrate")
        with bench.standing():
            bench.speed()
            if not chosen.speed:
                bench.faults()
    sys.exit(bench.failed)


if __name__ == "__main__":
    main()
