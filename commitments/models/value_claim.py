"""Values claimed: which of the OGP's values a commitment serves, according to whom."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.models.scale import Assessor


class ValueClaim(models.Model):
    """That an assessor counts a commitment towards one of the OGP's values.

    Government and the IRM claim values apart; “Transparency” is the word
    government's pages use where the IRM says “Access to information”. A
    commitment without claims by an assessor is one where none were found.
    """

    class OgpValue(models.TextChoices):
        ACCESS_TO_INFORMATION = "access_to_information", _("Access to information")
        CIVIC_PARTICIPATION = "civic_participation", _("Civic participation")
        PUBLIC_ACCOUNTABILITY = "public_accountability", _("Public accountability")
        TECHNOLOGY_INNOVATION = "technology_innovation", _("Technology and innovation")
        TRANSPARENCY = "transparency", _("Transparency")

    commitment = models.ForeignKey(
        "commitments.Commitment", on_delete=models.CASCADE, related_name="value_claims"
    )
    assessor = models.CharField(
        _("assessor"), max_length=12, choices=Assessor.choices, help_text=_("Who counts it so.")
    )
    value = models.CharField(
        _("OGP value"),
        max_length=24,
        choices=OgpValue.choices,
        help_text=_("The value of open government that it serves."),
    )

    class Meta:
        verbose_name = _("OGP value claimed")
        verbose_name_plural = _("OGP values claimed")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "assessor", "value"], name="value_claimed_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    assessor__in=["government", "irm", "network"],
                    value__in=[
                        "access_to_information",
                        "civic_participation",
                        "public_accountability",
                        "technology_innovation",
                        "transparency",
                    ],
                ),
                name="value_claim_known",
            ),
        ]

    def __str__(self) -> str:
        return self.get_value_display()
