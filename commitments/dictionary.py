"""The data dictionary: which fields the data files hold, and what each means.

Drawn from the models, so that the page, the files and the feeds call a thing the
same and say the same of it.
"""

from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models import (
    ActionPlan,
    Assessment,
    Commitment,
    Indicator,
    Institution,
    Lead,
    Milestone,
    Report,
    Source,
    Theme,
    ValueClaim,
)
from commitments.models.scale import SCALES, Scale
from network.models import Subject
from opengov_portal.lib.records import Record, Text, entry, nested

BY_NAME = _("By its name in addresses, as institutions[] has it.")

COMMITMENT = Record(
    "commitment",
    _("Commitment"),
    "commitments[]",
    Commitment,
    (
        "code",
        "plan",
        "number",
        "ogp_id",
        "theme",
        "title_en",
        "title_fr",
        "title_fr_basis",
        "title_fr_source_url",
        "title_note_en",
        "title_note_fr",
        "label_en",
        "label_fr",
        "summary_en",
        "summary_fr",
        "plan_section_url_en",
        "plan_section_url_fr",
        "plan_section_anchor_inferred",
        "lead_note_en",
        "lead_note_fr",
        "other_supporting_en",
        "other_supporting_fr",
        "milestones_complete_list",
        "milestone_count",
        "indicator_count",
        "subjects",
        "changed_at",
    ),
    order=("-plan__ordinal", "number"),
    said={
        "code": _("Names it for good, in the files and the feeds."),
        "other_supporting_en": _("Bodies outside the federal government."),
        "other_supporting_fr": _("The same in French, in the same order."),
    },
)
LEAD = Record(
    "lead",
    _("Lead or support"),
    "commitments[].leads[]",
    Lead,
    ("institution", "role", "order", "named_by", "milestones_led"),
    nested("commitment"),
    order=("role", "order", "pk"),
    said={"institution": BY_NAME},
)
MILESTONE = Record(
    "milestone",
    _("Milestone"),
    "commitments[].milestones[]",
    Milestone,
    (
        "code",
        "parent",
        "order",
        "label_en",
        "label_fr",
        "text_seen",
        "text_source_url",
        "due_from",
        "due",
        "due_text_en",
        "due_text_fr",
        "institutions",
        "indicator_count",
        "status",
        "status_as_of",
        "status_inferred",
        "status_source_url",
        "status_mid_term",
        "status_end_of_term",
        "note_en",
        "note_fr",
    ),
    nested("commitment"),
    said={
        "parent": _("The code of the milestone of which this is one part, if any."),
        "institutions": BY_NAME,
    },
)
INDICATOR = Record(
    "indicator",
    _("Indicator"),
    "commitments[].indicators[]",
    Indicator,
    (
        "order",
        "label_en",
        "label_fr",
        "target_en",
        "target_fr",
        "latest_en",
        "latest_fr",
        "latest_as_of",
        "source_url",
    ),
    nested("commitment"),
)
ASSESSMENT = Record(
    "assessment",
    _("Assessment"),
    "commitments[].assessments[]",
    Assessment,
    (
        "assessor",
        "phase",
        "scale",
        "code",
        "as_of",
        "as_of_basis",
        "wording_en",
        "wording_fr",
        "note_en",
        "note_fr",
        "source_url",
        "other_source_urls",
    ),
    nested("commitment"),
    order=("assessor", "scale", "as_of", "pk"),
    said={"other_source_urls": _("More pages that say the same.")},
)
VALUE_CLAIM = Record(
    "value_claim",
    _("OGP value claimed"),
    "commitments[].value_claims[]",
    ValueClaim,
    ("assessor", "value"),
    nested("commitment"),
    order=("assessor", "value"),
)
SOURCE = Record(
    "source",
    _("Source"),
    "commitments[].sources[]",
    Source,
    ("url", "used_for", "order"),
    nested("commitment"),
    said={"used_for": _("Which facts.")},
)
PLAN = Record(
    "",
    _("Action plan"),
    "plans[]",
    ActionPlan,
    (
        "slug",
        "ordinal",
        "title_en",
        "title_fr",
        "summary_en",
        "summary_fr",
        "starts",
        "ends",
        "mid_term",
        "released",
        "period_note_en",
        "period_note_fr",
        "themes_note_en",
        "themes_note_fr",
        "commitment_count",
        "official_url_en",
        "official_url_fr",
        "tracker_url",
        "detail",
        "compiled_on",
    ),
    order=("-ordinal",),
)
THEME = Record(
    "",
    _("Theme"),
    "plans[].themes[]",
    Theme,
    ("slug", "order", "name_en", "name_fr"),
    nested("plan"),
)
REPORT = Record(
    "",
    _("Report"),
    "plans[].reports[]",
    Report,
    ("kind", "order", "published", "url_en", "url_fr"),
    nested("plan"),
)
INSTITUTION = Record(
    "",
    _("Institution"),
    "institutions[]",
    Institution,
    ("slug", "name_en", "name_fr", "short_en", "short_fr"),
    order=("slug",),
)
SUBJECT = Record(
    "",
    _("Subject"),
    "subjects[]",
    Subject,
    ("slug", "name", "name_fr"),
    order=("slug",),
    said={
        "slug": _("Its name in addresses, such as open-data."),
        "name": _("What people would call it in English."),
    },
)

# What a commitment holds in the files, by the name of the relation.
PARTS: dict[str, Record] = {
    "leads": LEAD,
    "milestones": MILESTONE,
    "indicators": INDICATOR,
    "assessments": ASSESSMENT,
    "value_claims": VALUE_CLAIM,
    "sources": SOURCE,
}
RECORDS = (COMMITMENT, *PARTS.values(), PLAN, THEME, REPORT, INSTITUTION, SUBJECT)

# Models of this room that the files do not hold, and why.
UNPUBLISHED = {
    "Change": "told by the feeds",
    "Filing": "who filed what an institution says of itself: staff's work; what it says is told",
    "Loaded": "what a file last said: our bookkeeping",
    "Responder": "who speaks for an institution: personal",
    "SelfAssessment": "told by the assessments, of which it is one",
    "SubjectTag": "told by a commitment's subjects",
    "Word": "drawn from the texts, for search alone",
}


def scales() -> Iterator[tuple[Scale, list[tuple[str, Text]]]]:
    """Every scale with its codes and our wording of each."""
    for scale in Scale:
        yield scale, [(point.code, point.label) for point in SCALES[scale].points]


def words_for(name: str, *, model: type[models.Model] = Commitment) -> str:
    """What a changed field is called in words; `milestones.status` is one of a part.

    A name that the dictionary does not know is said as it is.
    """
    relation, _dot, column = name.partition(".")
    if column and relation in PARTS:
        return f"{_plural(relation)}{_(':')} {entry(PARTS[relation].model, column).meaning}"
    if relation in PARTS:
        return _plural(relation)
    known = {one.name for one in model._meta.get_fields() if hasattr(one, "verbose_name")}
    return str(entry(model, name).meaning) if name in known else name


def _plural(relation: str) -> str:
    return str(PARTS[relation].model._meta.verbose_name_plural)
