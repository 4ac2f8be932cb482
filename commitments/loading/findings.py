"""Checking what assessors found: one row a scale, and a claim for each OGP value."""

from typing import Any

from commitments.loading.problems import Place, shown
from commitments.loading.records import Record, Values, known_keys, read_text, read_value, records
from commitments.loading.wanted import KEEP, Rows
from commitments.models import Assessment, Assessor, Scale, ValueClaim
from commitments.models.scale import SCALES

ASSESSMENT = Record(
    Assessment,
    {
        "assessor": "assessor",
        "phase": "phase",
        "as_of": "as_of",
        "wording_en": "wording_en",
        "wording_fr": "wording_fr",
        "note": "note_en",
        "source_url": "source_url",
        "other_source_urls": "other_source_urls",
    },
    required=("assessor", "phase"),
    nested=("scale", "status_code", "ratings", "as_of_precision", "ogp_commitment_id"),
)
RATINGS = {
    "early_results": Scale.IRM_EARLY_RESULTS,
    "verifiable": Scale.IRM_VERIFIABLE,
    "relevant_to_ogp_values": Scale.IRM_RELEVANT,
    "ambition": Scale.IRM_AMBITION,
    "starred": Scale.IRM_STARRED,
    "specificity": Scale.IRM_SPECIFICITY,
    "potential_impact": Scale.IRM_POTENTIAL_IMPACT,
    "completion_mid_term": Scale.IRM_COMPLETION_MID_TERM,
    "completion_end_of_term": Scale.IRM_COMPLETION_END_OF_TERM,
}
# The scale each phase of the government's own account is on, unless `scale` says.
SCALE_OF_PHASE = {
    Assessment.Phase.TRACKER: Scale.TRACKER,
    Assessment.Phase.MID_TERM: Scale.SELF_ASSESSMENT,
    Assessment.Phase.END_OF_TERM: Scale.SELF_ASSESSMENT,
}
BASIS = {
    "latest date printed on the stored copy": Assessment.DateBasis.LATEST_PRINTED,
    "undated": Assessment.DateBasis.UNDATED,
    "stated": Assessment.DateBasis.STATED,
}


def read_assessments(raw: Any, ogp_id: str, place: Place) -> tuple[Rows, Rows]:
    """The findings, by scale and phase, and the IRM's claims of values."""
    found: Rows = {}
    claims: Rows = {}
    for order, one in enumerate(records(raw, "assessments", place), 1):
        here = place.at(f"assessment {order}")
        values = ASSESSMENT.read(one, here)
        values |= {"as_of_basis": _basis(one, values, here), "note_fr": KEEP}
        _check_addresses(values, here)
        if one.get("ogp_commitment_id") not in (None, ogp_id):
            here.refuse("ogp_commitment_id", "is not the commitment's ogp_id.")
        ratings = one.get("ratings")
        if ratings is not None:
            codes = _rated(ratings, one, values, here)
            claims |= read_claims(ratings.get("ogp_values"), Assessor.IRM, "ogp_values", here)
        else:
            codes = _stated(one, values, here)
        for scale, code in codes.items():
            _add(found, scale, values, code, here)
    return found, claims


def read_claims(raw: Any, assessor: Assessor, key: str, place: Place) -> Rows:
    """The OGP values an assessor counts a commitment towards; null is “none found”."""
    rows: Rows = {}
    for value in records(raw, key, place):
        if value not in ValueClaim.OgpValue.values:
            place.refuse(key, f"has the unknown code {shown(value)}.")
        rows[(assessor.value, value)] = {}
    return rows


def _rated(ratings: Any, raw: Any, values: Values, place: Place) -> dict[Scale, Any]:
    known_keys(ratings, (*RATINGS, "ogp_values"), place.at("ratings"))
    if values["assessor"] != Assessor.IRM:
        place.refuse("ratings", "are the IRM's; this assessor gives a status_code.")
    if raw.get("status_code") is not None or raw.get("scale") is not None:
        place.refuse("ratings", "stand alone: no status_code and no scale beside them.")
    return {RATINGS[key]: code for key, code in ratings.items() if key in RATINGS}


def _stated(raw: Any, values: Values, place: Place) -> dict[Scale, Any]:
    assessor = values["assessor"]
    if assessor == Assessor.IRM:
        place.refuse("ratings", "are missing.")
    given = read_text(raw.get("scale") or "", place, "scale")
    if given:
        if given not in Scale.values or SCALES[given].assessor != assessor:
            place.refuse("scale", f"{shown(given)} is not a scale of this assessor.")
        scale = Scale(given)
    elif assessor == Assessor.NETWORK:
        scale = Scale.NETWORK
    elif values["phase"] in SCALE_OF_PHASE:
        scale = SCALE_OF_PHASE[Assessment.Phase(values["phase"])]
    else:
        place.refuse("scale", "is missing: this phase has no scale of its own.")
    return {scale: raw.get("status_code")}


def _add(found: Rows, scale: Scale, values: Values, code: Any, place: Place) -> None:
    key = next((name for name, rated in RATINGS.items() if rated == scale), "status_code")
    codes = [point.code for point in SCALES[scale].points]
    if code is not None and code not in codes:
        place.refuse(key, f"has the unknown code {shown(code)}; known are {', '.join(codes)}.")
    if code and not values["source_url"] and values["assessor"] != Assessor.NETWORK:
        place.refuse("source_url", f"is missing: {key} needs the address it was taken from.")
    row = (scale.value, values["phase"])
    if row in found:
        place.refuse("phase", f"{shown(values['phase'])} is given twice on the scale {scale}.")
    rest = {name: value for name, value in values.items() if name != "phase"}
    found[row] = rest | {"code": code or ""}


def _basis(raw: Any, values: Values, place: Place) -> str:
    given = read_text(raw.get("as_of_precision") or "", place, "as_of_precision")
    if given and given not in BASIS:
        place.refuse("as_of_precision", f"has the unknown code {shown(given)}.")
    basis = BASIS.get(given, Assessment.DateBasis.STATED if values["as_of"] else "")
    dated = basis in (Assessment.DateBasis.STATED, Assessment.DateBasis.LATEST_PRINTED)
    if dated != bool(values["as_of"]):
        place.refuse("as_of_precision", "does not agree with as_of.")
    return str(basis)


def _check_addresses(values: Values, place: Place) -> None:
    column = Assessment._meta.get_field("source_url")
    for url in values["other_source_urls"]:
        read_value(column, url, place, "other_source_urls")
