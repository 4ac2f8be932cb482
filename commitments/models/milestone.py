"""Milestones and indicators: the steps of a commitment, and how it is counted."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.models.commitment import Commitment
from commitments.models.institution import Institution
from opengov_portal.lib.dates import PartialDateField
from opengov_portal.lib.languages import Words, pick


class Milestone(models.Model):
    """A step of a commitment with a due date, as the plan or tracker lists it.

    The label is our own wording. An empty status means that none was found, not
    that nothing was done. `due` is the last date, `due_from` the first where the
    source gives a range, and `due_text_*` the words the source published.
    """

    class Status(models.TextChoices):
        COMPLETE = "complete", _("Complete")
        SUBSTANTIAL = "substantial", _("Substantial progress")
        LIMITED = "limited", _("Limited progress")
        NOT_STARTED = "not_started", _("Not started")

    MARKS = {
        Status.COMPLETE: "done",
        Status.SUBSTANTIAL: "moving",
        Status.LIMITED: "slow",
        Status.NOT_STARTED: "still",
    }

    class TextSeen(models.TextChoices):
        FULL = "full", _("In full")
        PARTIAL = "partial", _("In part")
        NONE = "none", _("Not at all")

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="milestones")
    code = models.CharField(_("code"), max_length=20, help_text=_("Such as 19.1."))
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
        help_text=_("The milestone of which this is one part, if any. Save that one first."),
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Its place in the list: the lowest comes first.")
    )
    label_en = models.TextField(
        _("our wording (English)"),
        blank=True,
        help_text=_("What is to be done, in one short sentence."),
    )
    label_fr = models.TextField(
        _("our wording (French)"), blank=True, help_text=_("The same in French.")
    )
    text_seen = models.CharField(
        _("how much of its text was seen"),
        max_length=8,
        choices=TextSeen.choices,
        blank=True,
        help_text=_("How much of the official text we have read ourselves."),
    )
    text_source_url = models.URLField(
        _("source of the text"),
        max_length=500,
        blank=True,
        help_text=_("The page that has the official text."),
    )
    due_from = PartialDateField(
        _("due from"), help_text=_("The first day, where the source gives a span.")
    )
    due = PartialDateField(_("due"), help_text=_("The last day by which it is to be done."))
    due_text_en = models.CharField(
        _("due, as published (English)"),
        max_length=200,
        blank=True,
        help_text=_("Word for word, such as “Spring 2017”."),
    )
    due_text_fr = models.CharField(
        _("due, as published (French)"),
        max_length=200,
        blank=True,
        help_text=_("Word for word, in French."),
    )
    institutions = models.ManyToManyField(
        Institution,
        blank=True,
        related_name="milestones",
        verbose_name=_("led by"),
        help_text=_("Type a part of a name or an acronym."),
    )
    indicator_count = models.PositiveSmallIntegerField(
        _("indicators, as the source counts them"),
        null=True,
        blank=True,
        help_text=_("Empty where the source gives no number."),
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=Status.choices,
        blank=True,
        help_text=_("What the government's tracker last said; empty where it was not found."),
    )
    status_as_of = PartialDateField(
        _("status as of"), help_text=_("The day of which that is true.")
    )
    status_inferred = models.BooleanField(
        _("status inferred"),
        default=False,
        help_text=_("The page's heading was lost; the status follows from what stands around it."),
    )
    status_source_url = models.URLField(
        _("source of the status"),
        max_length=500,
        blank=True,
        help_text=_("The page that says so. A status is not kept without one."),
    )
    status_mid_term = models.CharField(
        _("status at mid-term"),
        max_length=12,
        choices=Status.choices,
        blank=True,
        help_text=_("What the mid-term report said; empty where it was not found."),
    )
    status_end_of_term = models.CharField(
        _("status at end of term"),
        max_length=12,
        choices=Status.choices,
        blank=True,
        help_text=_("What the end-of-term report said; empty where it was not found."),
    )
    note_en = models.TextField(
        _("note (English)"),
        blank=True,
        help_text=_("What needs saying, such as a name that changed."),
    )
    note_fr = models.TextField(_("note (French)"), blank=True, help_text=_("The same in French."))

    # The institutions that lead it, where a page has put them together (Dossier).
    led_by: list[Institution]

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "code"], name="milestone_code_unique_in_its_commitment"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["", "complete", "substantial", "limited", "not_started"],
                    status_mid_term__in=["", "complete", "substantial", "limited", "not_started"],
                    status_end_of_term__in=[
                        "",
                        "complete",
                        "substantial",
                        "limited",
                        "not_started",
                    ],
                ),
                name="milestone_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="") | ~Q(status_source_url=""),
                name="milestone_status_has_source",
                violation_error_message=_("A status needs the address it was taken from."),
            ),
            models.CheckConstraint(
                condition=~Q(status="") | Q(status_as_of="", status_inferred=False),
                name="milestone_status_facts_travel_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}".strip()

    def clean(self) -> None:
        """Says each rule of the whole row at the field to mend."""
        wrong = {}
        if self.parent and self.parent.commitment_id != self.commitment_id:
            wrong["parent"] = ValidationError(
                _("This milestone belongs to another commitment."),
                code="parent_of_other_commitment",
            )
        elif self.pk and self in self.wholes():
            wrong["parent"] = ValidationError(
                _("A milestone cannot be part of itself."), code="part_of_itself"
            )
        if self.due_from and self.due and self.due.is_before(self.due_from):
            wrong["due"] = ValidationError(_("This is before its first day."), code="order")
        if self.status and not self.status_source_url:
            wrong["status_source_url"] = ValidationError(
                _("A status needs the address it was taken from."), code="no_source"
            )
        if not self.status and (self.status_as_of or self.status_inferred):
            wrong["status"] = ValidationError(
                _("Say what the status is, or clear its date and “inferred”."), code="no_status"
            )
        if wrong:
            raise ValidationError(wrong)

    def wholes(self) -> list["Milestone"]:
        """The milestone it is part of, the one that is part of, and so on; ends at a circle."""
        wholes: list[Milestone] = []
        whole = self.parent
        while whole and whole not in wholes:
            wholes.append(whole)
            whole = whole.parent
        return wholes

    @property
    def label(self) -> Words:
        return pick(self, "label")

    @property
    def status_name(self) -> str:
        """Its status in the reader's language; empty when none was found."""
        return str(self.Status(self.status).label) if self.status else ""

    @property
    def mark(self) -> str:
        """The shape its status is drawn with (see `assessment.Point`)."""
        return self.MARKS.get(self.Status(self.status), "unknown") if self.status else "unknown"

    @property
    def due_text(self) -> Words:
        return pick(self, "due_text")

    @property
    def note(self) -> Words:
        return pick(self, "note")


class Indicator(models.Model):
    """A figure the government set out to reach, and the latest one it gave.

    Label, target and latest figure are our own wording of the tracker's.
    """

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="indicators")
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Its place in the list: the lowest comes first.")
    )
    label_en = models.CharField(
        _("label (English)"), max_length=300, help_text=_("What is counted.")
    )
    label_fr = models.CharField(
        _("label (French)"), max_length=300, help_text=_("The same in French.")
    )
    target_en = models.TextField(
        _("target (English)"), blank=True, help_text=_("How much, by when.")
    )
    target_fr = models.TextField(
        _("target (French)"), blank=True, help_text=_("The same in French.")
    )
    latest_en = models.TextField(
        _("latest figure (English)"), blank=True, help_text=_("The last figure that was published.")
    )
    latest_fr = models.TextField(
        _("latest figure (French)"), blank=True, help_text=_("The same in French.")
    )
    latest_as_of = PartialDateField(
        _("latest figure as of"), help_text=_("The day of which that figure is true.")
    )
    source_url = models.URLField(
        _("source"), max_length=500, blank=True, help_text=_("The page that gives the figures.")
    )

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "label_en"], name="indicator_label_unique_in_its_commitment"
            ),
            models.CheckConstraint(
                condition=~Q(label_en="") & ~Q(label_fr=""),
                name="indicator_label_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return self.label.text

    @property
    def label(self) -> Words:
        return pick(self, "label")

    @property
    def target(self) -> Words:
        return pick(self, "target")

    @property
    def latest(self) -> Words:
        return pick(self, "latest")
