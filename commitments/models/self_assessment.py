"""Self-assessments: what an institution says here itself of the commitments that it leads."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.models.assessment import Assessment
from commitments.models.commitment import Commitment
from commitments.models.institution import Institution
from commitments.models.lead import Lead
from commitments.models.scale import Assessor, Scale
from network.models import User
from opengov_portal.lib.languages import colon

# The moments at which an institution speaks, and not what others compile of it.
PHASES = (Assessment.Phase.MID_TERM, Assessment.Phase.END_OF_TERM, Assessment.Phase.UPDATE)


def led_by(institutions: models.QuerySet[Institution]) -> models.QuerySet[Commitment]:
    """The commitments that one of these leads; helping with one is not answering for it."""
    leads = Lead.objects.filter(institution__in=institutions, role=Lead.Role.LEAD)
    return Commitment.objects.filter(pk__in=leads.values("commitment"))


class SelfAssessment(Assessment):
    """An assessment that the institution filed here: government's, on its own scale."""

    class Meta:
        proxy = True
        verbose_name = _("self-assessment")
        verbose_name_plural = _("self-assessments")

    def clean(self) -> None:
        self.assessor, self.scale = Assessor.GOVERNMENT, Scale.SELF_ASSESSMENT
        super().clean()
        if not self.code or not self.source_url:
            raise ValidationError(_("Say what you found, and the page that says so."), code="facts")
        if self.phase not in PHASES:
            raise ValidationError({"phase": _("Choose a moment of your own.")}, code="phase")

    @staticmethod
    def fileable_by(user: User | AnonymousUser) -> models.QuerySet[Commitment]:
        """The commitments of which someone may say how they go."""
        if not user.has_perm("commitments.add_selfassessment"):
            return Commitment.objects.none()
        return led_by(Institution.objects.spoken_for_by(user))

    def may_be_filed_by(self, user: User | AnonymousUser) -> bool:
        return self.fileable_by(user).filter(pk=self.commitment_id).exists()

    def may_be_corrected_by(self, user: User | AnonymousUser) -> bool:
        """Whoever may file it, and speaks for the institution that did."""
        filing = Filing.objects.filter(assessment=self.pk).first()
        return (
            filing is not None
            and filing.institution.is_spoken_for_by(user)
            and user.has_perm("commitments.change_selfassessment")
            and self.may_be_filed_by(user)
        )

    def keep(self, *, by: User) -> None:
        """File it, or keep what was corrected, signed. Raises PermissionDenied, ValidationError.

        Whoever calls this publishes it (`commitments.actions.file`).
        """
        may = self.may_be_corrected_by(by) if self.pk else self.may_be_filed_by(by)
        if not may:
            raise PermissionDenied
        self.full_clean()
        self.save()
        leading = Institution.objects.spoken_for_by(by).filter(
            leads__commitment=self.commitment_id, leads__role=Lead.Role.LEAD
        )
        said: dict[str, Any] = {"by": by, "at": timezone.now()}
        Filing.objects.update_or_create(
            assessment_id=self.pk,
            defaults=said,
            create_defaults=said | {"institution": leading.order_by("pk")[0]},
        )


class Filing(models.Model):
    """That an institution filed an assessment here: which one, by whose hand, and when last."""

    assessment = models.OneToOneField(
        Assessment, on_delete=models.CASCADE, related_name="filing", verbose_name=_("assessment")
    )
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        related_name="filings",
        verbose_name=_("institution"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("filed by"),
    )
    at = models.DateTimeField(_("filed"), default=timezone.now)

    class Meta:
        verbose_name = _("filing")
        verbose_name_plural = _("filings")

    def __str__(self) -> str:
        return f"{self.institution}{colon()} {self.assessment}"
