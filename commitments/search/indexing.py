"""Keeping the index right: one commitment after an edit, or all of them after a load.

What else is searched (proposals) is kept in the same way: a model whose
`get_indexed_objects` are those that are found, each with its `wording`, and whose
`WORDS` is where their words are remembered.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction
from modelsearch import index
from modelsearch.backends import get_search_backend
from modelsearch.models import IndexEntry

from commitments.models import Commitment
from commitments.models.word import KnownWord
from commitments.search.engine import entries, in_database
from network.models import Edition

CHUNK = 500
Words = dict[tuple[str, str], str]  # how each is written, by its folded form and its token

logger = logging.getLogger(__name__)


def reindex(*commitments: Commitment) -> bool:
    """Bring the index up to date with these, as they now stand in the database.

    Call it after a commitment or anything that hangs on it (leads, subjects,
    milestones, indicators) has been written, in the same transaction.
    """
    return refresh(Commitment, [commitment.pk for commitment in commitments])


def refresh(model: Any, pks: list[int]) -> bool:
    """Bring the index up to date with the things of these keys: those that are no more to be
    found are taken out of it.

    An index that cannot be written is logged and never fails the change itself;
    `rebuild_search_index` then puts it right. Says whether it was written.
    """
    try:
        with transaction.atomic():
            found = set()
            for fresh in model.get_indexed_objects().filter(pk__in=pks):
                index.insert_or_update_object(fresh)
                written = fresh.wording.written
                learn(model.WORDS, {pair: (word, 1) for pair, word in written.items()})
                found.add(fresh.pk)
            for gone in model.objects.filter(pk__in={*pks} - found):
                index.remove_object(gone)
    except Exception:
        logger.exception("The search index could not be brought up to date.")
        return False
    return True


def rebuild(
    say: Callable[[int, int], None] = lambda done, of: None, model: Any = Commitment
) -> int:
    """Index every commitment afresh; searches go on meanwhile. Returns how many.

    `say` is told, after each chunk, how many are done, of how many. Each chunk is
    its own transaction, so that nobody waits long to write.
    """
    engine = get_search_backend().get_index_for_model(model)
    engine.add_model(model)
    counts: Counter[tuple[str, str]] = Counter()
    written = Words()
    done, total = 0, model.get_indexed_objects().count()
    for chunk in chunks(model):
        new = Words()
        for thing in chunk:
            counts.update(thing.wording.written.keys())
            for pair, word in thing.wording.written.items():
                if pair not in written:
                    written[pair] = new[pair] = word
        with transaction.atomic():
            Edition.take_turn()
            # Should it be cut off: what is found is also known by its words.
            learn(model.WORDS, {pair: (word, 1) for pair, word in new.items()})
        with transaction.atomic():
            engine.add_items(model, chunk)
        done += len(chunk)
        say(done, total)
    with transaction.atomic():
        Edition.take_turn()
        if hasattr(engine, "delete_stale_entries"):
            engine.delete_stale_entries()
        remove_strangers(model)
        model.WORDS.objects.all().delete()
        learn(model.WORDS, {pair: (written[pair], count) for pair, count in counts.items()})
        Edition.advance()
        settle()
    return done


def missing(model: Any) -> int:
    """How many are to be found and are not in the index, as where indexing was cut off.

    Only a database can tell; of any other engine it is believed that none is.
    """
    if not in_database():
        return 0
    wanted = set(model.get_indexed_objects().values_list("pk", flat=True))
    return len(wanted - {*entries(model).values()})


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


def remove_strangers(model: Any) -> None:
    """Take out of the index what is there and is not to be found."""
    if in_database():
        wanted = set(model.get_indexed_objects().values_list("pk", flat=True))
        for gone in model.objects.filter(pk__in={*entries(model).values()} - wanted):
            index.remove_object(gone)


def chunks(model: Any) -> Iterator[list[Any]]:
    """All that is indexed, CHUNK at a time, whatever is added or removed meanwhile."""
    after = 0
    everything = model.get_indexed_objects().order_by("pk")
    while chunk := list(everything.filter(pk__gt=after)[:CHUNK]):
        yield chunk
        after = chunk[-1].pk


def learn(model: type[KnownWord], pairs: dict[tuple[str, str], tuple[str, int]]) -> None:
    """Remember words: by folded form and token, how they are written and how often."""
    model._default_manager.bulk_create(
        [
            model.known(folded, token, written[:80], count)
            for (folded, token), (written, count) in pairs.items()
        ],
        ignore_conflicts=True,
        batch_size=200,
    )
