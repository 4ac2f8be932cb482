"""Checking one commitment, with its leads, sources, milestones and indicators."""

import re
from typing import Any

from commitments.loading.findings import read_assessments, read_claims
from commitments.loading.problems import Place, shown
from commitments.loading.records import Record, Values, read_date, read_text, records
from commitments.loading.wanted import KEEP, Rows, WantedCommitment
from commitments.models import Assessor, Commitment, Indicator, Lead, Milestone, Source
from opengov_portal.lib.dates import PartialDate

COMMITMENT = Record(
    Commitment,
    {
        "number": "number",
        "id": "code",
        "ogp_id": "ogp_id",
        "title_en": "title_en",
        "title_fr": "title_fr",
        "title_fr_basis": "title_fr_basis",
        "title_fr_source_url": "title_fr_source_url",
        "title_note": "title_note_en",
        "label_en": "label_en",
        "label_fr": "label_fr",
        "summary_en": "summary_en",
        "summary_fr": "summary_fr",
        "plan_section_url_en": "plan_section_url_en",
        "plan_section_url_fr": "plan_section_url_fr",
        "plan_section_anchor_inferred": "plan_section_anchor_inferred",
        "lead_note": "lead_note_en",
        "other_supporting_en": "other_supporting_en",
        "milestones_complete_list": "milestones_complete_list",
        "milestone_count": "milestone_count",
        "indicator_count": "indicator_count",
    },
    required=("number", "id"),
    nested=(
        "theme_id",
        "lead_departments",
        "supporting_departments",
        "assessments",
        "sources",
        "ogp_values_government",
        "milestones",
        "indicators",
        "first_due",
        "last_due",
    ),
    pairs=("summary",),
)
LEAD = Record(
    Lead,
    {"named_by": "named_by", "milestones_led": "milestones_led"},
    nested=("department_id",),
)
SOURCE = Record(Source, {"url": "url", "used_for": "used_for"}, required=("url",))
MILESTONE = Record(
    Milestone,
    {
        "id": "code",
        "label_en": "label_en",
        "label_fr": "label_fr",
        "text_seen": "text_seen",
        "text_source_url": "text_source_url",
        "first_due": "due_from",
        "last_due": "due",
        "due_text_en": "due_text_en",
        "due_text_fr": "due_text_fr",
        "indicator_count": "indicator_count",
        "status_mid_term": "status_mid_term",
        "status_end_of_term": "status_end_of_term",
        "note": "note_en",
    },
    required=("id",),
    nested=("parent_id", "lead_department_ids", "tracker_status"),
    pairs=("label",),
)
TRACKER_STATUS = Record(
    Milestone,
    {
        "code": "status",
        "as_of": "status_as_of",
        "inferred": "status_inferred",
        "source_url": "status_source_url",
    },
    required=("code", "source_url"),
)
INDICATOR = Record(
    Indicator,
    {
        "label_en": "label_en",
        "label_fr": "label_fr",
        "target_en": "target_en",
        "target_fr": "target_fr",
        "latest_en": "latest_en",
        "latest_fr": "latest_fr",
        "latest_as_of": "latest_as_of",
    },
    required=("label_en", "label_fr"),
    pairs=("target", "latest"),
)
# `status_mid_term_2017_06_30`: the day is the plan's own mid-term date.
DATED_STATUS = re.compile(r"(status_(?:mid_term|end_of_term))_\d{4}_\d{2}_\d{2}")


def read_commitment(raw: Any, place: Place, institutions: dict[str, Values]) -> WantedCommitment:
    """Raises BadFile at the first thing in it that cannot stand."""
    values = COMMITMENT.read(raw, place)
    if values["number"] < 1:
        place.refuse("number", "must be 1 or more.")
    _check_titles(values, place)
    values |= {"title_note_fr": KEEP, "lead_note_fr": KEEP, "other_supporting_fr": KEEP}
    sources = _sources(raw.get("sources"), place)
    wanted = WantedCommitment(
        code=values.pop("code"),
        values=values,
        theme=read_text(raw.get("theme_id") or "", place, "theme_id"),
        rows={
            "leads": _leads(raw, place, institutions),
            "sources": sources,
            "value_claims": read_claims(
                raw.get("ogp_values_government"),
                Assessor.GOVERNMENT,
                "ogp_values_government",
                place,
            ),
            "indicators": _indicators(raw.get("indicators"), sources, place),
            "milestones": {},
            "assessments": {},
        },
    )
    _read_milestones(raw.get("milestones"), wanted, institutions, place)
    _check_due(raw, wanted.rows["milestones"], place)
    assessments, claims = read_assessments(raw.get("assessments"), values["ogp_id"], place)
    wanted.rows["assessments"] = assessments
    wanted.rows["value_claims"] |= claims
    return wanted


def _check_titles(values: Values, place: Place) -> None:
    for language, name in (("en", "English"), ("fr", "French")):
        if not values[f"title_{language}"] and not values[f"label_{language}"]:
            place.refuse(
                f"title_{language}",
                f"is missing, and label_{language} too: give it a name in {name}.",
            )
    not_found = Commitment.TitleBasis.NOT_FOUND
    values["title_fr_basis"] = values["title_fr_basis"] or ("" if values["title_fr"] else not_found)
    if bool(values["title_fr"]) == (values["title_fr_basis"] in ("", not_found)):
        place.refuse(
            "title_fr_basis",
            f"must be {shown(str(not_found))} where title_fr is null, and say where it is "
            "from where it is not.",
        )


def _department(raw: Any, institutions: dict[str, Values], place: Place, key: str) -> str:
    slug = read_text(raw, place, key)
    if slug not in institutions:
        place.refuse(key, f"{shown(slug)} is not among the file's departments.")
    return slug


def _leads(raw: Any, place: Place, institutions: dict[str, Values]) -> Rows:
    rows: Rows = {}
    for key, role in (
        ("lead_departments", Lead.Role.LEAD),
        ("supporting_departments", Lead.Role.SUPPORTING),
    ):
        for one in records(raw.get(key), key, place):
            here = place.at(key)
            values = LEAD.read(one, here)
            slug = _department(one.get("department_id"), institutions, here, "department_id")
            for name in values["named_by"]:
                if name not in Lead.NamedBy.values:
                    here.refuse("named_by", f"has the unknown code {shown(name)}.")
            if (slug, role.value) in rows:
                here.refuse("department_id", f"{shown(slug)} is given twice.")
            rows[(slug, role.value)] = values | {"order": len(rows)}
    return rows


def _sources(raw: Any, place: Place) -> Rows:
    rows: Rows = {}
    for order, one in enumerate(records(raw, "sources", place)):
        here = place.at(f"source {order + 1}")
        values = SOURCE.read(one, here)
        url = values.pop("url")
        if (url,) in rows:
            here.refuse("url", f"{shown(url)} is given twice.")
        rows[(url,)] = values | {"order": order}
    return rows


def _indicators(raw: Any, sources: Rows, place: Place) -> Rows:
    rows: Rows = {}
    used = [url for (url,), values in sources.items() if "indicators" in values["used_for"]]
    for order, one in enumerate(records(raw, "indicators", place)):
        here = place.at(f"indicator {order + 1}")
        values = INDICATOR.read(one, here)
        label = values.pop("label_en")
        if (label,) in rows:
            here.refuse("label_en", f"{shown(label)} is given twice.")
        rows[(label,)] = values | {
            "order": order,
            "source_url": used[0] if len(used) == 1 else "",
        }
    return rows


def _read_milestones(
    raw: Any, wanted: WantedCommitment, institutions: dict[str, Values], place: Place
) -> None:
    rows = wanted.rows["milestones"]
    for order, given in enumerate(records(raw, "milestones", place)):
        name = given.get("id", order + 1) if isinstance(given, dict) else order + 1
        here = place.at("milestone", name)
        one = _undated(given, here)
        values = MILESTONE.read(one, here)
        code = values.pop("code")
        if (code,) in rows:
            here.refuse("id", f"{shown(code)} is given twice.")
        _check_order(values["due_from"], values["due"], here)
        if parent := read_text(one.get("parent_id") or "", here, "parent_id"):
            if (parent,) not in rows:
                here.refuse("parent_id", f"{shown(parent)} is not a milestone listed before it.")
            wanted.parents[code] = parent
        led_by = [
            _department(slug, institutions, here, "lead_department_ids")
            for slug in records(one.get("lead_department_ids"), "lead_department_ids", here)
        ]
        if len(set(led_by)) < len(led_by):
            here.refuse("lead_department_ids", "names a department twice.")
        wanted.led_by[code] = led_by
        status = one.get("tracker_status")
        rows[(code,)] = (
            values
            | (TRACKER_STATUS.read(status, here.at("tracker_status")) if status else NO_STATUS)
            | {"order": order, "note_fr": KEEP}
        )


NO_STATUS: Values = {
    "status": "",
    "status_as_of": None,
    "status_inferred": False,
    "status_source_url": "",
}


def _undated(raw: Any, place: Place) -> Any:
    """The record with `status_mid_term_2017_06_30` called `status_mid_term`."""
    if not isinstance(raw, dict):
        return raw
    named = {}
    for key, value in raw.items():
        dated = DATED_STATUS.fullmatch(key)
        name = dated[1] if dated else key
        if name in named:
            place.refuse(key, f"is given twice, with {name}.")
        named[name] = value
    return named


def _check_order(first: PartialDate | None, last: PartialDate | None, place: Place) -> None:
    if first and last and last.is_before(first):
        place.refuse("last_due", "is before first_due.")


def _check_due(raw: Any, milestones: Rows, place: Place) -> None:
    """A commitment's first and last due dates are those of its milestones."""
    for key, column, choose in (("first_due", "due_from", min), ("last_due", "due", max)):
        if raw.get(key) is None:
            continue
        given = read_date(raw[key], place, key)
        theirs = [values[column] for values in milestones.values() if values[column]]
        if given != choose(theirs, default=None):
            place.refuse(key, f"{shown(raw[key])} is not what its milestones say.")
