"""The editorial supplement: subjects, and the French of notes kept in English only."""

from typing import Any

from commitments.loading.problems import Place, shown
from commitments.loading.records import Record, Values, known_keys, read_text, records
from commitments.loading.wanted import WantedFile, notes
from network.models import Subject

SUBJECT = Record(
    Subject,
    {"id": "slug", "name_en": "name", "name_fr": "name_fr"},
    required=("id", "name_en", "name_fr"),
)


def apply_editorial(raw: dict[str, Any], file: str, wanted: WantedFile) -> None:
    """Add to what a file wants what its editors wrote beside it.

    A commitment that the supplement does not name keeps the subjects it has.
    Raises BadFile at the first thing that cannot stand.
    """
    place = Place(file)
    known_keys(raw, ("schema_version", "notes", "subjects", "commitments", "french"), place)
    wanted.subjects = _subjects(raw.get("subjects"), place)
    _classify(raw.get("commitments") or {}, wanted, wanted.subjects, place)
    french = _french(raw.get("french") or {}, place)
    for values, stem in notes(wanted):
        english = values[f"{stem}_en"]
        if isinstance(english, list):
            if all(one in french for one in english):
                values[f"{stem}_fr"] = [french[one] for one in english]
        elif english in french:
            values[f"{stem}_fr"] = french[english]


def _subjects(raw: Any, place: Place) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for order, one in enumerate(records(raw, "subjects", place), 1):
        here = place.at("subject", one["id"] if isinstance(one, dict) and "id" in one else order)
        values = SUBJECT.read(one, here)
        for other in found.values():
            for key, column in SUBJECT.columns.items():
                if values[column].casefold() == other[column].casefold():
                    here.refuse(key, f"{shown(values[column])} is given twice.")
        found[values["slug"]] = values
    return found


def _classify(raw: Any, wanted: WantedFile, subjects: dict[str, Values], place: Place) -> None:
    commitments = {
        code: one for plan in wanted.plans.values() for code, one in plan.commitments.items()
    }
    known_keys(raw, commitments, place.at("commitments"))
    for code, slugs in raw.items():
        here = place.at("commitment", code)
        rows = commitments[code].rows["subjects"] = {}
        for slug in records(slugs, "subjects", here):
            if not isinstance(slug, str) or slug not in subjects:
                here.refuse("subjects", f"{shown(slug)} is not among the file's subjects.")
            if (slug,) in rows:
                here.refuse("subjects", f"{shown(slug)} is given twice.")
            rows[(slug,)] = {}


def _french(raw: Any, place: Place) -> dict[str, str]:
    here = place.at("french")
    if not isinstance(raw, dict):
        here.refuse("", f"must be an object, not {shown(raw)}.")
    return {english: read_text(french, here, shown(english)) for english, french in raw.items()}
