"""How long each page of the admin takes with very many rows, and how many queries it costs.

python -m bench.desk --members 100000

On a PostgreSQL database of its own, made and removed: 10,000 commitments, 10,000
proposals, 100,000 members. Asked within one process, as staff who may do all; a page is
warm when it is timed. Exit code 1 where a median is above the aim.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from bench.__main__ import on_server
from bench.serving import ROOT, free_port, portal

AIM = 400  # ms, the median of each page
ROUNDS = 7


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the admin's lists and queues.")
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--commitments", type=int, default=10_000)
    parser.add_argument("--proposals", type=int, default=10_000)
    parser.add_argument("--supports", type=int, default=50_000)
    parser.add_argument(
        "--postgresql",
        default="postgres://postgres@127.0.0.1:5432/portal_bench_desk",
        help="a database of its own, made and removed (default: %(default)s)",
    )
    return parser.parse_args()


def build(commitments: str, proposals: str, supports: str, members: str) -> None:
    from bench import inside
    from bench.announcement import make
    from proposals.models import Proposal

    inside.build(int(commitments) // 25, int(commitments), int(proposals), int(supports))
    make(int(members))
    # A tenth of the ideas wait for a moderator: a queue is never so long, and opens all the same.
    waiting = Proposal.objects.order_by("pk").values("pk")[: int(proposals) // 10]
    Proposal.objects.filter(pk__in=waiting, responses=None, merged=None).update(
        state="waiting", waiting_since="2030-01-01T00:00Z"
    )


def pages() -> Iterator[str]:
    """The desk, its search, each list, and each queue as the desk leads to it."""
    from django.contrib.admin import site
    from django.urls import reverse

    from network.desk import QUEUES

    yield reverse("admin:index")
    yield reverse("admin:search") + "?q=count"
    for model in site._registry:
        meta = model._meta
        yield reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    for queue in QUEUES:
        if queue.filters:
            yield queue.url


def measure() -> list[tuple[str, float, int]]:
    """Each page, the median of its answers in milliseconds, and its queries."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from network.models import User

    settings.REQUIRE_STAFF_MFA = False
    browser = Client(headers={"host": "127.0.0.1"})
    browser.force_login(User.objects.create_superuser("staff@example.org", "!"))
    found = []
    for page in pages():
        with CaptureQueriesContext(connection) as taken:
            status = browser.get(page).status_code
            queries = len(taken)  # counted before the next answer begins anew
        assert status == 200, f"{page}: {status}"
        times = []
        for _round in range(ROUNDS):
            begun = time.perf_counter()
            browser.get(page)
            times.append((time.perf_counter() - begun) * 1000)
        found.append((page, median(times), queries))
    return found


def main() -> None:
    if "--inside" in sys.argv:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")
        django.setup()
        order, *said = sys.argv[2:]
        build(*said) if order == "build" else print(json.dumps(measure()))
        return
    chosen = options()
    on_server(chosen.postgresql, "DROP DATABASE IF EXISTS {} WITH (FORCE)")
    on_server(chosen.postgresql, "CREATE DATABASE {}")
    try:
        with tempfile.TemporaryDirectory(prefix="portal-bench-") as var:
            found = run(chosen, Path(var))
    finally:
        on_server(chosen.postgresql, "DROP DATABASE IF EXISTS {} WITH (FORCE)")
    for page, milliseconds, queries in sorted(found, key=lambda row: -row[1]):
        print(f"{milliseconds:7.0f} ms  {queries:3} queries  {page}", flush=True)
    slow = [page for page, milliseconds, _queries in found if milliseconds > AIM]
    print(f"{len(found)} pages, {len(slow)} of them slower than {AIM} ms.")
    sys.exit(bool(slow))


def run(chosen: argparse.Namespace, var: Path) -> list[tuple[str, float, int]]:
    environment = portal(var, chosen.postgresql, free_port())
    inside: dict[str, Any] = {"cwd": ROOT, "env": environment, "check": True}
    command = [sys.executable, "-m", "bench.desk", "--inside"]
    counts = [chosen.commitments, chosen.proposals, chosen.supports, chosen.members]
    print("Building " + ", ".join(f"{count:,}" for count in counts), flush=True)
    subprocess.run([*command, "build", *map(str, counts)], stdout=subprocess.DEVNULL, **inside)
    done = subprocess.run([*command, "measure"], stdout=subprocess.PIPE, text=True, **inside)
    rows: list[tuple[str, float, int]] = [tuple(row) for row in json.loads(done.stdout)]
    return rows


if __name__ == "__main__":
    main()
