"""Checking all of a spreadsheet, then writing all of it or none."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import DatabaseError, transaction

from commitments.loading.problems import BadFile
from network.models import Edition
from proposals.importing.mapping import Mapping
from proposals.importing.row import BadRow, Idea, Reader
from proposals.importing.table import Cells, Table, open_table
from proposals.models import Consultation, Proposal
from proposals.search import indexing

BATCH = 50  # ideas written at once: each may hold 60,000 characters
STEP = 500  # rows between two lines of progress

logger = logging.getLogger(__name__)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Left:
    """A row that was not taken: its number as a spreadsheet counts it, and all that is wrong."""

    row: int
    key: str
    title: str
    faults: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """A line for each fault."""
        row = f"row {self.row}"
        said = ((f"{row}, {part}" if part else row, why) for part, why in self.faults)
        return "\n".join(f"  {where}: {why}" for where, why in said)


@dataclass
class Outcome:
    """What came of it: how many were added, were there already, and which rows were not taken."""

    added: int = 0
    already: int = 0
    left: list[Left] = field(default_factory=list)
    strange: Counter[str] = field(default_factory=Counter)
    indexed: bool = True
    # Those there already that could not be searched for, since an earlier run was cut off.
    unfinished: int = 0

    @property
    def counts(self) -> tuple[int, int]:
        return self.already, self.added


def bring_in(
    path: Path,
    *,
    slug: str,
    mapping: Mapping,
    encoding: str = "",
    skip_bad: bool = False,
    dry_run: bool = False,
    say: Say = lambda line: None,
) -> Outcome:
    """Adds the ideas of the file that the call has not yet.

    Where a row cannot be taken nothing is written, unless `skip_bad`. Raises BadFile,
    and adds nothing, when it is no such file or call.
    """
    call = earlier_call(slug)
    table = open_table(path, encoding=encoding, fit=mapping.known)
    reader = Reader(call, mapping, mapping.fit(table.header(), table.place))
    say(f"{path.name}: read as {table.encoding}, separated by {table.delimiter!r}.")
    outcome = Outcome()
    for _idea in _new(table, reader, outcome, say):
        outcome.added += 1
    if dry_run or (outcome.left and not skip_bad):
        return outcome
    outcome.unfinished = indexing.missing()
    if outcome.added:
        _write(table, reader, outcome, say)
    if outcome.added or outcome.unfinished:
        _index(outcome, say)
    return outcome


def earlier_call(slug: str) -> Consultation:
    """The call of that name. Raises BadFile unless it was held elsewhere and is over."""
    call = Consultation.objects.filter(slug=slug).first()
    how = (
        "Make it in the admin (Calls for ideas, Add): with its source, when it was held, and a "
        "closing that has passed; then announce it, which puts it on record."
    )
    if call is None:
        known = [one.slug for one in Consultation.objects.newest() if one.is_past_elsewhere]
        others = f" Earlier calls here: {', '.join(known)}." if known else ""
        raise BadFile(f"There is no call for ideas named “{slug}”. {how}{others}")
    if not call.is_past_elsewhere:
        raise BadFile(
            f"The call “{slug}” is not an earlier one, held elsewhere and over: ideas are put "
            f"forward in it here. {how}"
        )
    if call.published_at is None:
        raise BadFile(f"The call “{slug}” is a draft: announce it in the admin first.")
    return call


def _new(table: Table, reader: Reader, outcome: Outcome, say: Say) -> Iterator[Idea]:
    """The ideas of the file that the call has not; what else there is goes to the outcome."""
    there = _keys(reader.call)
    seen: dict[str, int] = {}
    for count, (number, row) in enumerate(islice(table.rows(), 1, None), 1):
        if count % STEP == 0:
            say(f"  {count} rows checked")
        key = reader.key(row)
        if key in there and key not in seen:
            outcome.already += 1
        elif idea := _read(reader, row, number, key, seen, outcome):
            outcome.strange.update(idea.strange)
            yield idea
        if key:
            seen.setdefault(key, number)


def _read(
    reader: Reader, row: Cells, number: int, key: str, seen: dict[str, int], outcome: Outcome
) -> Idea | None:
    """The idea of a row; None where it cannot be taken, and the outcome then says why."""
    faults = [("key", f"is also that of row {seen[key]}.")] if key in seen else []
    try:
        idea = reader.read(row)
    except BadRow as bad:
        faults += bad.faults
    if not faults:
        return idea
    outcome.left.append(Left(number, key[:100], reader.title(row)[:100], tuple(faults)))
    return None


def _keys(call: Consultation) -> set[str]:
    brought_in = call.proposals.filter(import_key__isnull=False)
    return {key or "" for key in brought_in.values_list("import_key", flat=True)}


def _write(table: Table, reader: Reader, outcome: Outcome, say: Say) -> None:
    """The same ideas once more, now into the database. Raises BadFile."""
    again, written = Outcome(), 0
    batch: list[Idea] = []
    try:
        with transaction.atomic():
            Edition.take_turn()
            for idea in _new(table, reader, again, lambda line: None):
                batch.append(idea)
                if len(batch) == BATCH:
                    written += _add(reader.call, batch)
                    if written % STEP == 0:
                        say(f"  {written} of {outcome.added} ideas added")
            written += _add(reader.call, batch)
            if (again.left, again.already, written) != (outcome.left, *outcome.counts):
                table.place.refuse("", "or its call was changed while it was read: run it again.")
            Edition.advance()
    except DatabaseError as error:
        reason = str(error).splitlines()[0]
        raise BadFile(f"{table.path.name}: the database refuses it: {reason}.") from error


def _add(call: Consultation, batch: list[Idea]) -> int:
    """Writes the batch, with its issues, and empties it."""
    added = Proposal.objects.bulk_create(
        [Proposal(consultation=call, **idea.values) for idea in batch]
    )
    through = Proposal.issues.through
    through._default_manager.bulk_create(
        [
            through(proposal_id=one.pk, subject_id=issue)
            for one, idea in zip(added, batch, strict=True)
            for issue in idea.issues
        ]
    )
    batch.clear()
    return len(added)


def _index(outcome: Outcome, say: Say) -> None:
    """Make them findable: after they are written, in pieces, so that nobody waits for it."""
    if outcome.unfinished:
        say(f"The search index lacks {outcome.unfinished} of those there: finishing it.")
    say("Bringing the search index up to date:")
    try:
        indexing.rebuild(lambda done, of: say(f"  {done} of {of}"))
    except Exception:
        logger.exception("The search index could not be brought up to date.")
        outcome.indexed = False
