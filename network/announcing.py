"""Announcing: the letters of an announcement, written in batches, each member's once.

Its words are drawn once in each language; of each letter only the way out is its own.
So neither memory nor time grows with what is kept at once: a batch is.
"""

import logging
import secrets
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.functional import cached_property
from django.utils.translation import override

from network.models import Announcement, Letter, User
from opengov_portal.lib import markdown
from opengov_portal.lib.mail import BadLetter, Words, written

log = logging.getLogger(__name__)

TEMPLATE = "network/emails/announcement"
BATCH = 500  # members reached in one transaction
# Letters of one announcement that may wait to be posted; more are written as they go. So
# the database never holds the words of a hundred thousand letters, and whoever leaves
# before their turn has none written.
AHEAD = 30_000


class Reader(NamedTuple):
    """What is asked of the members of a batch."""

    pk: int
    user_id: int
    email: str
    language: str


class Sheet:
    """The words of an announcement in one language, drawn once for all who read it."""

    def __init__(self, announcement: Announcement, language: str, *, trial: bool = False) -> None:
        """Raises BadLetter where they cannot be sent."""
        self.gap = f"{settings.SITE_URL}/{secrets.token_hex(16)}"
        surroundings = Letter(language=language, kind=Letter.Kind.LIST).surroundings()
        context = {**self.context(announcement, language), "trial": trial}
        self.words = written(TEMPLATE, language, {**surroundings, **context, "leave_url": self.gap})

    @staticmethod
    def context(announcement: Announcement, language: str) -> Mapping[str, Any]:
        """What the template says of this announcement."""
        with override(language):
            words = announcement.words.text
            return {
                "title": str(announcement.title),
                "box": announcement.get_purpose_display(),
                "words": markdown.html(words),
                "plain_words": markdown.plain(words),
                "page_url": settings.SITE_URL + announcement.get_absolute_url(),
            }

    def fill(self, letter: Letter) -> Letter:
        """The letter with these words, and its own way out. Raises Incomplete as `say` does."""
        letter.template = TEMPLATE
        way_out = letter.leave_url
        letter.say(
            Words(
                self.words.subject,
                self.words.text.replace(self.gap, way_out),
                self.words.html.replace(self.gap, way_out),
            )
        )
        return letter


class Press:
    """Writes the letters of one announcement, batch by batch."""

    def __init__(self, announcement: Announcement) -> None:
        self.announcement = announcement

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        return {code: Sheet(self.announcement, code) for code, _name in settings.LANGUAGES}

    def run(self, until: float) -> int:
        """Write until all are written, enough wait to be posted, or time is up; how many were.

        Any number of workers may do so at once: a batch that another has written, or
        that comes after a pause, is not kept.
        """
        count, stumbled_at = 0, -1
        while time.monotonic() < until and not self.is_far_ahead:
            readers = self.next_readers()
            if not readers:
                self.announcement.mark_written()
                break
            try:
                if not self.keep(readers):
                    break
            except IntegrityError:  # one of them has just left, account and all: look again
                if stumbled_at == self.announcement.cursor:
                    raise
                stumbled_at = self.announcement.cursor
                continue
            count += len(readers)
        return count

    @property
    def is_far_ahead(self) -> bool:
        return Letter.objects.owed().filter(announcement=self.announcement).count() >= AHEAD

    def next_readers(self) -> list[Reader]:
        """The next members in line."""
        ahead = self.announcement.audience().filter(pk__gt=self.announcement.cursor)
        facts = ahead.order_by("pk").values_list("pk", "user_id", "user__email", "language")
        return [Reader(*row) for row in facts[:BATCH]]

    def keep(self, readers: list[Reader]) -> bool:
        """Write a batch, whole or not at all. False when it is not ours to write.

        The letters are made before the transaction, so that it is short.
        """
        letters = [letter for reader in readers if (letter := self.letter(reader))]
        reached = readers[-1].pk
        with transaction.atomic():
            if not self.announcement.advance(reached, len(letters)):
                return False
            Letter.objects.bulk_create(letters, ignore_conflicts=True)
        self.announcement.cursor = reached
        return True

    def letter(self, reader: Reader) -> Letter | None:
        """The letter to one member; None for an address that nothing can be sent to."""
        try:
            letter = Letter.blank(
                to=reader.email,
                user_id=reader.user_id,
                announcement_id=self.announcement.pk,
                language=reader.language,
                kind=Letter.Kind.LIST,
                key=f"announcement-{self.announcement.pk}-{reader.pk}",
            )
        except BadLetter:
            log.warning("Member %d has an address that cannot be written to.", reader.pk)
            return None
        return self.sheets[reader.language].fill(letter)


def write_due(seconds: float = float("inf")) -> tuple[int, bool]:
    """Begin what is due and write the letters of what is being sent, for so long at most.

    How many were written, and whether time was up before all was done.
    """
    until, count = time.monotonic() + seconds, 0
    for announcement in Announcement.objects.due().order_by("send_at", "pk"):
        announcement.send_when_due()
    for announcement in Announcement.objects.being_sent().order_by("published_at", "pk"):
        try:
            count += Press(announcement).run(until)
        except BadLetter as error:  # of the settings or a template: the others go on
            log.error("Announcement %d cannot be written: %s", announcement.pk, error)
        announcement.finish()
    return count, time.monotonic() >= until


def letter_to(user: User, announcement: Announcement, language: str, *, trial: bool) -> Letter:
    """The letter of an announcement as a reader would get it; not kept. Raises BadLetter."""
    letter = Letter.blank(
        to=user.email,
        user=user,
        language=language,
        kind=Letter.Kind.LIST,
        key=f"announcement-trial-{announcement.pk}-{secrets.token_hex(8)}",
    )
    return Sheet(announcement, language, trial=trial).fill(letter)


@transaction.atomic
def send_trial(announcement: Announcement, *, to: User) -> list[Letter]:
    """A trial of it in both languages, to staff themselves. Raises BadLetter."""
    letters = [
        letter_to(to, announcement, language, trial=True) for language, _name in settings.LANGUAGES
    ]
    return Letter.objects.bulk_create(letters)
