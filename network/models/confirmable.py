"""What waits for the owner of an address to say yes: by a link, by a code, or by replying."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from network.models.consent import ORIGIN_LENGTH
from opengov_portal.lib.mail import ADDRESS_LENGTH, canonical
from opengov_portal.lib.seals import base32
from opengov_portal.lib.states import Stateful

SECRET_BYTES = 20  # 160 random bits (SECURITY.md D1 asks for 128)
CODE_DIGITS = 6

One = TypeVar("One", bound="Confirmable")


def digest(secret: str) -> str:
    """How a secret is kept. It is random and long, so no salt is needed."""
    return sha256(secret.encode()).hexdigest()


class ConfirmableQuerySet(models.QuerySet[One]):
    def of(self, address: str) -> Self:
        """Those for an address, however it is typed."""
        return self.filter(address=canonical(address))

    def with_secret(self, secret: str) -> One | None:
        """The one of a link or of a reply; in whatever case a mail program put it."""
        return self.filter(secret_digest=digest(secret.strip().lower())).first()

    def stale(self, now: datetime) -> Self:
        """Of no more use: unconfirmed for KEPT, or confirmed that long ago (SECURITY.md D5)."""
        return self.filter(created_at__lte=now - self.model.KEPT)

    def newest(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def forget(self) -> int:
        """Delete them, some hundreds at a time so that nobody waits long. Returns how many."""
        forgotten = 0
        while some := list(self.values_list("pk", flat=True)[:500]):
            self.model._default_manager.filter(pk__in=some).delete()
            forgotten += len(some)
        return forgotten


class Confirmable(Stateful):
    """That an address was given by someone who has yet to show that it is theirs.

    Whoever has the secret of the letter (its link, its reply address) or its code
    shows it. Nothing is believed before that.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a confirmation")
        CONFIRMED = "confirmed", _("Confirmed")

    NEXT = {State.WAITING: {State.CONFIRMED}, State.CONFIRMED: set()}

    VALID = timedelta(days=7)
    KEPT = timedelta(days=30)
    CODE_VALID = timedelta(minutes=15)
    CODE_TRIES = 5
    # SECURITY.md D3: letters ever to an address that has not confirmed, and their pace.
    LETTERS = 5
    PACE = timedelta(minutes=15)

    email = models.CharField(_("address as typed"), max_length=ADDRESS_LENGTH)
    address = models.CharField(max_length=ADDRESS_LENGTH, db_index=True, editable=False)
    origin = models.CharField(_("from which network"), max_length=ORIGIN_LENGTH, blank=True)
    secret_digest = models.CharField(max_length=64, unique=True, editable=False)
    code_digest = models.CharField(max_length=64, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(code_tries__lte=5), name="%(class)s_code_tries"),
            models.CheckConstraint(
                condition=Q(state="waiting", confirmed_at__isnull=True)
                | Q(state="confirmed", confirmed_at__isnull=False),
                name="%(class)s_state_has_its_facts",
            ),
            models.CheckConstraint(
                condition=~Q(email="") & ~Q(address=""), name="%(class)s_for_an_address"
            ),
        ]

    # Known to the object that was just made, for its letter; kept nowhere.
    secret: str = ""
    code: str = ""

    def __str__(self) -> str:
        return self.email

    def make_secrets(self) -> None:
        """Give it a secret and a code, known to this object alone."""
        self.secret = base32(secrets.token_bytes(SECRET_BYTES))
        self.code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        self.secret_digest = digest(self.secret)
        self.code_digest = self.digest_of(self.code)

    def digest_of(self, code: str) -> str:
        """How a code is kept: six digits are few, so under our key and with the secret's digest."""
        made = salted_hmac("portal.join.code", self.secret_digest + code, algorithm="sha256")
        return made.hexdigest()

    # --- Questions -------------------------------------------------------------

    @property
    def expires_at(self) -> datetime:
        return self.created_at + self.VALID

    @property
    def is_expired(self) -> bool:
        return self.state == self.State.WAITING and timezone.now() >= self.expires_at

    @property
    def may_be_confirmed(self) -> bool:
        return self.state == self.State.WAITING and not self.is_expired

    # --- Verbs -----------------------------------------------------------------

    def try_code(self, code: str) -> bool:
        """Whether these digits are its code; each try counts, CODE_TRIES in CODE_VALID at most.

        The try is counted before the digits are looked at, so that many at once
        are no way round the limit.
        """
        rows: Callable[..., Any] = type(self)._default_manager.filter
        left = rows(
            pk=self.pk,
            state=self.State.WAITING,
            code_tries__lt=self.CODE_TRIES,
            created_at__gt=timezone.now() - self.CODE_VALID,
        )
        if not left.update(code_tries=F("code_tries") + 1):
            return False
        return constant_time_compare(self.digest_of(code), self.code_digest)

    def mark_confirmed(self) -> bool:
        """Its address is its owner's. False when it was confirmed before, or came too late.

        An action calls it, in the transaction that does what was confirmed.
        """
        now = timezone.now()
        in_time = Q(created_at__gt=now - self.VALID)
        return self._move(self.State.CONFIRMED, in_time, confirmed_at=now)
