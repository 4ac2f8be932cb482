"""What the bench asks of the portal itself: to build the set, count its queries, and type.

    python -m bench.inside build 400 10000 10000 50000
    python -m bench.inside paths
    python -m bench.inside similar

All run with the portal's environment. The second prints, as JSON, for each kind of
page the addresses to ask for (of kept pages, and of pages drawn anew) and the most
queries that one of them costs when drawn; the third, how long one waits who types.
"""

import json
import os
import sys
import time
from random import Random
from statistics import fmean, quantiles
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django is set up first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils.translation import override  # noqa: E402

from bench import ideas, made_up  # noqa: E402
from commitments.models import Commitment  # noqa: E402
from proposals.models import Proposal  # noqa: E402

SAMPLE = 30
WARM = 20  # answers that are not counted: a process learns much from its first ones


def build(plans: int, commitments: int, proposals: int, supports: int) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("messages", "compile", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    made_up.build(plans, commitments)
    ideas.build(proposals, supports)


def listing(where: str = "commitments:index", **query: object) -> str:
    return f"{reverse(where)}?{urlencode(query)}"


def paths() -> dict[str, list[str]]:
    """For each kind of page, addresses spread over all there is."""
    total = Commitment.objects.count()
    some = Commitment.objects.select_related("plan").order_by("pk")[:: max(1, total // SAMPLE)]
    with override("fr"):
        french = [listing(q=fr) for _en, fr in made_up.THINGS]
    with override("en"):
        return {
            "home": [reverse("home")],
            "list": [listing(page=page) for page in range(1, 21)],
            "filtered": [
                listing(tag=f"made-up-{tag}", lead=f"made-up-{lead}")
                for tag in range(0, len(made_up.THINGS), 2)
                for lead in range(0, 60, 20)
            ],
            "search": [listing(q=en) for en, _fr in made_up.THINGS] + french,
            "commitment": [commitment.get_absolute_url() for commitment in some],
            "data": [reverse("data:commitments_json")],
            **proposal_paths(),
        }


def proposal_paths() -> dict[str, list[str]]:
    """The same of proposals, in English."""
    index, total = "proposals:index", Proposal.objects.public().count()
    some = Proposal.objects.public().order_by("pk")[:: max(1, total // SAMPLE)]
    return {
        "proposals": [listing(index, page=page) for page in range(1, 21)],
        "proposals filtered": [
            listing(index, issue=f"made-up-{issue}", call=f"made-up-{call}", sort=sort)
            for issue in range(0, len(made_up.THINGS), 4)
            for call in range(0, ideas.CALLS, 4)
            for sort in ("supported", "waiting", "random")
        ],
        "proposals search": [listing(index, q=en) for en, _fr in made_up.THINGS],
        "proposal": [proposal.get_absolute_url() for proposal in some],
        "ledger": [listing("proposals:ledger", call=f"made-up-{n}") for n in range(ideas.CALLS)],
    }


def begun(count: int = 400) -> list[str]:
    """Titles that somebody may be typing, none of them twice."""
    chance = Random(2)
    return [ideas.title(chance, n % 2) + f" {ideas.rare_word(chance)}" for n in range(count)]


def never_asked(where: str = "commitments:index") -> list[str]:
    """Thousands of searches, so that none is answered from memory of the last time."""
    asked = []
    for language, side in (("en", 0), ("fr", 1)):
        with override(language):
            asked += [
                listing(where, q=f"{verb[side]} {thing[side]} {place[side]}")
                for verb in made_up.VERBS
                for thing in made_up.THINGS
                for place in made_up.PLACES
            ]
    Random(1).shuffle(asked)
    return asked


def similar() -> dict[str, float]:
    """What one who types waits for what is like it, in milliseconds.

    Each is another text, so that none is answered from memory, and comes from another
    network, since asking is limited; through all of the portal, without a server before it.
    """
    client = Client(headers={"host": "127.0.0.1"})
    took, sizes, counts = [], [], []
    for n, text in enumerate(begun()):
        said = {"title": text, "problem": text, "language": "en"}
        url, network = reverse("proposals:similar"), f"10.0.{n // 250}.{n % 250 + 1}"
        with CaptureQueriesContext(connection) as captured:
            begin = time.perf_counter()
            answer = client.post(url, said, REMOTE_ADDR=network)
            took.append((time.perf_counter() - begin) * 1000)
        counts.append(len(captured))
        sizes.append(len(answer.content))
        if answer.status_code != 200:
            sys.exit(f"What is similar answers {answer.status_code}: it cannot be measured.")
    took = took[WARM:]
    cuts = quantiles(took, n=100)
    facts = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}
    return facts | {
        "rate": 1000 * len(took) / sum(took),
        "bytes": fmean(sizes),
        "faults": 0,
        "queries": max(counts[WARM:]),
    }


def queries(addresses: list[str]) -> int:
    """The most queries that one of a few of these pages costs, once the process is warm."""
    client = Client(headers={"host": "127.0.0.1"})
    counts = []
    for address in [addresses[0], *addresses[:5]]:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
            if answer.streaming:
                for _piece in answer:
                    pass
        if answer.status_code != 200:
            sys.exit(f"{address} answers {answer.status_code}: it cannot be measured.")
        counts.append(len(captured))
    return max(counts[1:])


def main() -> None:
    if sys.argv[1] == "build":
        build(*map(int, sys.argv[2:6]))
        return
    if sys.argv[1] == "similar":
        print(json.dumps(similar()))
        return
    found = {
        kind: {"paths": addresses, "anew": addresses, "queries": queries(addresses)}
        for kind, addresses in paths().items()
    }
    found["search"]["anew"] = never_asked()
    found["proposals search"]["anew"] = never_asked("proposals:index")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
