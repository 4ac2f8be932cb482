"""Assessments: how a commitment is going, according to whom, on whose scale.

Three assessors speak side by side and are never merged: government (the tracker
and self-assessments), the OGP's Independent Reporting Mechanism, the network.
"""

from collections.abc import Iterable
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from commitments.models.scale import HEADLINES, SCALES, Assessor, Point, Scale, ScaleFacts
from opengov_portal.lib.dates import PartialDateField
from opengov_portal.lib.languages import Words, pick


def _scales_and_codes() -> Q:
    """True of a row whose scale is its assessor's, and whose code is on its scale."""
    held = Q()
    for scale, facts in SCALES.items():
        codes = ["", *(point.code for point in facts.points)]
        held |= Q(assessor=facts.assessor.value, scale=str(scale), code__in=codes)
    return held


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def headlines(self) -> Self:
        """What answers “how is it going?”, where it is known."""
        return self.filter(scale__in=HEADLINES).exclude(code="")

    def latest_last(self) -> Self:
        """Oldest finding first: by phase, then by date."""
        when = [When(phase=phase, then=Value(n)) for n, phase in enumerate(Assessment.Phase)]
        return self.annotate(
            phase_order=Case(*when, output_field=models.SmallIntegerField())
        ).order_by("phase_order", "as_of", "pk")


class Assessment(models.Model):
    """What one assessor found about one commitment, at one phase, on one scale.

    An empty `code` says that the assessor spoke or should have spoken at that
    phase, and that the finding was not found in the sources.
    """

    class Phase(models.TextChoices):
        """In the order in which they come."""

        REVIEW = "action_plan_review", _("Action plan review")
        PROGRESS_2012_13 = "progress_2012_13", _("Progress report 2012–13")
        DESIGN_AND_RESULTS = "design_and_results", _("Design and results reports")
        MID_TERM = "mid_term", _("Mid-term")
        TRACKER = "tracker", _("Results tracker")
        BOTH_TERMS = "mid_term_and_end_of_term", _("Mid-term and end of term")
        END_OF_TERM = "end_of_term", _("End of term")
        UPDATE = "update", _("Update")

    class DateBasis(models.TextChoices):
        STATED = "stated", _("Stated by the source")
        LATEST_PRINTED = "latest_printed", _("Latest date printed on the page")
        UNDATED = "undated", _("The page has no date")

    commitment = models.ForeignKey(
        "commitments.Commitment", on_delete=models.CASCADE, related_name="assessments"
    )
    assessor = models.CharField(
        _("assessor"),
        max_length=12,
        choices=Assessor.choices,
        help_text=_("Whose finding it is. Assessors are never merged."),
    )
    phase = models.CharField(
        _("phase"),
        max_length=28,
        choices=Phase.choices,
        help_text=_("The moment in the plan's life at which it was found."),
    )
    scale = models.CharField(
        _("scale"),
        max_length=32,
        choices=Scale.choices,
        help_text=_("The scale on which it was found."),
    )
    code = models.CharField(
        _("finding"),
        max_length=24,
        blank=True,
        help_text=_("A code of that scale; empty when it was not found in the sources."),
    )
    as_of = PartialDateField(_("as of"), help_text=_("The day of which the finding is true."))
    as_of_basis = models.CharField(
        _("where the date is from"),
        max_length=16,
        choices=DateBasis.choices,
        blank=True,
        help_text=_("Sources do not always say of which day they speak."),
    )
    wording_en = models.CharField(
        _("published wording (English)"),
        max_length=300,
        blank=True,
        help_text=_("Word for word, as the assessor published it."),
    )
    wording_fr = models.CharField(
        _("published wording (French)"),
        max_length=300,
        blank=True,
        help_text=_("Word for word, as the assessor published it in French."),
    )
    note_en = models.TextField(
        _("note (English)"),
        blank=True,
        help_text=_("What needs saying, such as a page that has been moved."),
    )
    note_fr = models.TextField(_("note (French)"), blank=True, help_text=_("The same in French."))
    source_url = models.URLField(
        _("source"),
        max_length=500,
        blank=True,
        help_text=_("The page that says so. A finding is not kept without one."),
    )
    other_source_urls = models.JSONField(
        _("other sources"),
        default=list,
        blank=True,
        help_text=_("Further pages that say the same, one a line."),
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "scale", "phase"], name="assessment_once_a_scale_and_phase"
            ),
            models.CheckConstraint(
                condition=_scales_and_codes(),
                name="assessment_code_on_its_assessors_scale",
                violation_error_message=_(
                    "This finding is not on that scale, or the scale is not this assessor's."
                ),
            ),
            models.CheckConstraint(
                condition=Q(code="") | ~Q(source_url="") | Q(assessor="network"),
                name="assessment_finding_has_source",
                violation_error_message=_("A finding needs the address it was taken from."),
            ),
        ]

    def __str__(self) -> str:
        who, when = self.get_assessor_display(), self.get_phase_display()
        return f"{who}, {when}: {self.get_scale_display()}: {self.label}"

    def clean(self) -> None:
        """Says each rule of the whole row at the field to mend."""
        wrong = {}
        facts = SCALES.get(self.scale)
        if facts and self.assessor and facts.assessor != self.assessor:
            wrong["scale"] = ValidationError(
                _("This scale is another assessor's."), code="scale_of_other_assessor"
            )
        if facts and self.code and not self.point:
            wrong["code"] = ValidationError(
                _("This finding is not on that scale."), code="code_off_scale"
            )
        if self.code and not self.source_url and self.assessor != Assessor.NETWORK:
            wrong["source_url"] = ValidationError(
                _("A finding needs the address it was taken from."), code="no_source"
            )
        if wrong:
            raise ValidationError(wrong)

    @property
    def facts(self) -> ScaleFacts:
        return SCALES[self.scale]

    # Straight from the enumerations: Django's get_…_display() translates every
    # choice to name one, which a page of twenty findings pays for four hundred times.
    @property
    def scale_name(self) -> str:
        return str(Scale(self.scale).label)

    @property
    def phase_name(self) -> str:
        return str(Assessment.Phase(self.phase).label)

    @property
    def is_headline(self) -> bool:
        """Whether its scale answers “how is it going?” rather than a side question."""
        return self.facts.headline

    @property
    def point(self) -> Point | None:
        """The point of its scale; None where the finding is not known."""
        return point_of(self.scale, self.code)

    @property
    def mark(self) -> str:
        return self.point.mark if self.point else "unknown"

    @property
    def label(self) -> str:
        """Our wording of the finding in the reader's language."""
        return str(self.point.label) if self.point else str(_("Not found in the sources"))

    @property
    def wording(self) -> Words:
        """The words the assessor published, in the reader's language if known."""
        return pick(self, "wording")

    @property
    def note(self) -> Words:
        return pick(self, "note")

    def sort_key(self) -> tuple[int, str, int]:
        """Later findings sort higher: by phase, by date, then in the order of the scales."""
        return order_of(self.phase, self.as_of.value if self.as_of else "", self.scale)


def point_of(scale: str, code: str) -> Point | None:
    """The point of a scale that a code names; None where it names none."""
    return POINTS.get((scale, code))


def order_of(phase: str, as_of: str, scale: str) -> tuple[int, str, int]:
    """Which of two findings is the later: see `Assessment.sort_key`."""
    return (PHASE_ORDER[phase], as_of, SCALE_ORDER[scale])


POINTS = {
    (str(scale), point.code): point for scale, facts in SCALES.items() for point in facts.points
}
PHASE_ORDER = {phase.value: n for n, phase in enumerate(Assessment.Phase)}
SCALE_ORDER = {scale.value: n for n, scale in enumerate(Scale)}


def standings(findings: Iterable[Assessment]) -> list[tuple[Assessor, Assessment | None]]:
    """Every assessor with its standing among findings on one commitment; never merged.

    Its standing is its latest finding on its headline scale; None while there is none.
    """
    found = [one for one in findings if one.code and one.is_headline]
    latest = {one.assessor: one for one in sorted(found, key=Assessment.sort_key)}
    return [(assessor, latest.get(assessor.value)) for assessor in Assessor]
