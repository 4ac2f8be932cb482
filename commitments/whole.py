"""Commitments with all that hangs on them, as the data files and the record say them."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

from commitments.dictionary import COMMITMENT, PARTS
from commitments.models import Commitment, Milestone, SubjectTag
from opengov_portal.lib.datafiles import in_both
from opengov_portal.lib.records import Record

BATCH = 200  # commitments fetched at a time, with all that hangs on them


def promised() -> Iterator[dict[str, Any]]:
    """Every commitment with its parts, as the files say them, a batch of them at a time."""
    every = Commitment.objects.in_plan_order().values_list("pk", flat=True)
    ids = iter(list(every))
    while batch := list(islice(ids, BATCH)):
        yield from whole(batch)


def whole(ids: list[int]) -> Iterator[dict[str, Any]]:
    """Some commitments, in a constant number of queries."""
    parts = {name: _parts(part, ids) for name, part in PARTS.items()}
    subjects = _named(SubjectTag.objects.filter(content_object__in=ids), "content_object", "tag")
    named = ("pk", "plan__slug", "number")
    for (pk, slug, number), facts in COMMITMENT.read(Commitment.objects.filter(pk__in=ids), *named):
        facts["subjects"] = subjects[pk]
        yield (
            facts
            | in_both("page", "commitments:commitment", slug, number)
            | {name: theirs[pk] for name, theirs in parts.items()}
        )


def _parts(part: Record, ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    found = defaultdict(list)
    led_by = {}
    if part.model is Milestone:
        through = Milestone.institutions.through.objects
        led_by = _named(through.filter(milestone__commitment__in=ids), "milestone", "institution")
    rows = part.model._default_manager.filter(commitment__in=ids)
    for (owner, pk), facts in part.read(rows, "commitment_id", "pk"):
        if led_by:
            facts["institutions"] = led_by[pk]
        found[owner].append(facts)
    return found


def _named(rows: Any, owner: str, named: str) -> dict[int, list[str]]:
    """The slugs of what each owner names, in their order."""
    found = defaultdict(list)
    for pk, slug in rows.order_by(f"{named}__slug").values_list(f"{owner}_id", f"{named}__slug"):
        found[pk].append(slug)
    return found
