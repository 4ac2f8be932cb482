"""Keeping the index right: one commitment after an edit, or all of them after a load."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator

from django.db import connection, transaction
from modelsearch import index
from modelsearch.backends import get_search_backend
from modelsearch.models import IndexEntry

from commitments.models import Commitment, Word
from network.models import Edition

CHUNK = 500

logger = logging.getLogger(__name__)


def reindex(*commitments: Commitment) -> bool:
    """Bring the index up to date with these, as they now stand in the database.

    Call it after a commitment or anything that hangs on it (leads, subjects,
    milestones, indicators) has been written, in the same transaction. An
    index that cannot be written is logged and never fails the change itself;
    `rebuild_search_index` then puts it right. Says whether it was written.
    """
    pks = [commitment.pk for commitment in commitments]
    try:
        with transaction.atomic():
            for fresh in Commitment.get_indexed_objects().filter(pk__in=pks):
                index.insert_or_update_object(fresh)
                learn({pair: (written, 1) for pair, written in fresh.wording.written.items()})
    except Exception:
        logger.exception("The search index could not be brought up to date.")
        return False
    return True


def rebuild(say: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Index every commitment afresh; searches go on meanwhile. Returns how many.

    `say` is told, after each chunk, how many are done, of how many. Each chunk is
    its own transaction, so that nobody waits long to write.
    """
    engine = get_search_backend().get_index_for_model(Commitment)
    engine.add_model(Commitment)
    counts: Counter[tuple[str, str]] = Counter()
    written: dict[tuple[str, str], str] = {}
    done, total = 0, Commitment.objects.count()
    for chunk in chunks():
        with transaction.atomic():
            engine.add_items(Commitment, chunk)
        for commitment in chunk:
            counts.update(commitment.wording.written.keys())
            written = commitment.wording.written | written
        done += len(chunk)
        say(done, total)
    with transaction.atomic():
        Edition.take_turn()
        if hasattr(engine, "delete_stale_entries"):
            engine.delete_stale_entries()
        Word.objects.all().delete()
        learn({pair: (written[pair], count) for pair, count in counts.items()})
        Edition.advance()
        settle()
    return done


def settle() -> None:
    """Tell the planner what is there now, and fold PostgreSQL's pending entries in."""
    table = IndexEntry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT gin_clean_pending_list(i.indexrelid) FROM pg_index i"
                " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam"
                " WHERE i.indrelid = %s::regclass AND a.amname = 'gin'",
                [table],
            )


def chunks() -> Iterator[list[Commitment]]:
    """All commitments, CHUNK at a time, whatever is added or removed meanwhile."""
    after = 0
    everything = Commitment.get_indexed_objects().order_by("pk")
    while chunk := list(everything.filter(pk__gt=after)[:CHUNK]):
        yield chunk
        after = chunk[-1].pk


def learn(pairs: dict[tuple[str, str], tuple[str, int]]) -> None:
    """Remember words: by folded form and token, how they are written and how often."""
    Word.objects.bulk_create(
        [
            Word(folded=folded, token=token, written=written[:80], commitments=count)
            for (folded, token), (written, count) in pairs.items()
        ],
        ignore_conflicts=True,
        batch_size=200,
    )
