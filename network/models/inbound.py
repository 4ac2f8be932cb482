"""What came to join@: kept raw before it is judged, so that nothing is lost on the way."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from network.models.decision import Decision, Undoable
from network.models.deed import Deed
from network.models.join_request import JoinRequest
from network.models.letter import Letter
from network.models.user import User
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.mail import ADDRESS_LENGTH, canonical
from opengov_portal.lib.states import Stateful


class InboundMessageQuerySet(models.QuerySet["InboundMessage"]):
    def unjudged(self) -> Self:
        """Kept, and not yet looked at: a worker was killed in between, perhaps."""
        return self.filter(state=InboundMessage.State.RECEIVED)

    def for_staff(self) -> Self:
        """What someone should read."""
        return self.filter(state=InboundMessage.State.WAITING)

    def of(self, address: str) -> Self:
        """What an address sent, however it is typed."""
        return self.filter(sender_address=canonical(address))

    def answered_by_itself(self) -> Self:
        """Those that brought their sender an automatic letter (SECURITY.md M5)."""
        return self.filter(outcome=InboundMessage.Outcome.ASKED_TO_JOIN)

    def stale(self, now: datetime) -> Self:
        """Done with, and kept for as long as they are kept: what waits for staff never is."""
        return self.filter(done_at__lte=now - timedelta(days=settings.INBOUND_KEPT_DAYS))

    def forget_raw(self, now: datetime) -> int:
        """Forget how they came, INBOUND_KEPT_DAYS after: their words stay while they wait."""
        old = self.filter(received_at__lte=now - timedelta(days=settings.INBOUND_KEPT_DAYS))
        judged = old.exclude(state=InboundMessage.State.RECEIVED)
        return judged.exclude(raw=b"").update(raw=b"")

    def newest(self) -> Self:
        return self.order_by("-received_at", "-pk")

    def oldest(self) -> Self:
        return self.order_by("received_at", "pk")


class InboundMessage(Undoable, Stateful):
    """One message that came to an address of ours, as it came, and what became of it."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received, not yet judged")
        DONE = "done", _("Done")
        WAITING = "waiting", _("Waits for staff")
        IGNORED = "ignored", _("Only recorded")
        ANSWERED = "answered", _("Answered by staff")

    class Outcome(models.TextChoices):
        """What it was, and so what was done about it."""

        ASKED_TO_JOIN = "asked_to_join", _("Asks to join: the confirming letter was sent")
        CONFIRMED = "confirmed", _("Confirms: a member now")
        SAID_YES = "said_yes", _("Says yes to what was asked for")
        TOLD_ANEW = "told_anew", _("Says yes: a new letter tells of what was added since")
        LEFT = "left", _("Asks to leave: left")
        BOUNCED = "bounced", _("A letter of ours could not be delivered")
        DELAYED = "delayed", _("A letter of ours is delayed")
        KEPT = "kept", _("A person wrote something else")
        UNPROVEN = "unproven", _("Its sender is not proven")
        AUTOMATIC = "automatic", _("Written by a machine, or to a list")
        OURS = "ours", _("Written by ourselves")
        BLOCKED = "blocked", _("Its sender is blocked")
        TOO_MANY = "too_many", _("Over the limit of automatic answers")
        ODD = "odd", _("It cannot be made sense of")

    class Way(models.TextChoices):
        PIPE = "pipe", _("Handed over by the mail server")
        IMAP = "imap", _("Read from the mailbox")

    NEXT = {
        State.RECEIVED: {State.DONE, State.WAITING, State.IGNORED},
        State.WAITING: {State.ANSWERED, State.DONE},
        State.DONE: {State.ANSWERED},
        State.IGNORED: {State.ANSWERED, State.WAITING},
        State.ANSWERED: set(),
    }

    DECIDED = ("state", "done_at", "answered_by")

    # What judging finds out and writes with the outcome.
    DESCRIBED = [
        "sender", "sender_address", "sender_name", "recipient", "message_id", "subject", "text",
        "language", "is_partial",
    ]  # fmt: skip

    key = models.CharField(
        max_length=64,
        unique=True,
        editable=False,
        help_text="The digest of its Message-ID, sender and text, or of all of it.",
    )
    way = models.CharField(_("way in"), max_length=4, choices=Way.choices)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    raw = models.BinaryField(_("as it came"), editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    is_partial = models.BooleanField(
        _("kept in part"), default=False, help_text=_("It was larger than what is kept.")
    )
    envelope_sender = models.CharField(
        _("sender on the line"), max_length=ADDRESS_LENGTH, blank=True
    )
    sender = models.CharField(_("from"), max_length=ADDRESS_LENGTH, blank=True)
    sender_address = models.CharField(
        max_length=ADDRESS_LENGTH, blank=True, db_index=True, editable=False
    )
    sender_name = models.CharField(_("name"), max_length=150, blank=True)
    recipient = models.CharField(_("to"), max_length=ADDRESS_LENGTH, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=500, blank=True)
    subject = models.CharField(_("subject line"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.RECEIVED
    )
    outcome = models.CharField(_("outcome"), max_length=13, choices=Outcome.choices, blank=True)
    why = models.CharField(_("why"), max_length=300, blank=True)
    judged_at = models.DateTimeField(_("judged"), null=True, blank=True)
    done_at = models.DateTimeField(
        _("done"),
        null=True,
        blank=True,
        help_text=_("From then on it is kept for a while, and then deleted."),
    )
    about = models.ForeignKey(
        Letter,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("about our letter"),
    )
    answer = models.ForeignKey(
        Letter,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="answers_to",
        verbose_name=_("our answer"),
    )
    join_request = models.ForeignKey(
        JoinRequest,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("request to join"),
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    objects = InboundMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message received")
        verbose_name_plural = _("messages received")
        indexes = [
            models.Index(fields=["received_at"], name="inbound_received"),
            models.Index(fields=["outcome", "judged_at"], name="inbound_outcome"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="received", outcome="", judged_at__isnull=True)
                | ~Q(state="received") & ~Q(outcome="") & Q(judged_at__isnull=False),
                name="inbound_judged_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "waiting"], done_at__isnull=True)
                | Q(state__in=["done", "ignored", "answered"], done_at__isnull=False),
                name="inbound_done_has_its_day",
            ),
            models.CheckConstraint(condition=Q(way__in=["pipe", "imap"]), name="inbound_way_known"),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender or self.key

    # --- Questions -------------------------------------------------------------

    @property
    def reason(self) -> str:
        """Why it had that outcome, in the reader's language."""
        return gettext(self.why) if self.why else ""

    @property
    def may_be_answered(self) -> bool:
        """Whether there is someone to answer, and nobody has."""
        return bool(self.sender) and self.State.ANSWERED in self.NEXT[self.State(self.state)]

    def may_be_answered_by(self, user: User | AnonymousUser) -> bool:
        return user.has_perm("network.change_inboundmessage")

    def may_be_undone_by(self, user: User | AnonymousUser) -> bool:
        return user.is_staff and self.may_be_answered_by(user)

    @property
    def taken_back(self) -> dict[str, str]:
        """What an answer said that was undone: it is still there to be put right."""
        undone = Decision.objects.about(self).exclude(undone_at=None).exclude(kept={})
        last = undone.newest().first() if self.may_be_answered else None
        return dict(last.kept) if last else {}

    # --- Verbs -----------------------------------------------------------------

    def mark_judged(self, state: State, outcome: Outcome, *, why: str = "", **facts: Any) -> bool:
        """Keep what it was found to be. False when another has judged it meanwhile."""
        now = timezone.now()
        return self._move(
            state,
            outcome=outcome,
            why=why[:300],
            judged_at=now,
            done_at=None if state == self.State.WAITING else now,
            **{name: getattr(self, name) for name in self.DESCRIBED},
            **facts,
        )

    @transaction.atomic
    def mark_answered(self, *, by: User, **said: str) -> Decision | None:
        """Staff answer it. Raises Refused where there is nobody to answer, or somebody has.

        `said` is what they typed, kept for as long as the answer can be undone.
        """
        now, stood = timezone.now(), self.stands()
        if not self.sender or not self._move(self.State.ANSWERED, answered_by=by, done_at=now):
            raise Refused(_("This message cannot be answered any more."))
        Deed.record(Deed.Act.SENT, self, by=by)
        return self._decided(stood, by=by, **said)

    def keep_answer(self, letter: Letter) -> None:
        """The letter that answers it, written in the transaction of `mark_answered`."""
        self.answer = letter
        self.save(update_fields=["answer"])

    @transaction.atomic
    def mark_done(self, *, by: User) -> Decision | None:
        """Staff have read it, and it needs no answer."""
        if not self.may_be_answered_by(by):
            raise PermissionDenied
        stood = self.stands()
        if self.state != self.State.WAITING or not self._move(
            self.State.DONE, done_at=timezone.now()
        ):
            raise Refused(_("This message does not wait any more."))
        Deed.record(Deed.Act.DECIDED, self, by=by)
        return self._decided(stood, by=by)
