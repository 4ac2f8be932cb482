"""Happenings: what became different about proposals and calls, for those who follow them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.models import Commitment
from network.models import Organization
from opengov_portal.lib.languages import colon
from proposals.models.consultation import Consultation
from proposals.models.proposal import Proposal


class HappeningQuerySet(models.QuerySet["Happening"]):
    def oldest(self) -> Self:
        return self.order_by("pk")

    def newest(self) -> Self:
        return self.order_by("-at", "-pk")

    def told_in_public(self) -> Self:
        """Those whose proposal, where they have one, may still be spoken of."""
        return self.filter(
            Q(proposal__isnull=True) | Q(proposal__state__in=["published", "merged"])
        )

    def with_subject(self) -> Self:
        """With all that a line on each says."""
        return self.select_related(
            "consultation",
            "organization",
            "commitment__plan",
            "proposal__consultation",
            "proposal__merged_into",
        )


class Happening(models.Model):
    """One thing that happened to a proposal or to a call. Append-only.

    Written by `proposals.happenings.record` alone, whose turn makes their numbers come
    in the order of their commits: who has been told of one has been told of all before.
    """

    class Kind(models.TextChoices):
        PUBLISHED = "published", _("Published")
        ANSWERED = "answered", _("Answered")
        REANSWERED = "reanswered", _("The answer was changed")
        MERGED = "merged", _("Merged into another")
        HIDDEN = "hidden", _("Removed")
        RESTORED = "restored", _("Back again")
        WITHDRAWN = "withdrawn", _("Withdrawn by its author")
        BECAME = "became", _("Became a commitment")
        SUPPORTED = "supported", _("Supported by an organization")
        ANNOUNCED = "announced", _("Announced")
        OPENED = "opened", _("Open for ideas")
        EXTENDED = "extended", _("Extended")
        PAUSED = "paused", _("Paused")
        RESUMED = "resumed", _("Resumed")
        CONCLUDED = "concluded", _("Concluded")
        REOPENED = "reopened", _("Reopened")

    OF_CALLS = (
        Kind.ANNOUNCED, Kind.OPENED, Kind.EXTENDED, Kind.PAUSED, Kind.RESUMED, Kind.CONCLUDED,
        Kind.REOPENED,
    )  # fmt: skip

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.CASCADE,
        null=True,
        related_name="happenings",
        verbose_name=_("proposal"),
    )
    consultation = models.ForeignKey(
        Consultation,
        on_delete=models.CASCADE,
        null=True,
        related_name="happenings",
        verbose_name=_("call for ideas"),
    )
    commitment = models.ForeignKey(
        Commitment,
        on_delete=models.SET_NULL,
        null=True,
        related_name="happenings",
        verbose_name=_("commitment"),
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.SET_NULL,
        null=True,
        related_name="happenings",
        verbose_name=_("organization"),
    )

    objects = HappeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("happening")
        verbose_name_plural = _("happenings")
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=True, consultation__isnull=False)
                | Q(proposal__isnull=False, consultation__isnull=True),
                name="happening_to_a_proposal_or_a_call",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "announced", "opened", "extended", "paused", "resumed", "concluded",
                        "reopened",
                    ],
                    consultation__isnull=False,
                )
                | Q(
                    kind__in=[
                        "published", "answered", "reanswered", "merged", "hidden", "restored",
                        "withdrawn", "became", "supported",
                    ],
                    proposal__isnull=False,
                ),
                name="happening_kind_known",
            ),
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(kind="opened"), name="happening_opened_once"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.proposal or self.consultation}{colon()} {self.get_kind_display()}"
