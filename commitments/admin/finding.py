"""A finding: a scale and a point on it, chosen together so that they cannot disagree."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from commitments.admin.lines import LinesField
from commitments.models import Assessment, Assessor, Scale
from commitments.models.scale import SCALES

Choices = list[tuple[str | Promise, Any]]


def findings() -> Choices:
    """Every point of every scale in our wording, under its assessor and scale."""
    groups: Choices = [("", "---------")]
    for scale, facts in SCALES.items():
        points = [(f"{scale}:{point.code}", point.label) for point in facts.points]
        heading = f"{Assessor(facts.assessor).label}{_(':')} {Scale(scale).label}"
        groups.append((heading, [*points, (f"{scale}:", _("Not found in the sources"))]))
    return groups


class AssessmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an assessor found. Assessor and scale follow from the finding."""

    finding = forms.ChoiceField(
        label=capfirst(_("finding")),
        choices=findings,
        help_text=_(
            "Choose it under the scale on which it was given; the assessor follows from the scale."
        ),
    )
    other_source_urls = LinesField(
        label=capfirst(_("other sources")),
        required=False,
        each=forms.URLField(max_length=500, assume_scheme="https"),
        help_text=_("Further addresses that say the same, one a line."),
    )

    class Meta:
        model = Assessment
        exclude = ["assessor", "scale", "code"]  # noqa: DJ006 - the finding stands for them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.scale:
            self.initial["finding"] = f"{self.instance.scale}:{self.instance.code}"

    def clean_finding(self) -> str:
        finding: str = self.cleaned_data["finding"]
        scale, _colon, code = finding.partition(":")
        self.instance.scale, self.instance.code = scale, code
        self.instance.assessor = SCALES[scale].assessor
        return finding

    def clean(self) -> dict[str, Any] | None:
        # So that two findings on one scale at one phase are told apart in the page too.
        self.cleaned_data["scale"] = self.instance.scale
        return super().clean()

    def _get_validation_exclusions(self) -> set[str]:
        """What the finding stands for is checked with the rest of the row."""
        held: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return held if "finding" in self.errors else held - {"assessor", "scale", "code"}
