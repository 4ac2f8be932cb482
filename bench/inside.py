"""What the bench asks of the portal itself: to build the set, and to count its queries.

    python -m bench.inside build 400 10000
    python -m bench.inside paths

Both run with the portal's environment; the second prints, as JSON, for each kind of
page the addresses to ask for (of kept pages, and of pages drawn anew) and the most
queries that one of them costs when drawn.
"""

import json
import os
import sys
from random import Random
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

from bench import made_up  # noqa: E402
from commitments.models import Commitment  # noqa: E402

SAMPLE = 30


def build(plans: int, commitments: int) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("messages", "compile", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    made_up.build(plans, commitments)


def listing(**query: object) -> str:
    return f"{reverse('commitments:index')}?{urlencode(query)}"


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
        }


def never_asked() -> list[str]:
    """Thousands of searches, so that none is answered from memory of the last time."""
    asked = []
    for language, side in (("en", 0), ("fr", 1)):
        with override(language):
            asked += [
                listing(q=f"{verb[side]} {thing[side]} {place[side]}")
                for verb in made_up.VERBS
                for thing in made_up.THINGS
                for place in made_up.PLACES
            ]
    Random(1).shuffle(asked)
    return asked


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
        build(int(sys.argv[2]), int(sys.argv[3]))
        return
    found = {
        kind: {"paths": addresses, "anew": addresses, "queries": queries(addresses)}
        for kind, addresses in paths().items()
    }
    found["search"]["anew"] = never_asked()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
