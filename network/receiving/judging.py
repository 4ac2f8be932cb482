"""Judging: what a message that came in is, and so what is done about it."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_noop

from network import emails
from network.actions import ask_to_join, confirm, leave_lists
from network.actions.asking import confirm_by_reply, tell_anew, was_told_all
from network.models import (
    Block,
    Confirmation,
    Consent,
    InboundMessage,
    JoinRequest,
    Letter,
    Stop,
    User,
)
from network.receiving import machines, reports, words
from network.receiving.headers import a_name, decoded, exact
from network.receiving.reading import Reading, read
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.mail import ADDRESS_LENGTH, BadLetter, canonical, postal

log = logging.getLogger(__name__)

State, Outcome = InboundMessage.State, InboundMessage.Outcome

DAY = timedelta(days=1)
# One automatic answer an address in a day, and one more to who asks in words to join.
ANSWERS_A_DAY, ANSWERS_ASKED_FOR = 1, 2
REFERENCES_LENGTH = 900  # characters: a header of ours is one line, RFC 5322 2.1.1

NO_ONE_SENDER = gettext_noop("It has no sender, or several.")
NOT_TO_JOIN = gettext_noop("It was sent to an address that answers nothing by itself.")
NOT_PROVEN = gettext_noop("The receiving server did not find its sender’s address proven.")
OTHER_SENDER = gettext_noop("Its sender on the line is not the address in From.")
OTHER_READER = gettext_noop("It answers a letter that we wrote to another address.")
NO_REPLY_OF_OURS = gettext_noop("It refers to a letter that we did not write.")
LEAVES_UNBIDDEN = gettext_noop("It asks to leave, and is no reply to a letter of ours.")
REFUSES = gettext_noop("It answers the confirming letter, and may mean no.")
ONLY_THE_LINK = gettext_noop(
    "More was asked for than its letter told of: only the link of the letter confirms it."
)
NOT_POSSIBLE = gettext_noop("What it says yes to cannot be done any more.")
CAME_LATE = gettext_noop(
    "It came too late: what it says yes to was asked for more than seven days before."
)
BEFORE = gettext_noop("It was confirmed before.")
SAYS_MORE = gettext_noop("It says more: somebody should read it.")
SUSPENDED = gettext_noop("The address gets no more letters until its owner confirms again.")
TOO_MANY_HERE = gettext_noop("This address has had its automatic answers for now.")
TOO_MANY_IN_ALL = gettext_noop("There were too many automatic answers in the last hour.")
BROKE = gettext_noop("Judging it failed; the log says how.")


def judge(pk: int) -> None:
    """Judge one message that is kept, once, whoever else is about to; raises nothing."""
    try:
        with transaction.atomic():
            rows = InboundMessage.objects.select_for_update().unjudged()
            message = rows.filter(pk=pk).first()
            if message:
                Judgement(message).reach()
    except (OperationalError, InterfaceError) as error:
        log.error("A message waits to be judged: %s", type(error).__name__)
    except Exception as error:  # what nobody thought of is set aside, for a person
        log.error("A message could not be judged: %s", type(error).__name__)
        set_aside(pk)


def set_aside(pk: int) -> None:
    try:
        with transaction.atomic():
            message = InboundMessage.objects.unjudged().filter(pk=pk).first()
            if message:
                message.mark_judged(State.WAITING, Outcome.ODD, why=BROKE)
    except DatabaseError as error:
        log.error("A message waits to be judged: %s", type(error).__name__)


def judge_all() -> int:
    """Judge what was kept and not judged, because a worker was killed; how many there were."""
    waiting = list(InboundMessage.objects.unjudged().oldest().values_list("pk", flat=True))
    for pk in waiting:
        judge(pk)
    return len(waiting)


class Judgement:
    """One message, on its way to an outcome."""

    def __init__(self, message: InboundMessage) -> None:
        self.message = message
        self.reading: Reading = read(bytes(message.raw))
        self.headers = self.reading.headers
        name, self.sender = self.headers.sender()
        self.name = a_name(name)
        self.subject = decoded(self.headers.first("subject"))
        self.own = words.own_words(self.reading.text)
        self.describe(name)

    def describe(self, name: str) -> None:
        """Write on the message what staff will look for."""
        message, reading = self.message, self.reading
        message.sender = self.sender
        message.sender_address = canonical(self.sender)[:ADDRESS_LENGTH] if self.sender else ""
        message.sender_name = name[:150]
        message.recipient = self.recipient
        message.message_id = self.headers.message_id
        message.subject = self.subject[:300]
        message.text = reading.text
        message.is_partial = message.is_partial or reading.is_cut
        message.language = self.language

    # --- What is known of it ---------------------------------------------------

    @cached_property
    def line(self) -> str:
        """The sender on the line: as handed over, else as the server stamped it."""
        stamped = self.headers.first("return-path").strip().strip("<>").strip()
        if self.message.envelope_sender:
            return self.message.envelope_sender
        return (stamped or machines.NULL_SENDER) if self.headers.all("return-path") else ""

    @cached_property
    def recipient(self) -> str:
        """The address of ours that it came to."""
        if self.message.recipient:
            return self.message.recipient
        host = settings.JOIN_ADDRESS.rpartition("@")[2].casefold()
        fields = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
        ours = [a for a in self.headers.addresses(*fields) if a.lower().endswith(f"@{host}")]
        # What has a token in it says more than what has none.
        return next((each for each in ours if "+" in each), ours[0] if ours else "")

    @cached_property
    def language(self) -> str:
        known = self.about or self.asked or self.confirmation
        subject = "" if known else self.subject
        said = words.language_of(f"{subject}\n{self.own}", words.signature(self.reading.text))
        named = self.headers.first("content-language").lower()[:2]
        return said or (named if named in {"en", "fr"} else "")

    @cached_property
    def secret(self) -> str:
        """What stands in the address of ours after the +, as in that of a confirming letter."""
        host = settings.JOIN_ADDRESS.rpartition("@")[2].casefold()
        name, _at, domain = self.recipient.rpartition("@")
        return name.partition("+")[2] if domain.casefold() == host else ""

    @cached_property
    def asked(self) -> JoinRequest | None:
        """The request whose secret is in the address, or whose letter is answered."""
        if self.secret:
            found = JoinRequest.objects.with_secret(self.secret)
            if found and found.address == self.sender_address:
                return found
        return emails.request_behind(self.about) if self.about else None

    @cached_property
    def confirmation(self) -> Confirmation | None:
        """What was asked for in a room above, by the same signs."""
        if self.secret:
            found = Confirmation.objects.with_secret(self.secret)
            if found and found.address == self.sender_address:
                return found
        return emails.confirmation_behind(self.about) if self.about else None

    @property
    def sender_address(self) -> str:
        return canonical(self.sender) if self.sender else ""

    @cached_property
    def ours_in_thread(self) -> list[Letter]:
        """The letters of ours that it refers to, whoever they were written to."""
        ids = [each for each in self.headers.ids if machines.named_by_us(each)]
        letters = {each.message_id: each for each in Letter.objects.filter(message_id__in=ids)}
        return [letters[each] for each in ids if each in letters]

    @cached_property
    def about(self) -> Letter | None:
        """The letter of ours that its reader answers."""
        mine = [each for each in self.ours_in_thread if each.address == self.sender_address]
        if mine:
            return mine[0]
        bounced = Letter.objects.bounced_to(self.recipient)
        return bounced if bounced and bounced.address == self.sender_address else None

    # --- What becomes of it ----------------------------------------------------

    def reach(self) -> None:
        """Come to an outcome, and do what it asks for."""
        bounced = Letter.objects.bounced_to(self.recipient)
        if bounced and self.is_report:
            return self.is_returned(bounced)
        if machines.is_ours(self.sender) or machines.is_ours(self.line):
            return self.end(State.IGNORED, Outcome.OURS)
        sign = machines.sign_of_a_machine(
            self.reading, self.sender, self.line, self.own, self.subject
        )
        if sign:
            return self.end(State.IGNORED, Outcome.AUTOMATIC, sign, about=self.about)
        if not self.is_writable:
            return self.end(State.WAITING, Outcome.ODD, NO_ONE_SENDER)
        if self.refers_to_nothing_of_ours:
            return self.end(State.IGNORED, Outcome.AUTOMATIC, NO_REPLY_OF_OURS)
        return self.of_a_person()

    def of_a_person(self) -> None:
        answered = self.about or self.letter
        leaves = words.asks_to_leave(self.own, self.subject)
        # Who holds a letter of ours may leave, proven or not.
        if answered and leaves:
            leave_lists(answered, how=Stop.How.REPLY)
            return self.end(State.DONE, Outcome.LEFT, about=answered)
        if Block.objects.stop(self.sender):
            return self.end(State.IGNORED, Outcome.BLOCKED, about=answered)
        if not machines.is_proven(self.headers, self.sender):
            return self.end(State.WAITING, Outcome.UNPROVEN, NOT_PROVEN, about=answered)
        if self.asked:
            return self.confirms(self.asked)
        if self.confirmation:
            return self.says_yes(self.confirmation)
        if answered or self.ours_in_thread:
            why = "" if answered else OTHER_READER
            return self.end(State.WAITING, Outcome.KEPT, why, about=answered)
        if leaves:
            return self.end(State.WAITING, Outcome.KEPT, LEAVES_UNBIDDEN)
        if canonical(self.recipient) != canonical(settings.JOIN_ADDRESS):
            return self.end(State.WAITING, Outcome.KEPT, NOT_TO_JOIN)
        return self.asks()

    @property
    def letter(self) -> Letter | None:
        """The letter that asked to confirm what it carries the secret of."""
        if self.asked:
            return emails.letter_of(self.asked)
        return emails.letter_about(self.confirmation) if self.confirmation else None

    @property
    def is_report(self) -> bool:
        return self.line == machines.NULL_SENDER or self.reading.kind == "multipart/report"

    @property
    def is_writable(self) -> bool:
        """Whether it has one sender, who can be written to."""
        try:
            return bool(postal(self.sender))
        except BadLetter:
            return False

    @property
    def refers_to_nothing_of_ours(self) -> bool:
        """Whether it claims to follow a letter of ours that we do not know (SECURITY.md M1)."""
        claims = any(map(machines.named_by_us, self.headers.ids))
        known = self.ours_in_thread or self.asked or self.confirmation
        return claims and not known

    def is_returned(self, letter: Letter) -> None:
        """A report on a letter of ours, under our seal."""
        status = reports.status_of(self.reading)
        if status.startswith("5"):
            suspended = reports.suspend(letter, status)
            why = SUSPENDED if suspended else status
            return self.end(State.DONE, Outcome.BOUNCED, why, about=letter)
        if status.startswith("4"):
            return self.end(State.DONE, Outcome.DELAYED, status, about=letter)
        return self.end(State.IGNORED, Outcome.AUTOMATIC, "multipart/report", about=letter)

    def confirms(self, asked: JoinRequest) -> None:
        """A reply to the confirming letter, from the address that it went to."""
        letter = emails.letter_of(asked)
        if words.refuses(self.own):
            return self.end(State.WAITING, Outcome.KEPT, REFUSES, about=letter)
        more = words.is_for_a_person(self.own)
        state, why = (State.WAITING, SAYS_MORE) if more else (State.DONE, "")
        waited = asked.may_be_confirmed
        if confirm(asked, how=Consent.How.REPLY):
            return self.end(state, Outcome.CONFIRMED, why, about=letter, join_request=asked)
        theirs = Q(member__address=asked.address) | Q(email__iexact=asked.email)
        if waited and User.objects.filter(theirs, is_active=False).exists():
            return self.end(State.WAITING, Outcome.KEPT, NOT_POSSIBLE, about=letter)
        asked.refresh_from_db()
        if asked.state == JoinRequest.State.CONFIRMED:
            return self.end(state, Outcome.CONFIRMED, why or BEFORE, about=letter)
        return self.asks()  # too late: a fresh letter, in the same thread

    def says_yes(self, confirmation: Confirmation) -> None:
        """A reply to the letter of a room above, from the address that it went to."""
        letter = self.about or self.letter
        if words.refuses(self.own):
            return self.end(State.WAITING, Outcome.KEPT, REFUSES, about=letter)
        if confirmation.may_be_confirmed and not was_told_all(confirmation):
            return self.is_told_anew(confirmation, letter)
        more = words.is_for_a_person(self.own)
        state, why = (State.WAITING, SAYS_MORE) if more else (State.DONE, "")
        try:
            if confirm_by_reply(confirmation):
                return self.end(state, Outcome.SAID_YES, why, about=letter)
        except Refused:
            return self.end(State.WAITING, Outcome.KEPT, NOT_POSSIBLE, about=letter)
        confirmation.refresh_from_db()
        if confirmation.state == Confirmation.State.CONFIRMED:
            return self.end(state, Outcome.SAID_YES, why or BEFORE, about=letter)
        return self.end(State.WAITING, Outcome.KEPT, CAME_LATE, about=letter)

    def is_told_anew(self, confirmation: Confirmation, letter: Letter | None) -> None:
        """More hangs on it than its letter listed: nothing is confirmed unseen."""
        if Confirmation.objects.with_secret(self.secret) != confirmation:
            return self.end(State.WAITING, Outcome.KEPT, ONLY_THE_LINK, about=letter)
        confirmation.secret = self.secret.lower()
        answer = tell_anew(confirmation, headers=self.threading())
        more = words.is_for_a_person(self.own)
        state, why = (State.WAITING, SAYS_MORE) if more else (State.DONE, "")
        return self.end(state, Outcome.TOLD_ANEW, why, about=letter, answer=answer)

    def asks(self) -> None:
        """A person's first words to join@: the confirming letter, as the form sends it."""
        if not self.line or exact(self.line) != exact(self.sender):
            return self.end(State.WAITING, Outcome.UNPROVEN, OTHER_SENDER)
        more = words.is_for_a_person(self.own)
        answers = InboundMessage.objects.answered_by_itself()
        here = answers.filter(
            sender_address=self.sender_address, judged_at__gt=timezone.now() - DAY
        ).count()
        in_words = self.asked or words.asks_to_join(self.own, self.subject)
        if here >= (ANSWERS_ASKED_FOR if in_words else ANSWERS_A_DAY):
            return self.too_many(TOO_MANY_HERE, more or not in_words)
        lately = answers.filter(judged_at__gt=timezone.now() - timedelta(hours=1))
        if lately.count() >= settings.INBOUND_ANSWERS_AN_HOUR:
            log.warning("Over the limit: automatic answers")
            return self.too_many(TOO_MANY_IN_ALL, True)
        asked = ask_to_join(
            self.sender,
            language=self.language or settings.LANGUAGE_CODE,
            how=JoinRequest.How.MAIL,
            headers=self.threading(),
            both=not self.language,
            name=self.name,
            announcements=True,
        )
        if asked is None:
            return self.too_many(TOO_MANY_HERE, more)
        return self.end(
            State.WAITING if more else State.DONE,
            Outcome.ASKED_TO_JOIN,
            SAYS_MORE if more else "",
            answer=emails.letter_of(asked),
            join_request=asked,
        )

    def too_many(self, why: str, for_staff: bool) -> None:
        state = State.WAITING if for_staff else State.IGNORED
        return self.end(state, Outcome.TOO_MANY, why)

    def threading(self) -> dict[str, str]:
        """The headers that put our answer under what it answers."""
        return threaded(self.headers.message_id, self.headers.ids)

    def end(
        self,
        state: InboundMessage.State,
        outcome: InboundMessage.Outcome,
        why: str = "",
        **facts: Any,
    ) -> None:
        self.message.mark_judged(state, outcome, why=why, **facts)


def threaded(message_id: str, before: list[str]) -> dict[str, str]:
    """In-Reply-To and References for an answer to a message; nothing where it has no name."""
    if not message_id:
        return {}
    chain = [message_id]
    for each in before:
        if len(" ".join([each, *chain])) <= REFERENCES_LENGTH:
            chain.insert(0, each)
    return {"In-Reply-To": message_id, "References": " ".join(chain)}
