"""The data files: everything public, streamed, the same for every reader."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from commitments.dictionary import (
    COMMITMENT,
    INSTITUTION,
    PARTS,
    PLAN,
    REPORT,
    SUBJECT,
    THEME,
    scales,
)
from commitments.models import ActionPlan, Institution, Report, Theme
from commitments.whole import promised
from network.models import Edition, Subject
from opengov_portal.lib.datafiles import COMPILATION, data_file, in_both, json_file
from opengov_portal.lib.spreadsheets import table

SCHEMA_VERSION = "1.0"
LICENCE = {
    "compilation": COMPILATION,
    "government_text": "https://open.canada.ca/en/open-government-licence-canada",
}
ATTRIBUTION_EN = (
    "Our compilation and our own words (label_*, summary_*, target_*, latest_*, note_* and the "
    "subjects) are under CC BY 4.0; please name the Canadian Open Government Civil Society "
    "Network and this portal. Official titles, names, dates, statuses and figures are the "
    "Government of Canada's and the Open Government Partnership's; as far as we know, the "
    "government's are under the Open Government Licence – Canada. Null or empty means not "
    "found in the sources; it never means no, none or not started."
)
ATTRIBUTION_FR = (
    "Notre compilation et nos propres mots (label_*, summary_*, target_*, latest_*, note_* et "
    "les sujets) sont offerts sous licence CC BY 4.0; veuillez nommer le Réseau de la société "
    "civile canadienne pour un gouvernement ouvert et ce portail. Les titres, noms, dates, "
    "états et chiffres officiels sont ceux du gouvernement du Canada et du Partenariat pour un "
    "gouvernement ouvert; à notre connaissance, ceux du gouvernement relèvent de la Licence du "
    "gouvernement ouvert – Canada. Une valeur nulle ou vide signifie «\u00a0non trouvé dans les "
    "sources\u00a0», jamais «\u00a0non\u00a0», «\u00a0aucun\u00a0» ou «\u00a0non commencé\u00a0»."
)
# What every row of the CSV begins with, so that it can be read alone.
COLUMNS = (
    "record",
    "commitment",
    "plan",
    "commitment_number",
    "commitment_title_en",
    "commitment_title_fr",
    "page_en",
    "page_fr",
)


def edition() -> str:
    return f"{SCHEMA_VERSION}-{Edition.current()}"


@data_file("commitments.json", "application/json", tag=edition)
def commitments_json() -> Iterator[bytes]:
    """Everything, one commitment a line."""
    return json_file(_head(), "commitments", promised())


def _head() -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        **in_both("documentation", "data"),
        "licence": LICENCE,
        "attribution_en": ATTRIBUTION_EN,
        "attribution_fr": ATTRIBUTION_FR,
        "scales": [
            {"scale": str(scale), "codes": [code for code, label in points]}
            for scale, points in scales()
        ],
        "institutions": [facts for _, facts in INSTITUTION.read(Institution.objects.all())],
        "subjects": [facts for _, facts in SUBJECT.read(Subject.objects.all())],
        "plans": list(_plans()),
    }


def _plans() -> Iterator[dict[str, Any]]:
    themes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    reports: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for record, rows, found in (
        (THEME, Theme.objects.all(), themes),
        (REPORT, Report.objects.all(), reports),
    ):
        for (owner,), facts in record.read(rows, "plan_id"):
            found[owner].append(facts)
    for (pk,), facts in PLAN.read(ActionPlan.objects.all(), "pk"):
        yield facts | {"themes": themes[pk], "reports": reports[pk]}


@data_file("commitments.csv", "text/csv; charset=utf-8", tag=edition)
def commitments_csv() -> Iterator[bytes]:
    """One row a record: filter on the first column for commitments, milestones, assessments."""
    return table(_rows())


def _rows() -> Iterator[list[Any]]:
    records = (COMMITMENT, *PARTS.values())
    names = [name for record in records for name in record.fields]
    columns = list(dict.fromkeys([*COLUMNS, *names]))
    yield columns
    for facts in promised():
        shared = {
            "commitment": facts["code"],
            "commitment_number": facts["number"],
            "commitment_title_en": facts["title_en"] or facts["label_en"],
            "commitment_title_fr": facts["title_fr"] or facts["label_fr"],
            **{name: facts[name] for name in ("plan", "page_en", "page_fr")},
        }
        told = [(COMMITMENT, facts)]
        told += [(part, row) for name, part in PARTS.items() for row in facts[name]]
        for record, row in told:
            cells = {**row, **shared, "record": record.name}
            yield [cells.get(column) for column in columns]
