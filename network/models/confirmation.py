"""Confirmations: the one letter by which the owner of an address says yes to what was asked."""

from datetime import datetime
from hashlib import sha256
from typing import Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.confirmable import Confirmable, ConfirmableQuerySet
from opengov_portal.lib.mail import canonical


def seal_of(lines: list[str]) -> str:
    """What was shown to someone who says yes to it."""
    return sha256("\n".join(lines).encode()).hexdigest()


class ConfirmationQuerySet(ConfirmableQuerySet["Confirmation"]):
    def waiting(self) -> Self:
        """Those that may still be confirmed."""
        in_time = Q(created_at__gt=timezone.now() - Confirmation.VALID)
        return self.filter(in_time, state=Confirmation.State.WAITING)

    def written(self) -> Self:
        """Those that brought their address a letter."""
        return self.filter(ordinal__isnull=False)

    def unwritten(self) -> Self:
        return self.filter(ordinal__isnull=True)


class Confirmation(Confirmable):
    """That something was asked for with an address, in a room above this one.

    What was asked for (an idea put forward, a support, a wish to follow) leads to its
    confirmation and is nobody's word before that is confirmed. What the same browser
    asks within PACE hangs on the same confirmation: one letter, one yes.

    Where the address has had its letters for now (PACE, and LETTERS since it last said
    yes) the row is kept without one: the next letter to this address, and the page of
    its link, tell of it too, apart, and it is confirmed only where it is chosen there;
    or by the code of the letter before, typed in the browser where it was asked for.
    """

    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    ordinal = models.PositiveIntegerField(
        _("which letter to this address"), null=True, blank=True, editable=False
    )
    # The seal of the lines that the letter listed: a reply says yes to those alone.
    told = models.CharField(max_length=64, blank=True, editable=False)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [
            *Confirmable.Meta.constraints,
            # Of two that ask at once for one address, one gets the letter.
            models.UniqueConstraint(fields=["address", "ordinal"], name="confirmation_in_turn"),
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _label in settings.LANGUAGES]),
                name="confirmation_language_known",
            ),
        ]

    # --- Asking ----------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def ask(
        cls,
        email: str,
        *,
        language: str,
        origin: str = "",
        here: "Confirmation | None" = None,
        may_write: bool = True,
    ) -> "Confirmation":
        """A confirmation to hang something on; a letter is due if it has a `secret`.

        `here` is what this browser asked for before, where it did: within PACE, and for
        the same address, that one is given back, and its letter will do. None is due
        unless it `may_write`.
        """
        now = timezone.now()
        asked = cls.still_open(here, email, now) if here else None
        if asked is None:
            asked = cls.unasked(email, language=language, origin=origin)
            asked.created_at = now
        elif asked.ordinal:
            return asked
        last, is_due = cls.next_letter(asked.address, now)
        if is_due and may_write:
            unasked, asked.ordinal = asked.ordinal, last + 1
            try:
                with transaction.atomic():
                    asked.make_secrets()
                    asked.created_at, asked.language = now, language
                    asked.save()
                return asked
            except IntegrityError:  # another has just had the letter
                asked.ordinal = unasked
        asked.secret = asked.code = ""
        asked.save()
        return asked

    @classmethod
    def still_open(cls, here: "Confirmation", email: str, now: datetime) -> "Confirmation | None":
        """What this browser asked for a moment ago with the same address, and held.

        It is held until what is asked now hangs on it: who says yes meanwhile waits.
        """
        mine = cls.objects.waiting().filter(pk=here.pk, created_at__gt=now - cls.PACE)
        return mine.filter(address=canonical(email)).select_for_update().first()

    @classmethod
    def next_letter(cls, address: str, now: datetime) -> tuple[int, bool]:
        """The ordinal of its last letter, and whether the next may be written (SECURITY.md D3).

        An address that has said yes pends no longer: both limits begin anew.
        """
        mine = cls.objects.filter(address=address)
        last = mine.aggregate(last=Max("ordinal"))["last"] or 0
        said_yes = mine.aggregate(at=Max("confirmed_at"))["at"]
        pending = mine.written().filter(created_at__gt=said_yes) if said_yes else mine.written()
        lately = pending.filter(created_at__gt=now - cls.PACE).exists()
        return last, pending.count() < cls.LETTERS and not lately

    @classmethod
    def unasked(cls, email: str, *, language: str, origin: str = "") -> "Confirmation":
        """One that is not kept, with a secret and a code of its own."""
        asked = cls(email=email, address=canonical(email), language=language, origin=origin)
        asked.make_secrets()
        return asked

    # --- Questions -------------------------------------------------------------

    def others(self) -> ConfirmationQuerySet:
        """What else waits for this address and had no letter of its own, newest first."""
        mine = Confirmation.objects.waiting().unwritten().filter(address=self.address)
        return mine.exclude(pk=self.pk).newest()

    # --- Verbs -----------------------------------------------------------------

    def try_code(self, code: str) -> bool:
        """Whether these digits are those of the last letter to its address; each try counts.

        Typed where this was asked for, they show whose it is, though another browser's
        asking brought the letter. They are good once.
        """
        mine = Confirmation.objects.waiting().written().filter(address=self.address)
        written = mine.order_by("-ordinal").first()
        if written is None or not super(Confirmation, written).try_code(code):
            return False
        Confirmation.objects.filter(pk=written.pk).update(code_tries=self.CODE_TRIES)
        return True

    def tell(self, lines: list[str]) -> None:
        """Keep what its letter lists, in the transaction that writes it."""
        self.told = seal_of(lines)
        Confirmation.objects.filter(pk=self.pk).update(told=self.told)
