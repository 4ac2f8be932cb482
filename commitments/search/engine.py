"""The one place that asks modelsearch's index which commitments hold which words.

In a database the index's own tables are asked, not `Commitment.objects.search()`:
that joins them to the commitments by a cast text key and past their indexes
(for one word among 10,000 commitments 65 ms on PostgreSQL, and seconds on either
database before it has statistics, against 1 to 3 ms so). Any other engine is asked
through `search()`.
"""

from collections import defaultdict
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import QuerySet, Value
from modelsearch.backends import get_search_backend
from modelsearch.models import IndexEntry
from modelsearch.query import PlainText

from commitments.models import Commitment
from commitments.search.wording import Tier

MOST_AT_ONCE = 400  # SQLite joins 500 selects at most

Holders = dict[tuple[str, Tier], list[int]]


def holding(tokens: list[str]) -> Holders:
    """The keys of the commitments that hold each token, by the tier it stands in.

    One query for them all where the index is in the database; one each elsewhere.
    """
    asked = [(token, tier) for token in tokens for tier in Tier]
    if not asked:
        return {}
    if not type(get_search_backend()).__module__.startswith("modelsearch.backends.database"):
        return {pair: searched(indexed(*pair)) for pair in asked}
    kind = ContentType.objects.get_for_model(Commitment).pk
    found: Holders = defaultdict(list)
    entries = [rows_with(indexed(*pair)).annotate(asked=Value(n)) for n, pair in enumerate(asked)]
    # Side by side, not one inside another: SQLite reads nests of a hundred at most.
    for start in range(0, len(entries), MOST_AT_ONCE):
        first, *more = entries[start : start + MOST_AT_ONCE]
        for of_kind, key, n in first.union(*more, all=True):
            if of_kind == kind:
                found[asked[n]].append(int(key))
    return found


def indexed(token: str, tier: Tier) -> str:
    """How a token stands in the index."""
    return f"{token}{tier:d}"


def searched(word: str) -> list[int]:
    results = Commitment.objects.all().search(PlainText(word), order_by_relevance=False)
    return [commitment.pk for commitment in results]


def rows_with(word: str) -> "QuerySet[Any]":
    """Content type and key of the index's entries that hold a word."""
    if connection.vendor == "postgresql":
        query = SearchQuery(f"'{word}'", search_type="raw", config="simple")
        entries: QuerySet[Any] = IndexEntry.objects.filter(body=query)
        return entries.values_list("content_type_id", "object_id")
    from modelsearch.backends.database.sqlite.query import (
        Lexeme,
        MatchExpression,
        SearchQueryExpression,
    )
    from modelsearch.models import SQLiteFTSIndexEntry

    match = MatchExpression(["body"], SearchQueryExpression(Lexeme(word)))
    # Not narrowed to the content type here: SQLite would begin with that.
    rows: QuerySet[Any] = SQLiteFTSIndexEntry.objects.filter(match)
    return rows.values_list("index_entry__content_type_id", "index_entry__object_id")
