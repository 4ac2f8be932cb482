"""Commitments: the promises themselves, who leads them, where each fact is from."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelsearch import index
from modelsearch.queryset import SearchableQuerySetMixin
from taggit.managers import TaggableManager

from commitments.models.assessment import SCALES, Assessment, Assessor
from commitments.models.institution import Institution
from commitments.models.plan import ActionPlan, Theme
from commitments.models.subject import SubjectTag
from commitments.search.wording import Wording
from opengov_portal.lib.languages import Words, active, other, pick


class CommitmentQuerySet(SearchableQuerySetMixin, models.QuerySet["Commitment"]):  # type: ignore[misc]
    def in_plan_order(self) -> Self:
        """Newest plan first; within a plan, by its own numbers."""
        return self.order_by("-plan__ordinal", "number")

    def with_findings(self) -> Self:
        """With their plan, and what each assessor found."""
        return self.select_related("plan", "theme").prefetch_related("assessments")

    def for_cards(self) -> Self:
        """With all that a card in a list shows, in a constant number of queries."""
        return self.with_findings().prefetch_related(
            Prefetch("leads", Lead.objects.select_related("institution").order_by("order")),
            "subjects",
        )

    def standing_at(self, assessor: Assessor, scale: str, code: str) -> Self:
        """Those whose `standing` by that assessor is that point of that scale.

        With an empty code, those on which it has no finding.
        """
        headlines = [name for name, facts in SCALES.items() if facts.headline]
        findings = Assessment.objects.filter(
            commitment=OuterRef("pk"), assessor=assessor, scale__in=headlines
        ).exclude(code="")
        if not code:
            return self.exclude(Exists(findings))
        latest = findings.latest_last().reverse()
        return self.alias(
            latest_scale=Subquery(latest.values("scale")[:1]),
            latest_code=Subquery(latest.values("code")[:1]),
        ).filter(latest_scale=scale, latest_code=code)


class Commitment(index.Indexed, models.Model):
    """One promise of an action plan, numbered in it.

    `code` is its stable id (`2016-2018-19`): files, feeds and data name it so.
    `title_*` is official; `label_*` and `summary_*` are our own words, and a
    label stands in, marked as ours, where the official title is not known.
    """

    class TitleBasis(models.TextChoices):
        OFFICIAL_PAGE = "official_page", _("An official page")
        DATA_SCHEMA = "official_data_schema", _("The government's data schema")
        PAGE_ADDRESS = "from_page_address", _("Rebuilt from the address of the official page")
        NOT_FOUND = "not_found", _("Not found in the sources")

    plan = models.ForeignKey(
        ActionPlan,
        on_delete=models.PROTECT,
        related_name="commitments",
        verbose_name=_("action plan"),
    )
    number = models.PositiveSmallIntegerField(_("number in the plan"))
    code = models.CharField(_("stable id"), max_length=60, unique=True)
    ogp_id = models.CharField(
        _("OGP id"), max_length=20, blank=True, help_text=_("Such as CA0060.")
    )
    theme = models.ForeignKey(
        Theme,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("theme"),
    )
    title_en = models.CharField(_("official title (English)"), max_length=300, blank=True)
    title_fr = models.CharField(_("official title (French)"), max_length=300, blank=True)
    title_fr_basis = models.CharField(
        _("where the French title is from"),
        max_length=24,
        choices=TitleBasis.choices,
        default=TitleBasis.NOT_FOUND,
    )
    title_fr_source_url = models.URLField(
        _("source of the French title"), max_length=500, blank=True
    )
    title_note_en = models.TextField(_("note on the title (English)"), blank=True)
    title_note_fr = models.TextField(_("note on the title (French)"), blank=True)
    label_en = models.CharField(_("our label (English)"), max_length=300, blank=True)
    label_fr = models.CharField(_("our label (French)"), max_length=300, blank=True)
    summary_en = models.TextField(_("summary in our words (English)"), blank=True)
    summary_fr = models.TextField(_("summary in our words (French)"), blank=True)
    plan_section_url_en = models.URLField(
        _("its section of the plan (English)"), max_length=500, blank=True
    )
    plan_section_url_fr = models.URLField(
        _("its section of the plan (French)"), max_length=500, blank=True
    )
    plan_section_anchor_inferred = models.BooleanField(
        _("the section's anchor is inferred"), default=False
    )
    lead_note_en = models.TextField(_("note on the leads (English)"), blank=True)
    lead_note_fr = models.TextField(_("note on the leads (French)"), blank=True)
    other_supporting_en = models.JSONField(
        _("others who support it (English)"), default=list, blank=True
    )
    other_supporting_fr = models.JSONField(
        _("others who support it (French)"), default=list, blank=True
    )
    milestones_complete_list = models.BooleanField(
        _("the list of milestones is complete"), null=True, blank=True
    )
    milestone_count = models.PositiveSmallIntegerField(
        _("milestones, as the source counts them"), null=True, blank=True
    )
    indicator_count = models.PositiveSmallIntegerField(
        _("indicators, as the source counts them"), null=True, blank=True
    )
    subjects = TaggableManager(
        through=SubjectTag, verbose_name=_("subjects"), blank=True, help_text=""
    )
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = CommitmentQuerySet.as_manager()

    # Indexed when we say so (`commitments.search.indexing`), once its leads, subjects
    # and milestones are written too.
    search_auto_update = False
    search_fields = [index.SearchField("index_text")]

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="commitment_number_unique_in_its_plan",
                violation_error_message=_("This plan already has a commitment of that number."),
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="commitment_number_from_one"),
            models.CheckConstraint(
                condition=(~Q(title_en="") | ~Q(label_en="")) & (~Q(title_fr="") | ~Q(label_fr="")),
                name="commitment_named_in_both_languages",
                violation_error_message=_(
                    "Give an official title or our own label in each language."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(title_fr="") & Q(title_fr_basis="not_found"))
                | (~Q(title_fr="") & ~Q(title_fr_basis="not_found")),
                name="commitment_french_title_says_where_from",
                violation_error_message=_(
                    "Say where the French title is from, or leave it empty and “not found”."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("commitments:commitment", args=[self.plan.slug, self.number])

    @staticmethod
    def code_for(plan: ActionPlan, number: int) -> str:
        """The stable id of a plan's commitment: `2016-2018-03`."""
        return f"{plan.slug}-{number:02}"

    def clean(self) -> None:
        if self.theme and self.theme.plan_id != self.plan_id:
            raise ValidationError(
                {"theme": _("This theme belongs to another plan.")}, code="theme_of_other_plan"
            )

    @property
    def title(self) -> Words:
        """The official title in the reader's language, else our label, else the other's."""
        mine = active()
        if official := getattr(self, f"title_{mine}"):
            return Words(official, mine)
        if label := getattr(self, f"label_{mine}"):
            return Words(label, mine, ours=True)
        return Words(getattr(self, f"title_{other(mine)}"), other(mine))

    @property
    def official_other_title(self) -> Words:
        """The official title in the other language, shown where ours stands in."""
        theirs = other(active())
        return Words(getattr(self, f"title_{theirs}"), theirs)

    @property
    def summary(self) -> Words:
        return pick(self, "summary")

    @property
    def title_note(self) -> Words:
        return pick(self, "title_note")

    @property
    def lead_note(self) -> Words:
        return pick(self, "lead_note")

    @property
    def plan_section_url(self) -> Words:
        return pick(self, "plan_section_url")

    @property
    def leading(self) -> list[Institution]:
        """The institutions that lead it, first named first. Reads the prefetched leads."""
        return [lead.institution for lead in self.leads.all() if lead.role == Lead.Role.LEAD]

    def standing(self, assessor: Assessor) -> Assessment | None:
        """That assessor's latest finding, on its headline scale; None while there is none.

        Reads the prefetched assessments (`CommitmentQuerySet.with_findings()`).
        """
        findings = [
            finding
            for finding in self.assessments.all()
            if finding.assessor == assessor and finding.code and finding.is_headline
        ]
        return max(findings, key=Assessment.sort_key, default=None)

    @classmethod
    def get_indexed_objects(cls) -> CommitmentQuerySet:
        """With all that a commitment is found by, in a constant number of queries."""
        leads = Lead.objects.select_related("institution").order_by("role", "order")
        return cls.objects.select_related("plan", "theme").prefetch_related(
            Prefetch("leads", leads), "subjects", "milestones", "indicators"
        )

    @cached_property
    def wording(self) -> Wording:
        """What it is found by, as it stood when this was first asked."""
        return Wording(self)

    def index_text(self) -> str:
        return self.wording.index_text()

    @property
    def standings(self) -> list[tuple[Assessor, Assessment | None]]:
        """Every assessor with its standing, side by side, never merged."""
        return [(assessor, self.standing(assessor)) for assessor in Assessor]


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

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="leads")
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="leads", verbose_name=_("institution")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.LEAD)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    named_by = models.JSONField(_("named by"), default=list, blank=True)
    milestones_led = models.PositiveSmallIntegerField(_("milestones led"), null=True, blank=True)

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


class Source(models.Model):
    """A page that facts about a commitment were taken from, and which facts."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="sources")
    url = models.URLField(_("address"), max_length=500)
    used_for = models.JSONField(_("used for"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.UniqueConstraint(fields=["commitment", "url"], name="source_once_a_commitment")
        ]

    def __str__(self) -> str:
        return self.url
