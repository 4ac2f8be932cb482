"""10,000 supports to one proposal from 50 connections: none lost, no deadlock, no fault.

make bench-supports
make bench-supports BENCH="--supports 1000 --only sqlite"

On a SQLite of its own and a PostgreSQL of its own, made and removed. The portal is served
by gunicorn; each support is the POST of a letter's button, of a confirmation that was
prepared. At the end the number kept with the proposal, and the rows, must both be as
many as were asked for, and every answer a redirect to the page that says thanks.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, Queue
from statistics import quantiles
from urllib.parse import urlsplit

from bench.servers import PostgreSQL
from bench.serving import ROOT, free_port, portal, served

AT_ONCE = 500


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Support one proposal very often at once.")
    parser.add_argument("--supports", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    return parser.parse_args()


# --- Inside the portal ----------------------------------------------------------------


def make(count: int) -> dict[str, object]:
    """A proposal, and so many confirmations of support for it; the link of each."""
    from django.urls import reverse
    from django.utils import timezone

    from network.models import Confirmation
    from proposals.models import Consultation, Proposal, Support

    now = timezone.now()
    proposal = Proposal.objects.create(
        consultation=Consultation.the_standing_one(),
        title="Count the bees",
        problem="Nobody knows how many there are.",
        ask="Count them.",
        language="en",
        state="published",
        confirmed_at=now,
        waiting_since=now,
        published_at=now,
    )
    paths = []
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count))
        asked = [
            Confirmation.unasked(f"supporter{n}@example{n % 100}.org", language="en")
            for n in numbers
        ]
        for one in asked:
            one.ordinal = 1
        Confirmation.objects.bulk_create(asked)
        Support.objects.bulk_create(
            Support(proposal=proposal, email=one.email, address=one.address, confirmation=one)
            for one in asked
        )
        paths += [reverse("network:confirm_asked", args=[one.secret]) for one in asked]
    return {"proposal": proposal.pk, "paths": paths}


def look(number: int) -> dict[str, int]:
    """What the database holds in the end."""
    from proposals.models import Proposal, Support

    proposal = Proposal.objects.get(pk=number)
    rows = Support.objects.filter(proposal=proposal)
    return {
        "number": proposal.supporters,
        "rows": rows.of_people().count(),
        "people": rows.of_people().values("address").distinct().count(),
        "left": rows.filter(confirmed_at__isnull=True).count(),
    }


# --- Outside --------------------------------------------------------------------------


class Crowd:
    """People who press the buttons of their letters, so many at a time."""

    def __init__(self, address: str, paths: list[str], page: str) -> None:
        self.host = urlsplit(address).netloc
        self.queue: Queue[str] = Queue()
        for path in paths:
            self.queue.put(path)
        self.token, self.cookie = token_of(self.host, page)
        self.answers: Counter[str] = Counter()
        self.waits: list[float] = []

    def press(self, connections: int) -> float:
        """All of them; how many seconds it took."""
        begun = time.monotonic()
        with ThreadPoolExecutor(connections) as pool:
            for answers, waits in pool.map(lambda _n: self.one(), range(connections)):
                self.answers += answers
                self.waits += waits
        return time.monotonic() - begun

    def one(self) -> tuple[Counter[str], list[float]]:
        answers: Counter[str] = Counter()
        waits: list[float] = []
        line = http.client.HTTPConnection(self.host, timeout=120)
        body = f"csrfmiddlewaretoken={self.token}"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self.cookie,
            "Origin": f"http://{self.host}",
        }
        while True:
            try:
                path = self.queue.get_nowait()
            except Empty:
                return answers, waits
            begun = time.monotonic()
            try:
                seal = self.seal_of(line, path)
                line.request("POST", path, f"{body}&seen={seal}", headers)
                answer = line.getresponse()
                answer.read()
                thanked = "/supports/" in (answer.headers["Location"] or "")
                answers["thanked" if thanked else str(answer.status)] += 1
            except (OSError, http.client.HTTPException) as error:
                answers[type(error).__name__] += 1
                line.close()
            waits.append(time.monotonic() - begun)

    def seal_of(self, line: http.client.HTTPConnection, path: str) -> str:
        """What the page of the link shows, as its form sends it back."""
        line.request("GET", path, headers={"Cookie": self.cookie})
        page = line.getresponse().read().decode()
        return between(page, 'name="seen" value="', '"')


def between(text: str, before: str, after: str) -> str:
    return text.partition(before)[2].partition(after)[0]


def token_of(host: str, path: str) -> tuple[str, str]:
    """A token against forged forms, and its cookie: those of any page with a form."""
    line = http.client.HTTPConnection(host, timeout=60)
    line.request("GET", path)
    answer = line.getresponse()
    page = answer.read().decode()
    cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    line.close()
    return between(page, 'name="csrfmiddlewaretoken" value="', '"'), cookie


def inside(environment: dict[str, str], order: str, number: int) -> dict[str, object]:
    command = [sys.executable, "-m", "bench.supports", "--inside", order, str(number)]
    run = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, object] = json.loads(run.stdout.splitlines()[-1])
    return found


def measure(name: str, database: str, chosen: argparse.Namespace) -> bool:
    """On one database; whether all of it held."""
    with tempfile.TemporaryDirectory(prefix="bench-supports-") as folder:
        environment = portal(Path(folder), database, free_port())
        # gunicorn finds its static files by their catalogue.
        for order in (["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"]):
            command = [sys.executable, "manage.py", *order]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
        made = inside(environment, "make", chosen.supports)
        number, paths = made["proposal"], made["paths"]
        if not isinstance(number, int) or not isinstance(paths, list):
            raise TypeError("The portal said something else than what was made.")
        with served("opengov_portal.wsgi", environment, "/readyz") as address:
            crowd = Crowd(address, paths, f"/en/proposals/{number}/support/")
            seconds = crowd.press(chosen.connections)
        found = inside(environment, "look", number)
    cuts = quantiles(crowd.waits, n=100)
    print(
        f"{name:<11}{chosen.supports:,} supports from {chosen.connections} connections in "
        f"{seconds:.0f} s, {chosen.supports / seconds:.0f} a second; a page and its button "
        f"{cuts[49] * 1000:.0f} ms (middle), {cuts[98] * 1000:.0f} ms (99 of 100), "
        f"{max(crowd.waits) * 1000:.0f} ms (longest).",
        flush=True,
    )
    wanted = {"number": chosen.supports, "rows": chosen.supports, "people": chosen.supports}
    held = found == wanted | {"left": 0} and crowd.answers == {"thanked": chosen.supports}
    print(f"{'':<11}{'holds' if held else 'DOES NOT HOLD'}: {found}, answers {dict(crowd.answers)}")
    return held


def main() -> None:
    if "--inside" in sys.argv:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")
        django.setup()
        order, number = sys.argv[2:]
        print(json.dumps(make(int(number)) if order == "make" else look(int(number))))
        return
    chosen = options()
    held = []
    if chosen.only != "postgresql":
        held.append(measure("SQLite", "", chosen))
    if chosen.only != "sqlite":
        with PostgreSQL() as cluster:
            held.append(measure("PostgreSQL", cluster.url, chosen))
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    main()
