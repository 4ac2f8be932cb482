"""Scales: on which each assessor says how a commitment goes, point by point."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Assessor(models.TextChoices):
    GOVERNMENT = "government", _("Government")
    IRM = "irm", _("Independent Reporting Mechanism (IRM)")
    NETWORK = "network", _("The network")

    @property
    def short(self) -> str:
        """Its name where there is little room."""
        return gettext("IRM") if self is Assessor.IRM else str(self.label)


class Scale(models.TextChoices):
    """The scales in use. Each belongs to one assessor (`SCALES`)."""

    TRACKER = "tracker_overall_status", _("Results tracker: deliverables")
    SELF_ASSESSMENT = "cms_commitment_status", _("Self-assessment: schedule")
    NAP_TRACKER = "nap_tracker_status", _("Action plan tracker: progress")
    IRM_EARLY_RESULTS = "irm_early_results", _("Did it open government? (early results)")
    IRM_VERIFIABLE = "irm_verifiable", _("Verifiable")
    IRM_RELEVANT = "irm_relevant_to_ogp_values", _("Relevant to open government")
    IRM_AMBITION = "irm_ambition", _("Ambition")
    IRM_STARRED = "irm_starred", _("Starred commitment")
    IRM_SPECIFICITY = "irm_specificity", _("Specificity")
    IRM_POTENTIAL_IMPACT = "irm_potential_impact", _("Potential impact")
    IRM_COMPLETION_MID_TERM = "irm_completion_mid_term", _("Completion at mid-term")
    IRM_COMPLETION_END_OF_TERM = "irm_completion_end_of_term", _("Completion at end of term")
    NETWORK = "network_progress", _("The network's view of progress")


@dataclass(frozen=True)
class Point:
    """One point of a scale: its code, our wording of it, and how it is drawn.

    `mark` names a shape, so that colour never carries the meaning alone.
    """

    code: str
    label: str | Promise
    mark: str


@dataclass(frozen=True)
class ScaleFacts:
    assessor: Assessor
    headline: bool
    points: tuple[Point, ...]


COMPLETION = (
    Point("not_started", _("Not started"), "still"),
    Point("limited", _("Limited"), "slow"),
    Point("substantial", _("Substantial"), "moving"),
    Point("complete", _("Complete"), "done"),
)

SCALES: dict[str, ScaleFacts] = {
    Scale.TRACKER: ScaleFacts(
        Assessor.GOVERNMENT,
        True,
        (
            Point("most_on_schedule", _("Most deliverables on schedule"), "slow"),
            Point("all_on_schedule", _("All deliverables on schedule"), "moving"),
            Point("all_complete", _("All deliverables complete"), "done"),
        ),
    ),
    Scale.SELF_ASSESSMENT: ScaleFacts(
        Assessor.GOVERNMENT,
        True,
        (
            Point("behind_schedule", _("Behind schedule"), "slow"),
            Point("on_schedule", _("On schedule"), "moving"),
            Point("completed", _("Completed"), "done"),
        ),
    ),
    Scale.NAP_TRACKER: ScaleFacts(
        Assessor.GOVERNMENT,
        True,
        (
            Point("NS", _("Not started"), "still"),
            Point("LP", _("Limited progress"), "slow"),
            Point("SP", _("Substantial progress"), "moving"),
            Point("C", _("Complete"), "done"),
        ),
    ),
    Scale.IRM_EARLY_RESULTS: ScaleFacts(
        Assessor.IRM,
        True,
        (
            Point("NR", _("Not rated"), "unknown"),
            Point("No IRM Data", _("No IRM data"), "unknown"),
            Point("Pending IRM Review", _("IRM review pending"), "unknown"),
            Point("Did Not Change", _("Did not change"), "level-0"),
            Point("Marginal", _("Marginal"), "level-1"),
            Point("Major", _("Major"), "level-2"),
            Point("Outstanding", _("Outstanding"), "level-3"),
        ),
    ),
    Scale.IRM_VERIFIABLE: ScaleFacts(
        Assessor.IRM, False, (Point("No", _("No"), "no"), Point("Yes", _("Yes"), "yes"))
    ),
    Scale.IRM_RELEVANT: ScaleFacts(
        Assessor.IRM, False, (Point("No", _("No"), "no"), Point("Yes", _("Yes"), "yes"))
    ),
    Scale.IRM_AMBITION: ScaleFacts(
        Assessor.IRM,
        False,
        (Point("Low", _("Low"), "level-1"), Point("High", _("High"), "level-3")),
    ),
    Scale.IRM_STARRED: ScaleFacts(
        Assessor.IRM, False, (Point("No", _("No"), "no"), Point("Yes", _("Yes"), "yes"))
    ),
    Scale.IRM_SPECIFICITY: ScaleFacts(
        Assessor.IRM,
        False,
        (
            Point("none", _("None"), "level-0"),
            Point("low", _("Low"), "level-1"),
            Point("medium", _("Medium"), "level-2"),
            Point("high", _("High"), "level-3"),
        ),
    ),
    Scale.IRM_POTENTIAL_IMPACT: ScaleFacts(
        Assessor.IRM,
        False,
        (
            Point("none", _("None"), "level-0"),
            Point("minor", _("Minor"), "level-1"),
            Point("moderate", _("Moderate"), "level-2"),
            Point("transformative", _("Transformative"), "level-3"),
        ),
    ),
    Scale.IRM_COMPLETION_MID_TERM: ScaleFacts(Assessor.IRM, False, COMPLETION),
    Scale.IRM_COMPLETION_END_OF_TERM: ScaleFacts(Assessor.IRM, False, COMPLETION),
    Scale.NETWORK: ScaleFacts(
        Assessor.NETWORK,
        True,
        (
            Point("no_progress", _("No progress seen"), "still"),
            Point("some_progress", _("Some progress"), "slow"),
            Point("much_progress", _("Much progress"), "moving"),
            Point("kept", _("Promise kept"), "done"),
            Point("not_kept", _("Promise not kept"), "no"),
        ),
    ),
}


HEADLINES = [scale for scale, facts in SCALES.items() if facts.headline]
