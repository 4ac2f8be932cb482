"""Changes: what became different about the promises, and when, for feeds and the home page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from commitments.models.commitment import Commitment
from commitments.models.plan import ActionPlan
from network.models import Deed
from opengov_portal.lib.languages import colon


class ChangeQuerySet(models.QuerySet["Change"]):
    def newest(self) -> Self:
        return self.order_by("-at", "-pk")

    def with_deed(self) -> Self:
        """With what the record says of it: what was before and after, and why."""
        return self.select_related("deed")

    def with_subject(self) -> Self:
        """With the commitment or plan that each is about."""
        return self.select_related("plan", "commitment__plan")

    def lately(self, lines: int = 5) -> list["News"]:
        """The newest changes, told a line for each plan, kind and day; one query."""
        told = self.values(
            "kind", "plan__slug", "plan__title_en", "plan__title_fr", day=TruncDate("at")
        ).annotate(
            latest=Max("at"),
            last=Max("pk"),
            things=Count("code", distinct=True),
            plans=Count("pk", filter=Q(code=F("plan__slug"))),
            first=Min("code"),
            **{column: Min(f"commitment__{column}") for column in NAMED_BY},
        )
        return [News.of(row) for row in told.order_by("-latest", "-last")[:lines]]


# What a commitment is called by, and found at.
NAMED_BY = ("number", "title_en", "title_fr", "label_en", "label_fr")


@dataclass(frozen=True)
class News:
    """What became different about a plan on one day, in one line.

    `things` counts commitments, `about` is the one thing it tells of, where it is one.
    """

    at: datetime
    kind: str
    things: int
    code: str
    plan: ActionPlan | None
    about: Commitment | ActionPlan | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        plan = None
        if row["plan__slug"] is not None:
            titles = {"title_en": row["plan__title_en"], "title_fr": row["plan__title_fr"]}
            plan = ActionPlan(slug=row["plan__slug"], **titles)
        things = row["things"] - bool(row["plans"])
        about: Commitment | ActionPlan | None = plan if row["plans"] else None
        if plan and things == 1 and not about and row["number"] is not None:
            names = {column: row[column] for column in NAMED_BY}
            about = Commitment(plan=plan, code=row["first"], **names)
        return cls(row["latest"], row["kind"], things, row["first"], plan, about)

    @property
    def url(self) -> str:
        """Where to read of it; empty where nothing is left to read."""
        found = self.about or self.plan
        return found.get_absolute_url() if found else ""

    @property
    def words(self) -> str:
        """The line itself, in the reader's language."""
        if isinstance(self.about, Commitment) or (self.about and not self.things):
            return told(self.kind, self.about)
        if not self.plan:
            return ngettext(
                "%(code)s was removed", "%(count)d entries were removed", self.things
            ) % {"code": self.code, "count": self.things}
        words = {
            Change.Kind.ADDED: ngettext(
                "%(count)d commitment of %(plan)s was added",
                "%(count)d commitments of %(plan)s were added",
                self.things,
            ),
            Change.Kind.CHANGED: ngettext(
                "%(count)d commitment of %(plan)s was changed",
                "%(count)d commitments of %(plan)s were changed",
                self.things,
            ),
            Change.Kind.REMOVED: ngettext(
                "%(count)d commitment of %(plan)s was removed",
                "%(count)d commitments of %(plan)s were removed",
                self.things,
            ),
        }[Change.Kind(self.kind)]
        return words % {"count": self.things, "plan": self.plan.slug}


def told(kind: str, about: Commitment | ActionPlan) -> str:
    """In one line, that a plan or a commitment was added or changed."""
    if isinstance(about, ActionPlan):
        words = {
            Change.Kind.ADDED: gettext("The plan of %(plan)s was added: %(title)s"),
            Change.Kind.CHANGED: gettext("The plan of %(plan)s was changed: %(title)s"),
        }[Change.Kind(kind)]
        return words % {"plan": about.slug, "title": about.title}
    words = {
        Change.Kind.ADDED: gettext("Commitment %(number)d of %(plan)s was added: %(title)s"),
        Change.Kind.CHANGED: gettext("Commitment %(number)d of %(plan)s was changed: %(title)s"),
    }[Change.Kind(kind)]
    return words % {"number": about.number, "plan": about.plan.slug, "title": about.title}


class Change(models.Model):
    """One public change to one commitment or to its plan: added, changed or removed.

    `fields` lists what changed, by the names the data dictionary uses. `code`
    keeps the commitment's stable id after it has been removed; of a change to the
    plan itself it is the plan's slug. What was before and after, and why, the record
    tells (`deed`).
    """

    class Kind(models.TextChoices):
        ADDED = "added", _("Added")
        CHANGED = "changed", _("Changed")
        REMOVED = "removed", _("Removed")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    plan = models.ForeignKey(
        ActionPlan, on_delete=models.SET_NULL, null=True, related_name="changes"
    )
    commitment = models.ForeignKey(
        Commitment, on_delete=models.SET_NULL, null=True, related_name="changes"
    )
    code = models.CharField(_("stable id"), max_length=60)
    fields = models.JSONField(_("what changed"), default=list, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    deed = models.OneToOneField(
        Deed,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("entry of the record"),
    )

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["added", "changed", "removed"]),
                name="change_kind_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}{colon()} {self.get_kind_display()}"

    @classmethod
    def record(cls, kind: "Change.Kind", commitment: Commitment, **facts: Any) -> "Change":
        """Write down a change, in the transaction that makes it."""
        return cls.objects.create(
            kind=kind,
            plan_id=commitment.plan_id,
            commitment=None if kind == cls.Kind.REMOVED else commitment,
            code=commitment.code,
            **facts,
        )

    @property
    def about(self) -> Commitment | ActionPlan | None:
        """What it tells of; None once that is gone. Reads `with_subject()`."""
        return self.commitment or (self.plan if self.plan and self.plan.slug == self.code else None)

    @property
    def words(self) -> str:
        """The change in one line, in the reader's language."""
        if self.about and self.kind != self.Kind.REMOVED:
            return told(self.kind, self.about)
        lost = {
            self.Kind.ADDED: gettext("%(code)s was added, and has since been removed"),
            self.Kind.CHANGED: gettext("%(code)s was changed, and has since been removed"),
            self.Kind.REMOVED: gettext("%(code)s was removed"),
        }[self.Kind(self.kind)]
        return lost % {"code": self.code}
