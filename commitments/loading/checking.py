"""Checking a whole file: every record, and what the records say of each other."""

from collections.abc import Iterator
from typing import Any

from commitments.loading.commitment import read_commitment
from commitments.loading.problems import Place, shown
from commitments.loading.records import (
    Record,
    Values,
    known_keys,
    read_date,
    read_number,
    read_text,
    records,
)
from commitments.loading.wanted import KEEP, Rows, WantedFile, WantedPlan
from commitments.models import ActionPlan, Institution, Milestone, Report, Theme, ValueClaim
from commitments.models.scale import SCALES

SCHEMA_VERSION = "1.0"
DEPARTMENT = Record(
    Institution,
    {
        "id": "slug",
        "name_en": "name_en",
        "name_fr": "name_fr",
        "short_en": "short_en",
        "short_fr": "short_fr",
    },
    required=("id", "name_en", "name_fr"),
)
PLAN = Record(
    ActionPlan,
    {
        "id": "slug",
        "ordinal": "ordinal",
        "title_en": "title_en",
        "title_fr": "title_fr",
        "summary_en": "summary_en",
        "summary_fr": "summary_fr",
        "period_start": "starts",
        "period_end": "ends",
        "mid_term_date": "mid_term",
        "released": "released",
        "period_note": "period_note_en",
        "themes_note": "themes_note_en",
        "commitment_count": "commitment_count",
        "official_url_en": "official_url_en",
        "official_url_fr": "official_url_fr",
        "tracker_url": "tracker_url",
        "detail": "detail",
    },
    required=("id", "ordinal", "title_en", "title_fr"),
    nested=("themes", "reports", "commitments"),
    pairs=("summary",),
)
THEME = Record(
    Theme,
    {"id": "slug", "order": "order", "name_en": "name_en", "name_fr": "name_fr"},
    required=("id", "name_en", "name_fr"),
    nested=("commitments",),
)
REPORT = Record(
    Report,
    {"kind": "kind", "date": "published", "url": "url_en", "url_fr": "url_fr"},
    required=("kind",),
)


def check(raw: dict[str, Any], file: str) -> WantedFile:
    """What the file wants. Raises BadFile at the first thing that cannot stand."""
    place = Place(file)
    known_keys(
        raw,
        (
            "schema_version",
            "title_en",
            "title_fr",
            "compiled_on",
            "notes",
            "vocabularies",
            "departments",
            "plans",
        ),
        place,
    )
    if raw.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION:
        version = shown(raw["schema_version"])
        place.refuse("schema_version", f"{version} is not known; known is “{SCHEMA_VERSION}”.")
    for key in ("title_en", "title_fr"):
        read_text(raw.get(key) or "", place, key)
    for note in records(raw.get("notes"), "notes", place):
        read_text(note, place, "notes")
    compiled_on = read_date(raw.get("compiled_on") or "", place, "compiled_on")
    _check_vocabularies(raw.get("vocabularies") or {}, place.at("vocabularies"))
    if not raw.get("plans"):
        place.refuse("plans", "is missing: the file must hold at least one plan.")
    institutions = _departments(raw.get("departments"), place)
    wanted = WantedFile(file, institutions, {})
    seen: dict[str, str] = {}
    for plan in _plans(raw["plans"], wanted, place):
        for code in plan.commitments:
            if code in seen:
                place.at("plan", plan.slug).refuse(
                    "commitments", f"the id {shown(code)} is also in plan {seen[code]}."
                )
            seen[code] = plan.slug
        plan.values["compiled_on"] = compiled_on
        wanted.plans[plan.slug] = plan
    return wanted


def _departments(raw: Any, place: Place) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for one in records(raw, "departments", place):
        here = place.at("department", _name(one, "id"))
        values = DEPARTMENT.read(one, here)
        if values["slug"] in found:
            here.refuse("id", "is given twice.")
        found[values["slug"]] = values
    return found


def _plans(raw: Any, wanted: WantedFile, place: Place) -> Iterator[WantedPlan]:
    ordinals: dict[int, str] = {}
    for one in records(raw, "plans", place):
        here = place.at("plan", _name(one, "id"))
        values = PLAN.read(one, here)
        slug = values["slug"]
        if slug in wanted.plans:
            here.refuse("id", "is given twice.")
        if values["ordinal"] in ordinals:
            here.refuse(
                "ordinal", f"{values['ordinal']} is also that of {ordinals[values['ordinal']]}."
            )
        if values["ordinal"] < 1:
            here.refuse("ordinal", "must be 1 or more.")
        ordinals[values["ordinal"]] = slug
        if values["starts"] and values["ends"] and values["ends"].is_before(values["starts"]):
            here.refuse("period_end", "is before period_start.")
        values |= {"period_note_fr": KEEP, "themes_note_fr": KEEP}
        themes, listed = _themes(one.get("themes"), here)
        plan = WantedPlan(
            slug, values, {"themes": themes, "reports": _reports(one.get("reports"), here)}, {}
        )
        _read_commitments(one.get("commitments"), plan, wanted, here)
        _check_listed(plan, listed, here)
        yield plan


def _themes(raw: Any, place: Place) -> tuple[Rows, dict[str, list[int]]]:
    """The themes, and the numbers of the commitments that each lists."""
    rows: Rows = {}
    listed: dict[str, list[int]] = {}
    for order, one in enumerate(records(raw, "themes", place), 1):
        here = place.at("theme", _name(one, "id"))
        values = THEME.read(one, here)
        slug = values.pop("slug")
        if (slug,) in rows:
            here.refuse("id", "is given twice.")
        if one.get("order") is None:
            values["order"] = order
        rows[(slug,)] = values
        if one.get("commitments") is not None:
            listed[slug] = [
                read_number(number, here, "commitments")
                for number in records(one["commitments"], "commitments", here)
            ]
    return rows, listed


def _reports(raw: Any, place: Place) -> Rows:
    rows: Rows = {}
    for order, one in enumerate(records(raw, "reports", place), 1):
        here = place.at("report", _name(one, "kind"))
        values = REPORT.read(one, here)
        kind = values.pop("kind")
        if (kind,) in rows:
            here.refuse("kind", "is given twice.")
        rows[(kind,)] = values | {"order": order}
    return rows


def _read_commitments(raw: Any, plan: WantedPlan, wanted: WantedFile, place: Place) -> None:
    numbers: dict[int, str] = {}
    for one in records(raw, "commitments", place):
        here = place.at("commitment", _name(one, "number", "id"))
        commitment = read_commitment(one, here, wanted.institutions)
        number = commitment.values["number"]
        if number in numbers:
            here.refuse("number", f"{number} is also that of {numbers[number]}.")
        if commitment.code in plan.commitments:
            here.refuse("id", f"{shown(commitment.code)} is given twice.")
        if commitment.theme and (commitment.theme,) not in plan.rows["themes"]:
            here.refuse("theme_id", f"{shown(commitment.theme)} is not a theme of this plan.")
        numbers[number] = commitment.code
        plan.commitments[commitment.code] = commitment


def _check_listed(plan: WantedPlan, listed: dict[str, list[int]], place: Place) -> None:
    """A theme that lists its commitments must list those that name it, and no others."""
    for slug, numbers in listed.items():
        naming = sorted(
            one.values["number"] for one in plan.commitments.values() if one.theme == slug
        )
        if sorted(numbers) != naming:
            place.at("theme", slug).refuse(
                "commitments", f"lists {sorted(numbers)}, but {naming} name this theme."
            )


def _check_vocabularies(raw: Any, place: Place) -> None:
    """Every code a file explains must be one the portal has words for."""
    known = {str(scale): {point.code for point in facts.points} for scale, facts in SCALES.items()}
    known["tracker_milestone_status"] = set(Milestone.Status.values)
    known["ogp_values"] = set(ValueClaim.OgpValue.values)
    known_keys(raw, known, place)
    for name, members in raw.items():
        for member in records(members, name, place):
            code = member.get("code") if isinstance(member, dict) else member
            if not isinstance(code, str) or code not in known[name]:
                place.refuse(
                    name, f"has the unknown code {shown(code)}; known are {sorted(known[name])}."
                )


def _name(raw: Any, *keys: str) -> Any:
    """How to call a record in a message: by the first of these keys that it has."""
    if not isinstance(raw, dict):
        return ""
    return next((raw[key] for key in keys if isinstance(raw.get(key), str | int)), "")
