"""What nobody has found or written yet: an editor's list of things to do."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.models import Assessment, Change, Indicator, Lead, Milestone, Source

# OGP asks for two updates of a plan a year.
HALF_A_YEAR = timedelta(days=182)


def one_is_empty(text: str) -> Q:
    """That a text stands in one of the languages, and not in the other."""
    english, french = Q(**{f"{text}_en": ""}), Q(**{f"{text}_fr": ""})
    return english & ~french | french & ~english


def without_an_update() -> Any:
    """Of a plan that runs today, and nothing of them changed for half a year."""
    today = timezone.localdate().isoformat()
    # A date that is known to the month or the year alone ends with that (lib.dates).
    runs = Q(plan__ends__gte=today) | Q(plan__ends__in=[today[:7], today[:4]])
    lately = Change.objects.filter(commitment=OuterRef("pk"), at__gt=timezone.now() - HALF_A_YEAR)
    return Q(plan__starts__lte=today) & runs & ~Exists(lately)


def one_is_empty_in(rows: type[Model], *texts: str) -> Any:
    """That one of these texts does, of a row that hangs on a commitment."""
    halves = Q(*(one_is_empty(text) for text in texts), _connector=Q.OR)
    return Exists(rows._base_manager.filter(halves, commitment=OuterRef("pk")))


worded = Milestone.objects.exclude(label_en="", label_fr="")

# By the name in addresses: what it is called, and what holds of those that lack it.
GAPS: dict[str, tuple[Any, Any]] = {
    "title_en": (_("Official English title"), Q(title_en="")),
    "title_fr": (_("Official French title"), Q(title_fr="")),
    "summary": (_("Summary in a language"), Q(summary_en="") | Q(summary_fr="")),
    "theme": (_("Theme"), Q(theme=None)),
    "subjects": (_("Subjects"), Q(subject_tags=None)),
    "leads": (_("Leads"), ~Exists(Lead.objects.filter(commitment=OuterRef("pk")))),
    "milestones": (
        _("Milestones"),
        ~Exists(Milestone.objects.filter(commitment=OuterRef("pk"))),
    ),
    "sources": (
        _("The source of a fact"),
        ~Exists(Source.objects.filter(commitment=OuterRef("pk")))
        | Exists(Indicator.objects.filter(commitment=OuterRef("pk"), source_url=""))
        | Exists(worded.filter(commitment=OuterRef("pk"), text_source_url="")),
    ),
    "translation": (
        _("A text in one of the languages"),
        Q(title_en="", label_en="") | Q(title_fr="", label_fr="")
        | one_is_empty("summary") | one_is_empty("title_note") | one_is_empty("lead_note")
        | one_is_empty_in(Milestone, "label", "due_text", "note")
        | one_is_empty_in(Indicator, "target", "latest")
        | one_is_empty_in(Assessment, "note"),
    ),
    "update": (_("An update for six months"), without_an_update),
}  # fmt: skip

# Of what stands around commitments. Titles and names the database holds to be in both.
PLAN_IN_ONE_LANGUAGE = (
    one_is_empty("summary") | one_is_empty("period_note") | one_is_empty("themes_note")
)
INSTITUTION_IN_ONE_LANGUAGE = one_is_empty("short")


def lacking(name: str) -> Any:
    """What holds of those that lack it; of a name that is none, everything does."""
    _label, found = GAPS.get(name, ("", Q()))
    return found() if callable(found) else found
