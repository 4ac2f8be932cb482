"""Responses: the answer that every proposal ends with, its reason, and who gives it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.models import Commitment, Institution
from opengov_portal.lib.languages import Words, colon, pick
from proposals.models.proposal import Proposal

# The shape beside each outcome: whole, in part, going on already, and not.
MARKS = {
    "adopted": "done",
    "in_part": "moving",
    "under_way": "yes",
    "not_now": "slow",
    "out_of_reach": "no",
}


class ResponseQuerySet(models.QuerySet["Response"]):
    def current(self) -> Self:
        """Those that stand: no later one took their place."""
        return self.filter(replaced_at__isnull=True)


class ToAnswer(Proposal):
    """A proposal as those see it who answer: a window of their own in the admin."""

    class Meta:
        proxy = True
        verbose_name = _("proposal to answer")
        verbose_name_plural = _("proposals to answer")


class Response(models.Model):
    """The reasoned answer to a proposal (OGP standard 3.1: a reasoned response).

    One stands at a time. Changing it writes another and keeps the old one in sight.
    """

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("Adopted")
        IN_PART = "in_part", _("Adopted in part")
        NOT_NOW = "not_now", _("Not now")
        UNDER_WAY = "under_way", _("Already under way")
        OUT_OF_REACH = "out_of_reach", _("Outside the plan’s reach")

    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="responses", verbose_name=_("proposal")
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    reason_en = models.TextField(_("reason (English)"), max_length=5000)
    reason_fr = models.TextField(_("reason (French)"), max_length=5000)
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        related_name="responses",
        verbose_name=_("institution that answers"),
    )
    office_en = models.CharField(
        _("office (English)"), max_length=200, help_text=_("A person’s name is not needed.")
    )
    office_fr = models.CharField(_("office (French)"), max_length=200)
    commitments = models.ManyToManyField(
        Commitment, verbose_name=_("commitments"), blank=True, related_name="responses"
    )
    answered_on = models.DateField(_("date of the answer"))
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    written_at = models.DateTimeField(_("written here"), default=timezone.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True, editable=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        permissions = [
            (
                "answer_as_responder",
                "Can answer what was referred to the institution they speak for",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(replaced_at__isnull=True),
                name="response_one_stands",
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["adopted", "in_part", "not_now", "under_way", "out_of_reach"]
                ),
                name="response_outcome_known",
            ),
            models.CheckConstraint(
                condition=~Q(reason_en="") & ~Q(reason_fr=""),
                name="response_reason_in_both_languages",
            ),
            models.CheckConstraint(
                condition=~Q(office_en="") & ~Q(office_fr=""),
                name="response_names_the_office_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}{colon()} {self.get_outcome_display()}"

    @property
    def label(self) -> str:
        """The outcome in the reader's words."""
        return str(Response.Outcome(self.outcome).label)

    @property
    def mark(self) -> str:
        """The shape that is drawn beside the outcome."""
        return MARKS[self.outcome]

    @property
    def reason(self) -> Words:
        return pick(self, "reason")

    @property
    def office(self) -> Words:
        return pick(self, "office")
