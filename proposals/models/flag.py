"""Flags: what visitors say is wrong with a proposal that is public."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from network.models import Confirmation
from opengov_portal.lib.languages import colon
from proposals.models.proposal import Proposal

FLAG_WORDS_LENGTH = 500  # characters


class FlagQuerySet(models.QuerySet["Flag"]):
    def open(self) -> Self:
        """Those that no moderator has looked at."""
        return self.filter(handled_at__isnull=True)

    def oldest(self) -> Self:
        return self.order_by("at", "pk")


class Flag(models.Model):
    """That someone thinks a public proposal should not be: for which reason, in their words.

    Nobody has to say who they are. One network counts once until a moderator has
    answered; from which it came cannot be read (`network` is made with our own key), and
    is forgotten then.
    """

    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="flags", verbose_name=_("proposal")
    )
    reason = models.CharField(_("reason"), max_length=18, choices=Proposal.Reason.choices)
    words = models.TextField(_("in their words"), max_length=FLAG_WORDS_LENGTH, blank=True)
    network = models.CharField(max_length=32, null=True, blank=True, editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now)
    handled_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("looked at by"),
    )
    handled_words = models.TextField(_("what was found"), max_length=1000, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        indexes = [models.Index(fields=["handled_at", "at"], name="flag_open")]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "network"], name="flag_once_a_network"),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_words="")
                | Q(handled_at__isnull=False, network__isnull=True) & ~Q(handled_words=""),
                name="flag_is_answered_with_words",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.proposal_id}{colon()} {self.get_reason_display()}"

    @classmethod
    def forget_networks(cls, now: datetime) -> int:
        """After 30 days one network may flag again: which it was is forgotten."""
        old = cls.objects.filter(at__lte=now - Confirmation.KEPT, network__isnull=False)
        return old.update(network=None)

    @classmethod
    def put(cls, proposal: Proposal, *, reason: str, words: str = "", network: str = "") -> None:
        """A visitor flags it. A second time from one network changes nothing."""
        mark = salted_hmac("portal.flag", network, algorithm="sha256").hexdigest()[:32]
        new = Flag(
            proposal=proposal, reason=reason, words=words.strip(), network=mark if network else None
        )
        Flag.objects.bulk_create([new], ignore_conflicts=True)
