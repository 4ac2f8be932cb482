"""Digests: each morning, or each Monday, one letter of all that is new about what one follows.

Nothing twice, nothing left out. Both logs (`Happening`, and `Change` of commitments) are
append-only, and their numbers come in the order of the commits, since each is written
after taking the turn of the edition. A follower's cursors are moved from where they were
read to where the letter ends, in the transaction that writes it: whoever is killed
leaves neither, and of two who write at once one does. What follows is read after that,
with the follower's row held, as it is held while a new follow learns where the logs end.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from celery import signature
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from commitments.models import Change
from network.models import Letter
from network.models.letter import POSTING
from opengov_portal.lib.languages import Words
from opengov_portal.lib.mail import BadLetter
from opengov_portal.lib.tasks import ask
from proposals import news
from proposals.following import DIGEST
from proposals.happenings import Kind, record_openings
from proposals.models import Follow, Follower, Happening
from proposals.models.merge import destinations

log = logging.getLogger(__name__)

AT_ONCE = 200  # followers looked up together
MOST = 300  # pieces of each log in one letter; what is beyond comes in the next
# What those who follow a call hear of its proposals; the rest, those who follow these.
IN_CALLS = {Kind.PUBLISHED, Kind.ANSWERED, Kind.REANSWERED, Kind.BECAME}


@dataclass(frozen=True)
class Ends:
    """How far both logs go."""

    happening: int
    change: int

    @classmethod
    def now(cls) -> "Ends":
        happened = Happening.objects.aggregate(last=Max("pk"))["last"] or 0
        changed = Change.objects.aggregate(last=Max("pk"))["last"] or 0
        return cls(happened, changed)


@dataclass
class Chapter:
    """What is new about one thing that is followed."""

    heading: Words
    pieces: list[news.News] = field(default_factory=list)


def write_due(seconds: float = float("inf")) -> tuple[int, bool]:
    """Write the digests of this morning, for so long at most: how many, and whether cut off."""
    record_openings()
    until, today, count = time.monotonic() + seconds, timezone.localdate(), 0
    ends = Ends.now()
    nothing_new = Q(told_happening=ends.happening, told_change=ends.change)
    Follower.objects.due(today).filter(nothing_new).update(told_on=today)
    for follower in due(today):
        if time.monotonic() >= until:
            break
        try:
            count += write(follower, ends, today)
        except BadLetter as error:  # of the settings or a template; it is tried again tomorrow
            log.error("The digest of follower %d cannot be written: %s", follower.pk, error)
    else:
        until = float("inf")
    if count:
        ask(signature(POSTING))
    return count, until != float("inf")


def due(today: date) -> Iterator[Follower]:
    """One after the other; each is looked at once."""
    last = 0
    while few := list(Follower.objects.due(today).filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield from few
        last = few[-1].pk


@transaction.atomic
def write(follower: Follower, ends: Ends, today: date) -> bool:
    """Write to one follower and move its cursors, both or neither. Whether there was a letter."""
    here = Follower.objects.select_for_update().filter(
        pk=follower.pk,
        told_on=follower.told_on,
        told_happening=follower.told_happening,
        told_change=follower.told_change,
    )
    held = here.first()
    if held is None:  # another has just written, or nothing is followed any more
        return False
    reading = Reading(held, ends)
    happened, changed = reading.happenings(), reading.changes()
    reached = Ends(
        happened[-1].pk if len(happened) == MOST else ends.happening,
        changed[-1].pk if len(changed) == MOST else ends.change,
    )
    Follower.objects.filter(pk=held.pk).update(
        told_on=today,
        told_happening=max(reached.happening, held.told_happening),
        told_change=max(reached.change, held.told_change),
    )
    with override(held.language):
        chapters = [each for each in told(reading, happened, changed) if each.pieces]
        if not chapters:
            return False
        letter = digest(held, chapters, f"{reached.happening}-{reached.change}")
    return bool(Letter.objects.bulk_create([letter], ignore_conflicts=True))


class Reading:
    """What is new in both logs about anything that one follower follows, oldest first."""

    def __init__(self, follower: Follower, ends: Ends) -> None:
        self.follower, self.ends = follower, ends
        self.follows = list(follower.follows.with_target().oldest())
        # Each proposal that is followed, and what it was merged into since.
        proposals = self.followed("proposal")
        into = destinations(proposals)
        self.standing_for = {number: {number, *into.get(number, ())} for number in proposals}

    def followed(self, kind: str) -> list[int]:
        return [number for each in self.follows if (number := getattr(each, f"{kind}_id"))]

    def happenings(self) -> list[Happening]:
        calls, issues = self.followed("consultation"), self.followed("subject")
        mine = Q(proposal__in=set().union(*self.standing_for.values()))
        mine |= Q(consultation__in=calls)
        mine |= Q(proposal__consultation__in=calls, kind__in=IN_CALLS)
        mine |= Q(commitment__in=self.followed("commitment"))
        mine |= Q(proposal__issues__in=issues, kind=Kind.PUBLISHED)
        found = Happening.objects.filter(
            pk__gt=self.follower.told_happening, pk__lte=self.ends.happening
        )
        numbers = found.filter(mine).order_by("pk").values("pk").distinct()[:MOST]
        rows = Happening.objects.filter(pk__in=[row["pk"] for row in numbers]).oldest()
        return news.prepared(rows.prefetch_related("proposal__issues"))

    def changes(self) -> list[Change]:
        mine = Q(commitment__in=self.followed("commitment"))
        mine |= Q(commitment__subjects__in=self.followed("subject"))
        found = Change.objects.filter(pk__gt=self.follower.told_change, pk__lte=self.ends.change)
        numbers = found.filter(mine).order_by("pk").values("pk").distinct()[:MOST]
        rows = Change.objects.filter(pk__in=[row["pk"] for row in numbers]).order_by("pk")
        rows = rows.select_related("commitment__plan")
        return list(rows.prefetch_related("commitment__subjects"))  # type: ignore[misc]

    def concerns(self, follow: Follow, row: Happening | Change) -> bool:
        """Whether something new is about what is followed, and came after it was."""
        if isinstance(row, Change):
            if row.pk <= follow.since_change or row.commitment is None:
                return False
            if follow.commitment_id:
                return row.commitment_id == follow.commitment_id
            return bool(follow.subject_id) and follow.subject in row.commitment.subjects.all()
        if row.pk <= follow.since_happening:
            return False
        if row.kind == Kind.OPENED and follow.confirmed_at and row.at < follow.confirmed_at:
            return False  # time opened it, and it was open when they came
        return self.touches(follow, row)

    def touches(self, follow: Follow, row: Happening) -> bool:
        proposal = row.proposal
        if follow.proposal_id:
            return row.proposal_id in self.standing_for[follow.proposal_id]
        if follow.consultation_id:
            within = proposal is not None and proposal.consultation_id == follow.consultation_id
            return row.consultation_id == follow.consultation_id or (
                within and row.kind in IN_CALLS
            )
        if follow.commitment_id:
            return row.commitment_id == follow.commitment_id
        return (
            row.kind == Kind.PUBLISHED
            and proposal is not None
            and follow.subject in proposal.issues.all()
        )


def told(reading: Reading, happened: list[Happening], changed: list[Change]) -> Iterator[Chapter]:
    """A chapter for each thing that is followed; what belongs in two comes in the first."""
    seen: set[Any] = set()
    happened = news.each_publication_once(happened)
    for follow in reading.follows:
        chapter = Chapter(follow.heading)
        rows: Iterator[Happening | Change] = chain(happened, changed)
        for row in rows:
            if row not in seen and reading.concerns(follow, row) and (line := line_of(row)):
                seen.add(row)
                chapter.pieces.append(line)
        chapter.pieces.sort(key=lambda each: each.at)
        yield chapter


def line_of(row: Happening | Change) -> news.News | None:
    if isinstance(row, Happening):
        return news.of_happening(row)
    return news.of_change(row, row.commitment) if row.commitment else None


def digest(follower: Follower, chapters: list[Chapter], upto: str) -> Letter:
    """The letter, not yet kept. Raises BadLetter."""
    return Letter.build(
        DIGEST,
        to=follower.email,
        user=follower.user,
        language=follower.language,
        kind=Letter.Kind.LIST,
        key=f"digest-{follower.pk}-{upto}",
        context={
            "chapters": chapters,
            "pieces": sum(len(chapter.pieces) for chapter in chapters),
            "rhythm": follower.rhythm,
            "following_url": settings.SITE_URL
            + reverse("proposals:followed", args=[follower.seal]),
        },
    )
