"""The one place that asks modelsearch's index which things hold which words.

In a database the index's own tables are asked, not `Commitment.objects.search()`:
that joins them to the commitments by a cast text key and past their indexes
(for one word among 10,000 commitments 65 ms on PostgreSQL, and seconds on either
database before it has statistics, against 1 to 3 ms so). Any other engine is asked
through `search()`.
"""

import json
from collections.abc import Iterable
from enum import IntEnum
from typing import Any

from django.contrib.contenttypes.models import ContentType
from modelsearch.backends import get_search_backend
from modelsearch.models import IndexEntry
from modelsearch.query import PlainText

from opengov_portal.lib.replica import connection

# The numbers of the entries that hold each word, as one text a word: a row for each
# number costs more than finding it, and so does joining the entries, whose long bodies
# stand in the way. The words go in as data: told beforehand that a word is a common one,
# PostgreSQL leaves its index aside and reads every body.
POSTGRESQL = """
    SELECT word, (
        SELECT string_agg(id::text, ',') FROM {entries}
        WHERE body @@ to_tsquery('simple', '''' || word || '''')
    ) FROM json_array_elements_text(%s) AS asked (word)
"""
SQLITE = """
    SELECT value, (
        SELECT group_concat(rowid) FROM {entries}_fts
        WHERE {entries}_fts MATCH '{{body}} : "' || value || '"'
    ) FROM json_each(%s)
"""

Holders = dict[tuple[str, IntEnum], list[int]]


def in_database() -> bool:
    return type(get_search_backend()).__module__.startswith("modelsearch.backends.database")


def entries(model: Any) -> dict[int, int]:
    """By number in the index, the key of each thing of that kind that is in it."""
    if not in_database():
        return {key: key for key in model.objects.values_list("pk", flat=True)}
    kind = ContentType.objects.get_for_model(model)
    rows = IndexEntry.objects.filter(content_type=kind).values_list("pk", "object_id")
    return {number: int(key) for number, key in rows}


def holding(tokens: list[str], tiers: Iterable[IntEnum], model: Any) -> Holders:
    """The numbers, as in `entries`, of those that hold each token, by the tier it stands in.

    Tiers are of one kind of thing only, so that no other kind is found by them.
    One query for them all where the index is in the database; one each elsewhere.
    """
    asked = {indexed(token, tier): (token, tier) for tier in tiers for token in tokens}
    if not asked:
        return {}
    if not in_database():
        return {pair: searched(word, model) for word, pair in asked.items()}
    statement = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    with connection.cursor() as cursor:
        # Words are letters and digits (folding.WORD): nothing in them needs escaping.
        cursor.execute(statement.format(entries=IndexEntry._meta.db_table), [json.dumps([*asked])])
        return {
            asked[word]: list(map(int, numbers.split(",")))
            for word, numbers in cursor.fetchall()
            if numbers
        }


def indexed(token: str, tier: IntEnum) -> str:
    """How a token stands in the index."""
    return f"{token}{tier:d}"


def searched(word: str, model: Any) -> list[int]:
    results = model.objects.all().search(PlainText(word), order_by_relevance=False)
    return [thing.pk for thing in results]
