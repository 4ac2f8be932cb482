"""Letters: the outbox. A letter is a row, written with the change that it tells of."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NotRequired, TypedDict, Unpack
from urllib.parse import urlsplit

from celery import signature
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from network.models.deed import Deed
from network.models.outbox import LetterQuerySet
from network.models.stop import Stop
from network.models.user import User
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.mail import (
    ADDRESS_LENGTH,
    SUBJECT_LENGTH,
    Incomplete,
    Words,
    canonical,
    checked_headers,
    postal,
    waiting,
    without_addresses,
    written,
)
from opengov_portal.lib.seals import TOKEN_LENGTH, new_token, sealed
from opengov_portal.lib.states import Stateful
from opengov_portal.lib.tasks import ask

POSTING = "network.tasks.post_letters"
BY_HAND = {"network/emails/answer_message"}  # what a person wrote is no automatic reply


class Asked(TypedDict):
    """What `Letter.write` takes, and `Letter.build` explains."""

    to: str
    language: str
    context: Mapping[str, Any]
    kind: NotRequired["Letter.Kind"]
    user: NotRequired[User | None]
    reply_to: NotRequired[str]
    headers: NotRequired[Mapping[str, str] | None]


class Letter(Stateful):
    """One letter to one address, owed from the moment it is written until it is posted.

    What it says is kept until it is posted and then forgotten: codes and links in
    it open things. So nothing that opens anything belongs in the subject, which
    stays and which staff can read.
    """

    class Kind(models.TextChoices):
        """Whether someone asked for it a moment ago, or it goes to many."""

        ANSWER = "answer", _("Answer")
        # The only one that goes to an address which refused letters: who holds it asks for it.
        CONFIRM = "confirm", _("Asks to confirm")
        LIST = "list", _("To a list")

    class State(models.TextChoices):
        OWED = "owed", _("Owed")
        CLAIMED = "claimed", _("Being posted")
        POSTED = "posted", _("Posted")
        FAILED = "failed", _("Failed")
        WITHHELD = "withheld", _("Withheld")

    NEXT = {
        State.OWED: {State.CLAIMED, State.WITHHELD},
        State.CLAIMED: {State.POSTED, State.OWED, State.FAILED},
        State.POSTED: set(),
        State.FAILED: {State.OWED},
        State.WITHHELD: {State.OWED},
    }

    GIVE_UP_AFTER = timedelta(days=5)

    to = models.CharField(_("to"), max_length=ADDRESS_LENGTH)
    address = models.CharField(max_length=ADDRESS_LENGTH, db_index=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name=_("account"),
    )
    announcement = models.ForeignKey(
        "network.Announcement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="letters",
        verbose_name=_("announcement"),
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices, default=Kind.ANSWER)
    key = models.CharField(_("key"), max_length=200, unique=True)
    template = models.CharField(_("template"), max_length=100)
    subject = models.CharField(_("subject line"), max_length=SUBJECT_LENGTH)
    text = models.TextField(blank=True, editable=False)
    html = models.TextField(blank=True, editable=False)
    headers = models.JSONField(default=dict, blank=True, editable=False)
    token = models.CharField(max_length=TOKEN_LENGTH, unique=True, editable=False)
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True, editable=False)

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OWED)
    owed_since = models.DateTimeField(_("owed since"), default=timezone.now)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True, default=timezone.now)
    claimed_until = models.DateTimeField(_("being posted until"), null=True, blank=True)
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            models.Index(
                fields=["kind", "next_try_at", "id"],
                condition=Q(state="owed"),
                name="letter_due",
            ),
            models.Index(
                fields=["claimed_until"], condition=Q(state="claimed"), name="letter_claimed"
            ),
            models.Index(
                fields=["announcement", "state"],
                condition=Q(announcement__isnull=False),
                name="letter_of_announcement",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["answer", "confirm", "list"]), name="letter_kind"
            ),
            models.CheckConstraint(condition=Q(language__in=["en", "fr"]), name="letter_language"),
            models.CheckConstraint(
                condition=~Q(to="") & ~Q(address="") & ~Q(key="") & ~Q(subject=""),
                name="letter_says_to_whom_and_what",
            ),
            models.CheckConstraint(
                condition=(Q(state="posted") & Q(text="") & Q(html=""))
                | (~Q(state="posted") & ~Q(text="") & ~Q(html="")),
                name="letter_is_forgotten_once_posted",
            ),
            models.CheckConstraint(
                condition=Q(state="owed", next_try_at__isnull=False)
                & Q(claimed_until__isnull=True, posted_at__isnull=True)
                | Q(state="claimed", claimed_until__isnull=False, attempts__gte=1)
                & Q(next_try_at__isnull=True, posted_at__isnull=True)
                | Q(state="posted", posted_at__isnull=False, attempts__gte=1)
                & Q(next_try_at__isnull=True, claimed_until__isnull=True)
                | Q(state="failed", attempts__gte=1) & ~Q(last_error="")
                & Q(next_try_at__isnull=True, claimed_until__isnull=True, posted_at__isnull=True)
                | Q(state="withheld", next_try_at__isnull=True)
                & Q(claimed_until__isnull=True, posted_at__isnull=True),
                name="letter_state_has_its_facts",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject

    # --- Writing ---------------------------------------------------------------

    @classmethod
    def write(cls, template: str, *, key: str, **asked: Unpack[Asked]) -> "Letter":
        """Write a letter, in the transaction of the change that it tells of.

        Takes what `build` takes. With a key that was used before, the letter of
        that key is given back as it is, and nothing is written. After the commit
        it is asked to be posted; this never fails the one who asks.
        """
        letter = Letter.build(template, key=key, **asked)
        Letter.objects.bulk_create([letter], ignore_conflicts=True)
        ask(signature(POSTING))
        return Letter.objects.get(key=key)

    @classmethod
    def build(
        cls,
        template: str,
        *,
        to: str,
        language: str,
        key: str,
        context: Mapping[str, Any],
        kind: "Letter.Kind" = Kind.ANSWER,
        user: User | None = None,
        reply_to: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> "Letter":
        """A letter that is not yet kept, its words rendered in that language.

        Those who write to many keep theirs with `bulk_create(…, ignore_conflicts=True)`.
        `headers` may thread it: In-Reply-To and References. Raises BadLetter when a
        header could begin another or a part is too large, Incomplete when a letter
        to a list lacks what the law asks of it.
        """
        letter = Letter.blank(to=to, language=language, key=key, kind=kind, user=user)
        letter.template = template
        said = written(template, language, {**letter.surroundings(), **context})
        letter.say(said, reply_to=reply_to, headers=headers)
        return letter

    @classmethod
    def blank(cls, *, to: str, **facts: Any) -> "Letter":
        """A letter that does not yet say anything. Raises BadLetter for what is no address."""
        host = urlsplit(settings.SITE_URL).hostname
        return Letter(
            to=postal(to),
            address=canonical(to),
            token=new_token(),
            message_id=f"<{secrets.token_hex(16)}@{host}>",
            **facts,
        )

    def say(
        self, said: Words, *, reply_to: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        """Give it its words and its headers. Raises as `build` does."""
        if self.kind == self.Kind.LIST:
            self.check_complete(said)
        self.subject, self.text, self.html = said.subject, said.text, said.html
        self.headers = self.whole_headers(reply_to, headers or {})

    def surroundings(self) -> dict[str, Any]:
        """What every template of a letter may use."""
        return {
            "language": self.language,
            "site_url": settings.SITE_URL,
            "sender_name": self.sender_name,
            "mailing_address": settings.MAILING_ADDRESS,
            "contact_address": settings.CONTACT_ADDRESS,
            "join_address": settings.JOIN_ADDRESS,
            "leave_url": self.leave_url if self.kind == self.Kind.LIST else "",
        }

    def check_complete(self, said: Words) -> None:
        """Raises Incomplete unless text and HTML both hold all that a list letter must."""
        needed = {
            "the sender": self.sender_name,
            "the mailing address": settings.MAILING_ADDRESS,
            "a contact": settings.CONTACT_ADDRESS,
            "a way out": self.leave_url,
        }
        for what, words in needed.items():
            if not words or words not in said.text or escape(words) not in said.html:
                raise Incomplete(f"The letter {self.template} lacks {what} ({self.language}).")

    def whole_headers(self, reply_to: str, more: Mapping[str, str]) -> dict[str, str]:
        """The headers it carries besides those of every letter. Raises BadLetter."""
        threading = checked_headers(more)
        answers = "in-reply-to" in {name.lower() for name in threading}
        machine = "auto-replied" if answers else "auto-generated"
        whole = {**threading, "Auto-Submitted": "no" if self.template in BY_HAND else machine}
        if reply_to:
            whole["Reply-To"] = postal(reply_to)
        if self.kind == self.Kind.LIST:
            whole["List-Unsubscribe"] = f"<{self.leave_url}>"
            whole["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return whole

    # --- Questions -------------------------------------------------------------

    @property
    def sender_name(self) -> str:
        """Who sends it, in its language."""
        name: str = settings.SENDER_NAME_FR if self.language == "fr" else settings.SENDER_NAME
        return name

    @property
    def is_held(self) -> bool:
        """Whether there is time left in the claim on it."""
        return self.claimed_until is not None and timezone.now() < self.claimed_until

    @property
    def may_be_posted_again(self) -> bool:
        return self.state in {self.State.FAILED, self.State.WITHHELD}

    @cached_property
    def leave_url(self) -> str:
        """Where its reader leaves, in its language: a page with a button, and the one click."""
        with override(self.language):
            return settings.SITE_URL + reverse("network:leave", args=[sealed(self.token, "leave")])

    @property
    def bounce_address(self) -> str:
        """Where reports of its delivery come back to, under a seal that only we can make."""
        host = settings.JOIN_ADDRESS.rpartition("@")[2]
        return f"bounce+{sealed(self.token, 'bounce')}@{host}"

    # --- Verbs -----------------------------------------------------------------

    def claim(self) -> bool:
        """Take it for posting, for LETTER_LEASE_SECONDS; of several who ask, one gets it.

        False when another has it, when its announcement is paused, or when its reader
        wants no such letter: then it is withheld.
        """
        now = timezone.now()
        scopes = Q(scope=Stop.Scope.ALL)
        if self.kind == self.Kind.LIST:
            scopes |= Q(scope=Stop.Scope.LISTS)
        if self.kind == self.Kind.CONFIRM:
            scopes &= ~Q(how=Stop.How.BOUNCED)
        unwanted = Q(Exists(Stop.objects.filter(scopes, address=OuterRef("address"))))
        may_go = Q(next_try_at__lte=now)
        if self.announcement:
            unwanted |= self.announcement.unticked()
            may_go &= ~self.announcement.held()
        mine = self._move(
            self.State.CLAIMED,
            may_go & ~unwanted,
            claimed_until=now + timedelta(seconds=settings.LETTER_LEASE_SECONDS),
            attempts=F("attempts") + 1,
        )
        if mine:
            self.attempts += 1
        else:
            self._move(self.State.WITHHELD, unwanted)
        return mine

    def mark_posted(self) -> bool:
        """The mail server has taken it. False when the claim had lapsed meanwhile."""
        return self._move(
            self.State.POSTED, self._held, posted_at=timezone.now(), last_error="", text="", html=""
        )

    def try_later(self, error: str) -> bool:
        """It could not go now, and may go later; after GIVE_UP_AFTER it has failed."""
        now = timezone.now()
        if now - self.owed_since >= self.GIVE_UP_AFTER:
            return self.mark_failed(error)
        return self._move(
            self.State.OWED,
            self._held,
            next_try_at=now + waiting(self.attempts),
            last_error=without_addresses(error),
        )

    def mark_failed(self, error: str) -> bool:
        """It won't go, however often it is tried."""
        said = without_addresses(error) or "?"
        return self._move(self.State.FAILED, self._held, last_error=said)

    def take_back(self) -> bool:
        """From a worker whose lease is over: at once, and each time later after that."""
        now = timezone.now()
        error = "The worker that was posting it did not finish."
        if now - self.owed_since >= self.GIVE_UP_AFTER:
            return self.mark_failed(error)
        again = now + (waiting(self.attempts - 1) if self.attempts > 1 else timedelta())
        return self._move(self.State.OWED, self._held, next_try_at=again, last_error=error)

    @transaction.atomic
    def post_again(self, *, by: User) -> None:
        """Owe it anew, at staff's word. Raises Refused for one that is owed, or was posted."""
        if not by.has_perm("network.change_letter"):
            raise PermissionDenied
        now = timezone.now()
        moved = self.may_be_posted_again and self._move(
            self.State.OWED, next_try_at=now, owed_since=now, attempts=0
        )
        if not moved:
            raise Refused(_("This letter cannot be posted again."))
        Deed.record(Deed.Act.SENT, self, by=by)
        ask(signature(POSTING))

    @property
    def _held(self) -> Q:
        """That the claim is still the one this object knows; each is later than the last."""
        return Q(claimed_until=self.claimed_until)

    def _move(self, state: "Letter.State", only: Q | None = None, **facts: Any) -> bool:
        """As any state moves; what was so of the last one alone is no more."""
        past = {"next_try_at": None, "claimed_until": None, "posted_at": None}
        return super()._move(state, only, **past | facts)
