"""Commitments: the promises themselves."""

from collections.abc import Iterable
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, slug_re
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelsearch import index
from modelsearch.queryset import SearchableQuerySetMixin
from taggit.managers import TaggableManager

from commitments.models.assessment import Assessment, standings
from commitments.models.institution import Institution
from commitments.models.lead import Lead
from commitments.models.plan import ActionPlan, Theme
from commitments.models.scale import Assessor
from commitments.models.subject import SubjectTag
from commitments.models.word import Word
from commitments.search.wording import Wording, texts
from opengov_portal.lib.addresses import address
from opengov_portal.lib.languages import Words, active, other, pick

MOST = 9_999  # the highest number, as in a file; SQLite would take any


class CommitmentQuerySet(SearchableQuerySetMixin, models.QuerySet["Commitment"]):
    def in_plan_order(self) -> Self:
        """Newest plan first; within a plan, by its own numbers."""
        return self.order_by("-plan__ordinal", "number")

    def with_findings(self) -> Self:
        """With their plan, and the findings that `standing` chooses from, and no others."""
        return self.select_related("plan", "theme").prefetch_related(
            Prefetch("assessments", Assessment.objects.headlines())
        )

    def for_cards(self) -> Self:
        """With all that a card says and staff's list shows, in a constant number of queries."""
        return self.with_findings().prefetch_related(
            Prefetch("leads", Lead.objects.select_related("institution").order_by("order")),
            Prefetch("subject_tags", SubjectTag.objects.select_related("tag").order_by("pk")),
        )

    def naming(self, institutions: Iterable[Institution]) -> Self:
        """Those that any of these leads or supports, or leads a milestone of."""
        return self.filter(
            Q(leads__institution__in=institutions) | Q(milestones__institutions__in=institutions)
        ).distinct()

    def standing_at(self, assessor: Assessor, scale: str, code: str) -> Self:
        """Those whose `standing` by that assessor is that point of that scale.

        With an empty code, those on which it has no finding.
        """
        findings = Assessment.objects.headlines().filter(
            commitment=OuterRef("pk"), assessor=assessor
        )
        if not code:
            return self.exclude(Exists(findings))
        latest = findings.latest_last().reverse()
        return self.alias(
            latest_scale=Subquery(latest.values("scale")[:1]),
            latest_code=Subquery(latest.values("code")[:1]),
        ).filter(latest_scale=scale, latest_code=code)


# taggit carries no types, so the plugin cannot follow its managers.
class Commitment(index.Indexed, models.Model):  # type: ignore[django-manager-missing]
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
        help_text=_("The plan that makes it. Chosen once: it is part of the public address."),
    )
    number = models.PositiveSmallIntegerField(
        _("number in the plan"),
        help_text=_(
            "The number that the plan gives it. Chosen once: it is part of the public address."
        ),
    )
    code = models.CharField(
        _("stable id"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(
                slug_re, _("Use only letters without accents, digits, hyphens and underscores (_).")
            )
        ],
        help_text=_(
            "Names it for ever, in files and feeds. Leave it empty: plan and number make it."
        ),
    )
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
        help_text=_("The heading under which the plan has it, if the plan has any."),
    )
    title_en = models.CharField(
        _("official title (English)"),
        max_length=300,
        blank=True,
        help_text=_("Word for word from an official source; empty while none is known."),
    )
    title_fr = models.CharField(
        _("official title (French)"),
        max_length=300,
        blank=True,
        help_text=_("Word for word from an official source; empty while none is known."),
    )
    title_fr_basis = models.CharField(
        _("where the French title is from"),
        max_length=24,
        choices=TitleBasis.choices,
        default=TitleBasis.NOT_FOUND,
        help_text=_("French titles come from several places, and readers are told from which."),
    )
    title_fr_source_url = models.URLField(
        _("source of the French title"),
        max_length=500,
        blank=True,
        help_text=_("The page that has the French title."),
    )
    title_note_en = models.TextField(
        _("note on the title (English)"),
        blank=True,
        help_text=_("What needs saying about the title, such as two sources that differ."),
    )
    title_note_fr = models.TextField(
        _("note on the title (French)"), blank=True, help_text=_("The same in French.")
    )
    label_en = models.CharField(
        _("our label (English)"),
        max_length=300,
        blank=True,
        help_text=_("Stands in, marked as ours, where the official title is not known."),
    )
    label_fr = models.CharField(
        _("our label (French)"),
        max_length=300,
        blank=True,
        help_text=_("Stands in, marked as ours, where the official French title is not known."),
    )
    summary_en = models.TextField(
        _("summary in our words (English)"),
        blank=True,
        help_text=_("What was promised, in one or two short sentences and plain words."),
    )
    summary_fr = models.TextField(
        _("summary in our words (French)"), blank=True, help_text=_("The same in French.")
    )
    plan_section_url_en = models.URLField(
        _("its section of the plan (English)"),
        max_length=500,
        blank=True,
        help_text=_("The part of the plan that makes this commitment."),
    )
    plan_section_url_fr = models.URLField(
        _("its section of the plan (French)"),
        max_length=500,
        blank=True,
        help_text=_("The part of the French plan that makes this commitment."),
    )
    plan_section_anchor_inferred = models.BooleanField(
        _("the section's anchor is inferred"),
        default=False,
        help_text=_("The end of that address (#…) is worked out, and was not tried."),
    )
    lead_note_en = models.TextField(
        _("note on the leads (English)"),
        blank=True,
        help_text=_("What needs saying about who leads, such as sources that differ."),
    )
    lead_note_fr = models.TextField(
        _("note on the leads (French)"), blank=True, help_text=_("The same in French.")
    )
    other_supporting_en = models.JSONField(
        _("others who support it (English)"),
        default=list,
        blank=True,
        help_text=_("Organizations outside the federal government, one a line."),
    )
    other_supporting_fr = models.JSONField(
        _("others who support it (French)"),
        default=list,
        blank=True,
        help_text=_("The same in French, in the same order, one a line."),
    )
    milestones_complete_list = models.BooleanField(
        _("the list of milestones is complete"),
        null=True,
        blank=True,
        help_text=_("Whether all of its milestones are listed here, as far as is known."),
    )
    milestone_count = models.PositiveSmallIntegerField(
        _("milestones, as the source counts them"),
        null=True,
        blank=True,
        help_text=_("Empty where the source gives no number."),
    )
    indicator_count = models.PositiveSmallIntegerField(
        _("indicators, as the source counts them"),
        null=True,
        blank=True,
        help_text=_("Empty where the source gives no number."),
    )
    subjects = TaggableManager(
        through=SubjectTag, verbose_name=_("subjects"), blank=True, help_text=""
    )
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = CommitmentQuerySet.as_manager()

    # Indexed when we say so (`commitments.search.indexing`), once its leads, subjects
    # and milestones are written too.
    search_auto_update = False
    WORDS = Word
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
        return address("commitments:commitment", self.plan.slug, self.number)

    @staticmethod
    def code_for(plan: ActionPlan, number: int) -> str:
        """The stable id of a plan's commitment: `2016-2018-03`."""
        return f"{plan.slug}-{number:02}"

    def clean(self) -> None:
        """Says each rule of the whole row at the field to mend."""
        wrong = {}
        for language in ("en", "fr"):
            if not (getattr(self, f"title_{language}") or getattr(self, f"label_{language}")):
                wrong[f"title_{language}"] = ValidationError(
                    _("Give the official title here or our own label below."), code="unnamed"
                )
        if bool(self.title_fr) == (self.title_fr_basis == self.TitleBasis.NOT_FOUND):
            wrong["title_fr_basis"] = ValidationError(
                _("Say where the French title is from, or leave it empty and “not found”."),
                code="french_title_without_basis",
            )
        if self._state.adding and self.number not in {None, *range(1, MOST + 1)}:
            wrong["number"] = ValidationError(
                _("Give a number from 1 to %(most)d."), code="number", params={"most": MOST}
            )
        if self.theme and self.theme.plan_id != self.plan_id:
            wrong["theme"] = ValidationError(
                _("This theme belongs to another plan."), code="theme_of_other_plan"
            )
        if wrong:
            raise ValidationError(wrong)

    @property
    def title(self) -> Words:
        """The official title in the reader's language, else our label, else the other's."""
        if active() == "fr":
            return shown_title("fr", self.title_fr, self.label_fr, self.title_en)
        return shown_title("en", self.title_en, self.label_en, self.title_fr)

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
    def other_supporting(self) -> list[Words]:
        """Who else supports it, outside the federal government."""
        mine = active()
        for language in (mine, other(mine)):
            if names := getattr(self, f"other_supporting_{language}"):
                return [Words(name, language) for name in names]
        return []

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
        return dict(self.standings)[assessor]

    @classmethod
    def get_indexed_objects(cls) -> CommitmentQuerySet:
        """With all that a commitment is found by, in a constant number of queries."""
        leads = Lead.objects.select_related("institution").order_by("role", "order")
        return cls.objects.select_related("plan", "theme").prefetch_related(  # type: ignore[misc]
            Prefetch("leads", leads), "subjects", "milestones", "indicators"
        )

    @cached_property
    def wording(self) -> Wording:
        """What it is found by, as it stood when this was first asked."""
        return Wording(texts(self))

    def index_text(self) -> str:
        return self.wording.index_text()

    @property
    def standings(self) -> list[tuple[Assessor, Assessment | None]]:
        """Every assessor with its standing, side by side, never merged."""
        return standings(self.assessments.all())


def shown_title(language: str, official: str, label: str, elsewhere: str) -> Words:
    """What a reader of that language is shown: see `Commitment.title`.

    Of the official title and our label in that language, and the official title in the other.
    """
    if official:
        return Words(official, language)
    if label:
        return Words(label, language, ours=True)
    return Words(elsewhere, other(language))
