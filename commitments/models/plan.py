"""Action plans, their themes and the reports about them."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opengov_portal.lib.addresses import address
from opengov_portal.lib.dates import PartialDateField
from opengov_portal.lib.languages import Words, pick


class ActionPlanQuerySet(models.QuerySet["ActionPlan"]):
    def newest(self) -> Self:
        return self.order_by("-ordinal")

    def with_counts(self) -> Self:
        """Adds `listed`: how many of its commitments the portal holds."""
        return self.annotate(listed=models.Count("commitments"))


class ActionPlan(models.Model):
    """What a government promises the Open Government Partnership for some years.

    The OGP calls it a national action plan. `slug` is its name in addresses and
    never changes: 2018-2021 keeps its own though the plan says 2018-2020.
    """

    class Detail(models.TextChoices):
        FULL = "full", _("In detail")
        LIST = "list", _("Listed, with what little was found")

    slug = models.SlugField(
        _("name in addresses"),
        max_length=40,
        unique=True,
        help_text=_("Such as 2016-2018. Chosen once: it is part of the plan's public address."),
    )
    ordinal = models.PositiveSmallIntegerField(
        _("number of the plan"), unique=True, help_text=_("1 for the country's first plan.")
    )
    title_en = models.CharField(
        _("official title (English)"), max_length=300, help_text=_("As the plan itself says.")
    )
    title_fr = models.CharField(
        _("official title (French)"),
        max_length=300,
        help_text=_("As the plan itself says, in its French edition."),
    )
    summary_en = models.TextField(
        _("summary in our words (English)"),
        blank=True,
        help_text=_("Two or three short sentences for someone who has never heard of the plan."),
    )
    summary_fr = models.TextField(
        _("summary in our words (French)"), blank=True, help_text=_("The same in French.")
    )
    starts = PartialDateField(_("start"), help_text=_("The first day of the plan."))
    ends = PartialDateField(_("end"), help_text=_("The last day of the plan."))
    mid_term = PartialDateField(_("mid-term"), help_text=_("Where mid-term reports draw the line."))
    released = PartialDateField(_("released"), help_text=_("When the plan was published."))
    period_note_en = models.TextField(
        _("note on the period (English)"),
        blank=True,
        help_text=_("What needs saying about the dates, such as a plan that was extended."),
    )
    period_note_fr = models.TextField(
        _("note on the period (French)"), blank=True, help_text=_("The same in French.")
    )
    themes_note_en = models.TextField(
        _("note on the themes (English)"),
        blank=True,
        help_text=_("What needs saying about how the plan groups its commitments."),
    )
    themes_note_fr = models.TextField(
        _("note on the themes (French)"), blank=True, help_text=_("The same in French.")
    )
    commitment_count = models.PositiveSmallIntegerField(
        _("commitments it makes"),
        null=True,
        blank=True,
        help_text=_("As the plan says, whether or not all are listed here."),
    )
    official_url_en = models.URLField(
        _("official page (English)"),
        max_length=500,
        blank=True,
        help_text=_("Where the government publishes the plan."),
    )
    official_url_fr = models.URLField(
        _("official page (French)"),
        max_length=500,
        blank=True,
        help_text=_("Where the government publishes the plan in French."),
    )
    tracker_url = models.URLField(
        _("government's tracker"),
        max_length=500,
        blank=True,
        help_text=_("The page on which the government reports progress."),
    )
    detail = models.CharField(
        _("how fully it is described here"),
        max_length=8,
        choices=Detail.choices,
        blank=True,
        help_text=_(
            "Whether its commitments are told with milestones and findings, or only listed."
        ),
    )
    compiled_on = PartialDateField(
        _("compiled on"), help_text=_("When what is said of it here was gathered.")
    )

    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("action plan")
        verbose_name_plural = _("action plans")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(title_en="") & ~models.Q(title_fr=""),
                name="plan_title_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return self.title.text

    def get_absolute_url(self) -> str:
        return address("commitments:plan", self.slug)

    def clean(self) -> None:
        if self.starts and self.ends and self.ends.is_before(self.starts):
            error = ValidationError(_("This is before its first day."), code="order")
            raise ValidationError({"ends": error})

    @property
    def title(self) -> Words:
        return pick(self, "title")

    @property
    def summary(self) -> Words:
        return pick(self, "summary")

    @property
    def is_published(self) -> bool:
        """Whether its day of publication has come, or its first day where that is not known."""
        day = self.released or self.starts
        return day is not None and day.first_day <= timezone.localdate()

    @property
    def period_note(self) -> Words:
        return pick(self, "period_note")

    @property
    def themes_note(self) -> Words:
        return pick(self, "themes_note")

    @property
    def official_url(self) -> Words:
        """The address of the official page, with the language that page is in."""
        return pick(self, "official_url")


class Theme(models.Model):
    """A heading under which a plan groups its commitments; some plans have none.

    Plans have called them streams, pillars and themes.
    """

    plan = models.ForeignKey(
        ActionPlan,
        on_delete=models.CASCADE,
        related_name="themes",
        verbose_name=_("action plan"),
        help_text=_("The plan that groups its commitments so."),
    )
    slug = models.SlugField(
        _("name in addresses"),
        max_length=80,
        help_text=_("Small letters and hyphens, such as open-data. Chosen once."),
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Its place in the plan: the lowest comes first.")
    )
    name_en = models.CharField(
        _("name (English)"), max_length=200, help_text=_("As the plan calls it.")
    )
    name_fr = models.CharField(
        _("name (French)"), max_length=200, help_text=_("As the plan calls it in French.")
    )

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = [
            models.UniqueConstraint(fields=["plan", "slug"], name="theme_unique_in_its_plan"),
            models.CheckConstraint(
                condition=~models.Q(name_en="") & ~models.Q(name_fr=""),
                name="theme_name_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.plan.slug})"

    @property
    def name(self) -> Words:
        return pick(self, "name")


class Report(models.Model):
    """A published document about a plan as a whole: a draft, a self-assessment."""

    class Kind(models.TextChoices):
        DRAFT_PLAN = "draft_plan", _("Draft plan")
        MID_TERM_DRAFT = "mid_term_self_assessment_draft", _("Mid-term self-assessment, draft")
        MID_TERM = "mid_term_self_assessment", _("Mid-term self-assessment")
        END_OF_TERM = "end_of_term_self_assessment", _("End-of-term self-assessment")
        TRACKER_LAUNCH = "tracker_launch_blog", _("Announcement of the results tracker")

    plan = models.ForeignKey(
        ActionPlan, on_delete=models.CASCADE, related_name="reports", verbose_name=_("action plan")
    )
    kind = models.CharField(
        _("kind"),
        max_length=40,
        choices=Kind.choices,
        help_text=_("What sort of document it is; a plan has one of each."),
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Its place in the list: the lowest comes first.")
    )
    published = PartialDateField(_("published"), help_text=_("When it was published."))
    url_en = models.URLField(
        _("address (English)"),
        max_length=500,
        blank=True,
        help_text=_("Where to read it in English."),
    )
    url_fr = models.URLField(
        _("address (French)"),
        max_length=500,
        blank=True,
        help_text=_("Where to read it in French."),
    )

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind"], name="report_one_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "draft_plan",
                        "mid_term_self_assessment_draft",
                        "mid_term_self_assessment",
                        "end_of_term_self_assessment",
                        "tracker_launch_blog",
                    ]
                ),
                name="report_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def url(self) -> Words:
        return pick(self, "url")
