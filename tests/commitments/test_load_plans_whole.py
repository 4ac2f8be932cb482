"""Nothing in the shipped file is dropped: the file can be told again from the portal."""

import json
import re

import pytest

from commitments.loading.findings import BASIS, RATINGS
from commitments.management.commands.load_plans import SHIPPED
from commitments.models import ActionPlan, Commitment, Institution
from tests.commitments.files import load

pytestmark = pytest.mark.django_db

# Leaves of the file that have no place of their own in the portal, and why.
NOT_STORED = {
    r"schema_version": "says how to read the file; another version is refused",
    r"title_(en|fr)": "what the file calls itself",
    r"notes/.*": "how to read the file; the data page says the same",
    r"vocabularies/.*": "the portal has its own words for each code; an unknown one is refused",
    r"plans/[^/]+/themes/[^/]+/commitments/.*": "told by each commitment's theme; checked to agree",
    r".*/assessments/\d+/ogp_commitment_id": "the commitment's ogp_id; checked to agree",
    r"plans/[^/]+/commitments/[^/]+/(first|last)_due": "told by the milestones; checked to agree",
}


def leaves(thing, path=""):
    """Every value of the file that is known, with the path to it; ids stand for places."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield from leaves(value, f"{path}/{key}" if path else key)
    elif isinstance(thing, list):
        for order, member in enumerate(thing):
            named = member.get("id", order) if isinstance(member, dict) else order
            yield from leaves(member, f"{path}/{named}")
    elif thing is not None:
        yield path, thing


def date(value):
    return value.value if value else None


def told_again():
    """The file, from what the portal holds."""
    return {
        "compiled_on": date(ActionPlan.objects.first().compiled_on),
        "departments": [
            {"id": one.slug, **columns(one, "name_en", "name_fr", "short_en", "short_fr")}
            for one in Institution.objects.order_by("pk")
        ],
        "plans": [plan_again(plan) for plan in ActionPlan.objects.order_by("ordinal")],
    }


def columns(row, *names):
    return {name: getattr(row, name) for name in names}


def plan_again(plan):
    return {
        "id": plan.slug,
        **columns(plan, "ordinal", "title_en", "title_fr", "summary_en", "summary_fr"),
        **columns(plan, "official_url_en", "official_url_fr", "tracker_url", "detail"),
        "commitment_count": plan.commitment_count,
        "period_start": date(plan.starts),
        "period_end": date(plan.ends),
        "mid_term_date": date(plan.mid_term),
        "released": date(plan.released),
        "period_note": plan.period_note_en,
        "themes_note": plan.themes_note_en,
        "themes": [
            {"id": one.slug, **columns(one, "order", "name_en", "name_fr")}
            for one in plan.themes.order_by("order")
        ],
        "reports": [
            {"kind": one.kind, "url": one.url_en, "url_fr": one.url_fr, "date": date(one.published)}
            for one in plan.reports.order_by("order")
        ],
        "commitments": [commitment_again(one) for one in plan.commitments.order_by("number")],
    }


def commitment_again(one):
    return {
        "id": one.code,
        **columns(one, "number", "ogp_id", "title_en", "title_fr", "title_fr_basis"),
        **columns(one, "title_fr_source_url", "label_en", "label_fr", "summary_en", "summary_fr"),
        **columns(one, "plan_section_url_en", "plan_section_url_fr"),
        **columns(one, "plan_section_anchor_inferred", "milestones_complete_list"),
        **columns(one, "milestone_count", "indicator_count", "other_supporting_en"),
        "theme_id": one.theme and one.theme.slug,
        "title_note": one.title_note_en,
        "lead_note": one.lead_note_en,
        "lead_departments": leads_again(one, "lead"),
        "supporting_departments": leads_again(one, "supporting"),
        "sources": [columns(row, "url", "used_for") for row in one.sources.order_by("order")],
        "ogp_values_government": values_again(one, "government"),
        "milestones": [milestone_again(row) for row in one.milestones.order_by("order")],
        "indicators": [
            {
                **columns(row, "label_en", "label_fr", "target_en", "target_fr"),
                **columns(row, "latest_en", "latest_fr"),
                "latest_as_of": date(row.latest_as_of),
            }
            for row in one.indicators.order_by("order")
        ],
        "assessments": assessments_again(one),
    }


def leads_again(one, role):
    return [
        {"department_id": lead.institution.slug, **columns(lead, "named_by", "milestones_led")}
        for lead in one.leads.filter(role=role).order_by("order")
    ]


def values_again(one, assessor):
    claims = one.value_claims.filter(assessor=assessor).order_by("pk")
    return [claim.value for claim in claims]


def milestone_again(row):
    return {
        "id": row.code,
        "parent_id": row.parent and row.parent.code,
        **columns(row, "label_en", "label_fr", "text_seen", "text_source_url", "indicator_count"),
        "first_due": date(row.due_from),
        "last_due": date(row.due),
        "lead_department_ids": [one.slug for one in row.institutions.order_by("pk")],
        "note": row.note_en,
        "tracker_status": {
            "code": row.status,
            "as_of": date(row.status_as_of),
            "inferred": row.status_inferred,
            "source_url": row.status_source_url,
        },
    }


def assessments_again(one):
    """The rows of one assessor and phase are one assessment of the file."""
    found = {}
    keys = {scale: key for key, scale in RATINGS.items()}
    words = {str(basis): said for said, basis in BASIS.items()}
    for row in one.assessments.order_by("pk"):
        told = found.setdefault(
            (row.assessor, row.phase),
            {
                **columns(row, "assessor", "phase", "wording_en", "wording_fr"),
                **columns(row, "source_url", "other_source_urls"),
                "note": row.note_en,
                "as_of": date(row.as_of),
                "as_of_precision": words.get(row.as_of_basis),
            },
        )
        if row.scale in keys:
            told.setdefault("ratings", {})[keys[row.scale]] = row.code or None
            told["ratings"]["ogp_values"] = values_again(one, "irm")
        else:
            told["status_code"] = row.code or None
    return list(found.values())


def comparable(path, value):
    # The order of a milestone's departments says nothing.
    unordered = re.sub(r"(lead_department_ids)/\d+$", r"\1", path)
    # The fiscal year 2016-17 is kept as 2016/17.
    if re.fullmatch(r"\d{4}-(1[3-9]|[2-9]\d)", str(value)):
        value = value.replace("-", "/")
    return unordered, value


def test_every_leaf_of_the_shipped_file_is_stored_or_listed_with_its_reason():
    load()
    shipped = json.loads(SHIPPED.read_text())
    told = {comparable(*leaf) for leaf in leaves(told_again())}

    dropped = [
        (path, value)
        for path, value in leaves(shipped)
        if comparable(path, value) not in told
        and not any(re.fullmatch(pattern, path) for pattern in NOT_STORED)
    ]

    assert dropped == []


def test_every_reason_not_to_store_a_leaf_is_still_needed():
    paths = [path for path, _ in leaves(json.loads(SHIPPED.read_text()))]

    for pattern in NOT_STORED:
        assert any(re.fullmatch(pattern, path) for path in paths), pattern


def test_what_the_file_does_not_know_is_stored_as_not_known():
    load()
    shipped = json.loads(SHIPPED.read_text())
    given = dict(leaves(shipped))

    # Told again, nothing is known that the file did not say, save what defaults say.
    added = [
        (path, value)
        for path, value in leaves(told_again())
        if path not in given
        and value not in ("", False)
        and not re.search(r"/(order|as_of_precision)$|lead_department_ids/|/\d+/", path)
    ]

    assert added == []


def test_each_french_title_says_where_it_is_from():
    load()

    found = Commitment.objects.exclude(title_fr="").exclude(title_fr_basis="not_found")

    assert found.count() == 25
    assert Commitment.objects.filter(title_fr_basis="not_found", title_fr="").count() == 40
