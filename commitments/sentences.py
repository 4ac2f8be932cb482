"""Sentences that pages of commitments share: put together once in each language.

Each function is given the active language, so that what it remembers is told apart by it.
"""

from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.models import Assessor
from commitments.models.assessment import point_of

USES: dict[str, str | Promise] = {
    "due dates": gettext_lazy("due dates"),
    "indicators": gettext_lazy("indicators"),
    "irm": gettext_lazy("the IRM’s ratings"),
    "leads": gettext_lazy("leads"),
    "leads_fr": gettext_lazy("leads (French names)"),
    "milestone and indicator counts": gettext_lazy("counts of milestones and indicators"),
    "milestones": gettext_lazy("milestones"),
    "number": gettext_lazy("number"),
    "ogp_values_government": gettext_lazy("OGP values the government claims"),
    "pillar": gettext_lazy("theme"),
    "status": gettext_lazy("the government’s status"),
    "status wording_fr": gettext_lazy("the status in French"),
    "summary": gettext_lazy("summary"),
    "title_en": gettext_lazy("English title"),
    "title_fr": gettext_lazy("French title"),
    "tracker status": gettext_lazy("the tracker’s status"),
}

GAPS: dict[str, Promise] = {
    "title_fr": gettext_lazy("Its official title in French."),
    "summary": gettext_lazy("A summary in plain words: we have not written one yet."),
    "leads": gettext_lazy("Who leads it."),
    "milestones": gettext_lazy("Its milestones."),
    "whether all": gettext_lazy("Whether the list of milestones is complete."),
    "the rest": gettext_lazy("The rest of its milestones: the list here is not complete."),
    "wording": gettext_lazy(
        "The wording of its milestones: only their codes, leads and dates are copied here."
    ),
    "due": gettext_lazy("When its milestones are due."),
    "status": gettext_lazy("Where some of its milestones stand."),
    "indicators": gettext_lazy("Its indicators and their targets."),
    "proposals": gettext_lazy("Which proposals led to it: none is recorded here."),
    "ogp_id": gettext_lazy("Its record at the OGP."),
}


@lru_cache(maxsize=1000)
def gaps_in_words(language: str, gaps: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([str(GAPS[gap]) for gap in gaps])


@lru_cache(maxsize=1000)
def uses(language: str, used_for: tuple[str, ...]) -> str:
    return ", ".join([str(USES.get(use, use)) for use in used_for])


@lru_cache(maxsize=1000)
def in_one_line(language: str, assessor: Assessor, finding: tuple[str, str] | None) -> str:
    """What an assessor found; the finding is a code with its scale."""
    point = point_of(*finding) if finding else None
    found = str(point.label) if point else _("not found in the sources")
    return _("%(assessor)s: %(finding)s") % {"assessor": assessor.short, "finding": found}
