"""Leads: which institution answers for which commitment."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.models.institution import Institution


class Lead(models.Model):
    """That an institution answers for a commitment, as its lead or in support."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead")
        SUPPORTING = "supporting", _("Supporting")

    class NamedBy(models.TextChoices):
        """Who says that it leads or supports; sources disagree, and both sides are kept."""

        OGP_RECORD = "ogp_plan_record", _("The OGP's record")
        MID_TERM_PAGE = "government_mid_term_page", _("The government's mid-term page")
        MID_TERM_PAGE_FR = (
            "government_mid_term_page_fr",
            _("The government's mid-term page in French"),
        )
        TRACKER = "government_tracker", _("The government's tracker")
        TRACKER_FR = "government_tracker_fr", _("The government's tracker in French")

    commitment = models.ForeignKey(
        "commitments.Commitment", on_delete=models.CASCADE, related_name="leads"
    )
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        related_name="leads",
        verbose_name=_("institution"),
        help_text=_("Type a part of its name or its acronym."),
    )
    role = models.CharField(
        _("role"),
        max_length=12,
        choices=Role.choices,
        default=Role.LEAD,
        help_text=_("A lead answers for it; a supporter helps."),
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Its place in the list: the lowest comes first.")
    )
    named_by = models.JSONField(
        _("named by"),
        default=list,
        blank=True,
        help_text=_("Which sources say so; where they differ, each is kept."),
    )
    milestones_led = models.PositiveSmallIntegerField(
        _("milestones led"),
        null=True,
        blank=True,
        help_text=_("How many milestones it leads, as the source counts them."),
    )

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads and supports")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "institution", "role"], name="lead_once_a_role"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["lead", "supporting"]), name="lead_role_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.institution)
