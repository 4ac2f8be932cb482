"""`make bench`: how fast the portal is, beside a bare Django view on the same machine.

Builds a made-up set of its own, serves it with gunicorn on SQLite and on PostgreSQL,
asks for each kind of page with wrk, and says of each aim whether it holds. Touches
neither the portal's own database nor its folder; stops all it starts.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from bench.report import HEADINGS, RULE, Row, verdicts
from bench.serving import ROOT, Cell, asked, free_port, portal, served, together

VAR = ROOT / "var" / "bench"
# A file of ten thousand commitments takes seconds: one reader, and longer to look.
WHOLE_FILES = {"data"}
WHOLE_FILE_SECONDS = 15
WARMING = 10  # seconds at most, until both processes have kept every page


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench BENCH=…", description="Measure the portal beside a bare Django view."
    )
    parser.add_argument("--seconds", type=int, default=1, help="for each round (default: 1)")
    parser.add_argument("--rounds", type=int, default=3, help="for each cell (default: 3)")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 10, 50])
    parser.add_argument("--plans", type=int, default=400)
    parser.add_argument("--commitments", type=int, default=10_000)
    parser.add_argument("--proposals", type=int, default=10_000)
    parser.add_argument("--supports", type=int, default=50_000)
    parser.add_argument(
        "--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"]
    )
    parser.add_argument("--pages", nargs="+", help="only these, such as: list search")
    parser.add_argument("--plain", action="store_true", help="ask without compression")
    parser.add_argument("--keep", action="store_true", help="use and leave the set of the last run")
    parser.add_argument(
        "--postgresql",
        default="postgres://postgres@127.0.0.1:5432/portal_bench",
        help="a database of its own, made and removed (default: %(default)s)",
    )
    return parser.parse_args()


class Bench:
    def __init__(self, chosen: argparse.Namespace) -> None:
        self.chosen = chosen
        self.coding = "identity" if chosen.plain else "gzip"
        self.rows: list[Row] = []
        self.bare_cells: dict[tuple[int, int], Cell] = {}
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        print(line, flush=True)
        self.lines.append(line)

    def measure(self, name: str, database: str, bare: str) -> None:
        """All kinds of page on one database, kept and drawn anew."""
        var = VAR / name
        var.mkdir(parents=True, exist_ok=True)
        port = free_port()
        environment = portal(var, database, port, PAGE_CACHE_SECONDS="0")
        kinds = self.prepared(name, environment)
        self.say(
            f"\n{name}, {self.chosen.commitments:,} commitments, "
            f"{self.chosen.proposals:,} proposals, {self.chosen.supports:,} supports, "
            f"{self.coding}\n"
        )
        self.say(HEADINGS)
        self.say(RULE)
        for cached in (True, False):
            environment["PAGE_CACHE_SECONDS"] = "3600" if cached else "0"
            with served("opengov_portal.wsgi", environment, "/healthz") as address:
                for kind, facts in kinds.items():
                    if not (cached and kind in WHOLE_FILES):
                        self.measure_kind(name, kind, facts, cached, address, bare)

        if not self.chosen.pages or "similar" in self.chosen.pages:
            self.measure_typing(name, environment, bare)

    def measure_typing(self, name: str, environment: dict[str, str], bare: str) -> None:
        """What is like a text that is being typed, for one who types."""
        facts = json.loads(inside(environment, "similar"))
        queries = facts.pop("queries")
        seen = Cell(**facts)
        beside = self.beside(bare, round(seen.bytes), 1)
        row = Row(name, "similar", False, 1, seen, beside, queries)
        self.rows.append(row)
        self.say(row.line())

    def prepared(self, name: str, environment: dict[str, str]) -> dict[str, Any]:
        """The set is built, and what is to be asked for is known."""
        built = Path(environment["VAR_DIR"]) / "built"
        if not (self.chosen.keep and built.exists()):
            chosen = self.chosen
            count = [
                str(number)
                for number in (chosen.plans, chosen.commitments, chosen.proposals, chosen.supports)
            ]
            print(
                f"\n{name}: building {count[1]} commitments in {count[0]} plans, "
                f"{count[2]} proposals, {count[3]} supports",
                flush=True,
            )
            begun = time.monotonic()
            inside(environment, "build", *count)
            built.touch()
            print(f"{name}: built in {time.monotonic() - begun:.0f} s", flush=True)
        kinds: dict[str, Any] = json.loads(inside(environment, "paths"))
        wanted = self.chosen.pages or kinds
        return {kind: facts for kind, facts in kinds.items() if kind in wanted}

    def measure_kind(
        self, name: str, kind: str, facts: dict[str, Any], cached: bool, address: str, bare: str
    ) -> None:
        whole = kind in WHOLE_FILES
        paths = facts["paths" if cached else "anew"]
        if not whole:
            self.warm(address, paths, cached)
        for connections in [1] if whole else self.chosen.connections:
            pairs = []
            for _round in range(1 if whole else self.chosen.rounds):
                seconds = WHOLE_FILE_SECONDS if whole else self.chosen.seconds
                seen = asked(address, paths, connections, seconds, self.coding)
                if seen:
                    pairs.append((seen, self.beside(bare, round(seen.bytes), connections)))
            if not pairs:
                self.say(f"| {kind} | {'kept' if cached else 'anew'} | {connections} | none |")
                continue
            seen, beside = (together(cells) for cells in zip(*pairs, strict=True))
            row = Row(name, kind, cached, connections, seen, beside, facts["queries"])
            self.rows.append(row)
            self.say(row.line())

    def warm(self, address: str, paths: list[str], cached: bool) -> None:
        """Ask until asking again makes it no faster and, of kept pages, each was asked often
        enough that either process has it."""
        before = 0.0
        enough = len(paths) * 20 if cached else 0
        for _second in range(WARMING):
            cell = asked(address, paths, 10, 1, self.coding)
            now = cell.rate if cell else 0.0
            if enough < now < before * 1.3:
                return
            before = now

    def beside(self, bare: str, size: int, connections: int) -> Cell:
        """The bare view of that size, asked in turn with the page: both share their luck."""
        cell = asked(bare, [f"/{size}"], connections, self.chosen.seconds, self.coding)
        if cell is None:
            sys.exit("The bare view did not answer: this machine is too busy to measure on.")
        return cell

    def finish(self) -> None:
        self.say("\nAims\n")
        for verdict in verdicts(self.rows):
            self.say(f"    {verdict}")
        VAR.parent.mkdir(exist_ok=True)
        text = "\n".join(self.lines)
        (VAR.parent / "bench.md").write_text(f"# Bench\n{text}\n", encoding="utf-8")
        facts = {"rows": [row.facts() for row in self.rows], "aims": verdicts(self.rows)}
        (VAR.parent / "bench.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
        print("\nAlso in var/bench.md and var/bench.json.")


def inside(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "bench.inside", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"`{' '.join(arguments)}` failed; what it says is above.")
    return done.stdout.splitlines()[-1] if done.stdout else ""


def on_server(url: str, statement: str) -> None:
    """Make or remove a database, through the server's own."""
    name = urlsplit(url).path.lstrip("/")
    if not name.isidentifier():
        sys.exit(f"“{name}” is no plain name of a database.")
    server = urlsplit(url)._replace(scheme="postgresql", path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
        connection.execute(statement.format(name).encode())


def main() -> None:
    chosen = options()
    if not shutil.which("wrk"):
        sys.exit("wrk is not on this machine, and it asks the questions: apt-get install wrk")
    bench = Bench(chosen)
    if not chosen.keep:
        shutil.rmtree(VAR, ignore_errors=True)
    port = free_port()
    with served("bench.bare", portal(VAR, "", port), "/1") as bare:
        if "sqlite" in chosen.databases:
            bench.measure("sqlite", "", bare)
        if "postgresql" in chosen.databases:
            try:
                if not (VAR / "postgresql" / "built").exists():
                    on_server(chosen.postgresql, "DROP DATABASE IF EXISTS {} WITH (FORCE)")
                    on_server(chosen.postgresql, "CREATE DATABASE {}")
            except psycopg.OperationalError as error:
                sys.exit(
                    f"PostgreSQL does not answer ({str(error).strip()}). "
                    "To measure SQLite alone: make bench BENCH='--databases sqlite'"
                )
            try:
                bench.measure("postgresql", chosen.postgresql, bare)
            finally:
                if not chosen.keep:
                    on_server(chosen.postgresql, "DROP DATABASE IF EXISTS {} WITH (FORCE)")
    bench.finish()
    if not chosen.keep:
        shutil.rmtree(VAR, ignore_errors=True)


if __name__ == "__main__":
    main()
