"""How fast an announcement's letters are written, and in how much memory, on each database.

python -m bench.announcement --members 100000

On a SQLite of its own and a PostgreSQL of its own, made and removed. What is written is
counted as posted between turns, as posters would; that time is not counted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.__main__ import on_server
from bench.serving import ROOT, free_port, portal

WORDS = (
    "The plan is open for ideas until the end of the month. [Read it](https://example.org/).\n\n"
)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how an announcement is written.")
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument(
        "--postgresql",
        default="postgres://postgres@127.0.0.1:5432/portal_bench_announcement",
        help="a database of its own, made and removed (default: %(default)s)",
    )
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    return parser.parse_args()


def make(count: int) -> dict[str, float]:
    """So many made-up members, half of each language, who ticked the box."""
    from django.db import connection

    from network.models import Member, User

    for start in range(0, count, 5000):
        numbers = range(start, min(start + 5000, count))
        users = User.objects.bulk_create(
            User(email=f"reader{n}@reader{n % 100}.example", password="!") for n in numbers
        )
        Member.objects.bulk_create(
            Member(
                user=user,
                address=user.email,
                language=("en", "fr")[user.pk % 2],
                announcements=True,
            )
            for user in users
        )
    with connection.cursor() as cursor:  # as the database itself would, in time
        cursor.execute("ANALYZE")
    return {}


def memory(what: str) -> float:
    """MB that this process holds now (RssAnon), or held at most, with its files (VmHWM)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    [line] = [line for line in status.splitlines() if line.startswith(what)]
    return int(line.split()[1]) / 1024


def write(count: int) -> dict[str, float]:
    """Send an announcement to all of them, in turns, until each has a letter."""
    from django.utils import timezone

    from network.announcing import write_due
    from network.models import Announcement, Letter, User

    staff = User.objects.create_superuser("staff@example.org", "!")
    announcement = Announcement.objects.create(
        slug="bench", title_en="Ideas", title_fr="Idées", words_en=WORDS * 20, words_fr=WORDS * 20
    )
    begun = time.monotonic()
    announcement.send(by=staff)
    answered, seconds, first = time.monotonic() - begun, 0.0, 0.0
    before = written = Letter.objects.count()
    while written < count:
        begun = time.monotonic()
        written += write_due()[0]
        seconds += time.monotonic() - begun
        first = first or memory("RssAnon")
        last = memory("RssAnon")
        facts: dict[str, Any] = {
            "state": "posted",
            "text": "",
            "html": "",
            "attempts": 1,
            "next_try_at": None,
        }
        Letter.objects.owed().update(posted_at=timezone.now(), **facts)
    write_due()
    announcement.refresh_from_db()
    assert announcement.state == "sent", announcement.state
    readers = Letter.objects.values("user").distinct().count()
    return {
        "answered": answered,
        "rate": (count - before) / seconds,
        "letters": Letter.objects.count(),
        "readers": readers,
        "first": first,
        "last": last,
        "peak": memory("VmHWM"),
    }


def measure(name: str, database: str, count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as var:
        environment = portal(Path(var), database or f"sqlite:///{var}/portal.sqlite3", free_port())
        environment["EMAIL_URL"] = "dummy://"
        run: dict[str, Any] = {"cwd": ROOT, "env": environment, "check": True}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], **run)
        inside = [sys.executable, "-m", "bench.announcement", "--inside"]
        subprocess.run([*inside, "make", str(count)], stdout=subprocess.DEVNULL, **run)
        done = subprocess.run(
            [*inside, "write", str(count)], stdout=subprocess.PIPE, text=True, **run
        )
    found = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{name:<11}{found['letters']} letters to {found['readers']} members: "
        f"{found['rate']:.0f} a second; staff's click answered in {found['answered']:.1f} s; "
        f"memory of its own {found['first']:.0f} MB after the first turn, {found['last']:.0f} MB "
        f"after the last; at most {found['peak']:.0f} MB with the files it reads.",
        flush=True,
    )


def main() -> None:
    if "--inside" in sys.argv:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")
        django.setup()
        order, count = sys.argv[2:]
        print(json.dumps({"make": make, "write": write}[order](int(count))))
        return
    chosen = options()
    if chosen.only != "postgresql":
        measure("SQLite", "", chosen.members)
    if chosen.only != "sqlite":
        on_server(chosen.postgresql, "DROP DATABASE IF EXISTS {} WITH (FORCE)")
        on_server(chosen.postgresql, "CREATE DATABASE {}")
        try:
            measure("PostgreSQL", chosen.postgresql, chosen.members)
        finally:
            on_server(chosen.postgresql, "DROP DATABASE IF EXISTS {} WITH (FORCE)")


if __name__ == "__main__":
    main()
