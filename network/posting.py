"""Posting: the letters that are due, one at a time, over one line to the mail server."""

import logging
import smtplib
import time
from collections import Counter
from collections.abc import Iterator
from email.utils import format_datetime
from threading import Event
from typing import Any, Self

from django.conf import settings
from django.core.mail import get_connection
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from network.models import Letter, claiming
from opengov_portal.lib.mail import Envelope, in_header, quoted

log = logging.getLogger(__name__)

BATCH = 50  # letters read at once; each is still claimed by itself
MISSES = 5  # claims lost in one batch, after which what is due is read again
LETTERS_A_LINE = 100  # mail servers like a line to end some day
BROKEN_LINES = 3  # lines lost in a row, after which the mail server is left alone
MARKS_A_WAIT = 10  # letters marked for each wait for the disk
BETWEEN_MARKS = 0.5  # seconds, while the database is away
PASSING = range(400, 500)


class Away(Exception):
    """The mail server cannot be talked to: what ails is no single letter."""


class Closed(Away):
    """Not even a line to it can be opened."""


def envelope(letter: Letter) -> Envelope:
    """The letter as it goes over the line.

    Its sender on the line is the address that bounces come back to, which nobody
    answers (RFC 3834); the one that readers see is JOIN_ADDRESS.
    """
    message = Envelope(
        subject=letter.subject,
        body=letter.text,
        from_email=letter.bounce_address,
        to=[letter.to],
        headers={
            "From": f"{in_header(quoted(letter.sender_name))} <{settings.JOIN_ADDRESS}>",
            "Date": format_datetime(letter.owed_since),
            "Message-ID": letter.message_id,
            "Content-Language": letter.language,
            **letter.headers,
        },
    )
    message.attach_alternative(letter.html, "text/html")
    return message


class Line:
    """One line to the mail server, opened when it is first needed and used again."""

    def __init__(self) -> None:
        self.connection: Any = None
        self.carried = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def carry(self, letter: Letter) -> None:
        """Hand a letter over. Raises Away, or what smtplib says of this letter."""
        if self.carried >= LETTERS_A_LINE:
            self.close()
        if self.connection is None:
            self.open()
        self.carried += 1
        self.connection.send_messages([envelope(letter)])

    def open(self) -> None:
        connection = get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise Closed(said(error)) from error
        self.connection, self.carried = connection, 0

    def close(self) -> None:
        if self.connection is None:
            return
        connection, self.connection = self.connection, None
        try:
            connection.close()
        except (OSError, smtplib.SMTPException):
            log.info("The mail server did not say goodbye.")


def said(error: Exception) -> str:
    """What a mail server or the network said, as staff read it."""
    reply: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, reply = error.smtp_code, error.smtp_error
    else:
        return f"{type(error).__name__}: {error}"
    return f"{code} {reply.decode(errors='replace') if isinstance(reply, bytes) else reply}"


def is_for_good(error: Exception) -> bool:
    """Whether a refusal is of this very letter and won't pass.

    A 5xx to who we are (signing in, the sender) is of no letter: once the settings
    are put right, all can go.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code not in PASSING for code, _reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code not in PASSING
    if isinstance(error, smtplib.SMTPSenderRefused):
        return error.smtp_code == 552  # larger than the server takes
    # What cannot be put on the line at all, and what only some servers take.
    return isinstance(error, smtplib.SMTPNotSupportedError | ValueError)


def is_of_the_line(error: Exception) -> bool:
    """Whether the line is gone or of no use, so that the next letter needs a new one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == 421 for code, _reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code == 421 or isinstance(error, smtplib.SMTPSenderRefused)
    return isinstance(error, OSError) and not isinstance(error, smtplib.SMTPNotSupportedError)


class Round:
    """One worker's round: claims what is due, letter by letter, and marks what became of it."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.became: Counter[str] = Counter()
        self.sent: Letter | None = None  # gone over the line, and yet to be marked

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.until

    @property
    def waits(self) -> bool:
        """Whether a mark waits for the disk: one of several in a row, and so for them all."""
        return self.became[Letter.State.POSTED] % MARKS_A_WAIT == 1

    def letters(self) -> Iterator[Letter]:
        """What is due, each claimed, until none is or time is up.

        What was sent is marked before another is claimed: a worker that is killed has
        at most one letter on the way.
        """
        return self.one_by_one() if connection.vendor == "postgresql" else self.in_batches()

    def one_by_one(self) -> Iterator[Letter]:
        while not self.is_over and (letter := self.mark_and_claim()):
            yield letter
        self.mark()

    def mark_and_claim(self) -> Letter | None:
        """Both in one trip to the database; apart where it was away."""
        if self.sent:
            try:
                letter = claiming.claim_next(self.sent, waits=self.waits)
            except (InterfaceError, OperationalError):
                self.mark()
            else:
                self.sent = None
                return letter
        return claiming.claim_next()

    def in_batches(self) -> Iterator[Letter]:
        while not self.is_over:
            batch = list(Letter.objects.due(timezone.now()).in_posting_order()[:BATCH])
            missed = 0
            for letter in batch:
                if self.is_over:
                    return
                if letter.claim():
                    yield letter
                    self.mark()
                elif letter.state != Letter.State.WITHHELD:
                    missed += 1
                if missed >= MISSES:
                    break  # others are at the same batch: see what they leave
            if len(batch) < BATCH and not missed:
                return

    def post(self, letter: Letter, line: Line) -> None:
        """Post a letter that is claimed; it is yet to be marked. Raises Away."""
        try:
            line.carry(letter)
        except Away as error:
            letter.try_later(str(error))
            self.became[letter.state] += 1
            raise
        except (OSError, smtplib.SMTPException, ValueError) as error:
            if is_for_good(error):
                letter.mark_failed(said(error))
            else:
                letter.try_later(said(error))
            self.became[letter.state] += 1
            if is_of_the_line(error):
                line.close()
                raise Away(said(error)) from error
        else:
            self.sent = letter
            self.became[Letter.State.POSTED] += 1

    def mark(self) -> None:
        """Mark what was sent, even where the database is away just then.

        For as long as the claim is ours nobody else posts it, and the mark is tried
        again. A letter whose mark is lost would go twice.
        """
        while sent := self.sent:
            try:
                sent.mark_posted()
                self.sent = None
            except (InterfaceError, OperationalError):
                if connection.in_atomic_block or not sent.is_held:
                    raise
                log.warning("The database is away; a letter that went is yet to be marked.")
                connection.close()
                Event().wait(BETWEEN_MARKS)


def post_due(seconds: float = float("inf")) -> Counter[str]:
    """Post what is due, for so long at most; how many ended in which state.

    Any number of workers may do so at once. A mail server that is away is left
    alone after BROKEN_LINES; the letters stay owed.
    """
    for letter in Letter.objects.lapsed(timezone.now()):
        letter.take_back()
    round_, broken = Round(seconds), 0
    with Line() as line:
        for letter in round_.letters():
            try:
                round_.post(letter, line)
                broken = 0
            except Away as error:
                broken += BROKEN_LINES if isinstance(error, Closed) else 1
            if broken >= BROKEN_LINES:
                log.warning("The mail server is away; letters stay owed.")
                break
    return round_.became


def post_now(letter: Letter) -> Letter.State:
    """Post this one letter, unless another worker has it already."""
    if letter.claim():
        with Line() as line:
            round_ = Round(seconds=0)
            try:
                round_.post(letter, line)
                round_.mark()
            except Away:
                log.info("The mail server is away.")
    return Letter.State(letter.state)
