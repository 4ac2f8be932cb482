"""The data files: everything public, streamed, the same for every reader."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import condition, require_safe

from commitments.dictionary import (
    COMMITMENT,
    INSTITUTION,
    PARTS,
    PLAN,
    REPORT,
    SUBJECT,
    THEME,
    Record,
    scales,
)
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
    Subject,
    Theme,
    ValueClaim,
)
from commitments.models.commitment import CommitmentQuerySet
from network.models import Edition
from opengov_portal.lib.languages import LANGUAGES
from opengov_portal.lib.pages import for_readers
from opengov_portal.lib.requests import limited
from opengov_portal.lib.spreadsheets import table

SCHEMA_VERSION = "1.0"
BATCH = 200  # commitments fetched at a time, with all that hangs on them
LICENCE = {
    "compilation": "https://creativecommons.org/licenses/by/4.0/",
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


def edition_tag(request: HttpRequest) -> str:
    return f'W/"data-{SCHEMA_VERSION}-{Edition.current()}"'


def data_file(name: str, content_type: str) -> Callable[[Callable[[], Iterator[bytes]]], Any]:
    """Makes the pieces of a file a view: streamed, named, the same until the edition changes."""

    def decorator(pieces: Callable[[], Iterator[bytes]]) -> Any:
        @require_safe
        @limited("data", times=60, seconds=600)
        @for_readers
        @condition(etag_func=edition_tag)
        def answer(request: HttpRequest) -> HttpResponseBase:
            body = pieces() if request.method == "GET" else iter(())
            response = StreamingHttpResponse(body, content_type=content_type)
            response.headers["Link"] = f'<{LICENCE["compilation"]}>; rel="license"'
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
            return response

        answer.__name__ = pieces.__name__
        answer.__doc__ = pieces.__doc__
        return answer

    return decorator


def promised() -> Iterator[Commitment]:
    """Every commitment with all that hangs on it, a batch at a time."""
    leads = Lead.objects.select_related("institution").order_by("role", "order", "pk")
    milestones = Milestone.objects.select_related("parent").prefetch_related("institutions")
    parts: list[Any] = [
        Prefetch("leads", leads),
        Prefetch("milestones", milestones.order_by("order", "pk")),
        Prefetch("assessments", Assessment.objects.latest_last()),
        Prefetch("indicators", Indicator.objects.order_by("order", "pk")),
        Prefetch("sources", Source.objects.order_by("order", "pk")),
        Prefetch("value_claims", ValueClaim.objects.order_by("assessor", "value")),
        "subjects",
    ]
    every: CommitmentQuerySet = Commitment.objects.select_related("plan", "theme").prefetch_related(
        *parts
    )
    return every.in_plan_order().iterator(chunk_size=BATCH)


def pages(commitment: Commitment) -> dict[str, str]:
    """The address of its page in each language."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[f"page_{language}"] = settings.SITE_URL + commitment.get_absolute_url()
    return found


@data_file("commitments.json", "application/json")
def commitments_json() -> Iterator[bytes]:
    """Everything, one commitment a line."""
    head = json.dumps(_head(), ensure_ascii=False, indent=1).removesuffix("\n}")
    yield f'{head},\n "commitments": ['.encode()
    comma = ""
    for commitment in promised():
        facts = COMMITMENT.values(commitment) | pages(commitment)
        for name, part in PARTS.items():
            facts[name] = [part.values(row) for row in getattr(commitment, name).all()]
        yield f"{comma}\n{json.dumps(facts, ensure_ascii=False)}".encode()
        comma = ","
    yield b"\n ]\n}\n"


def _head() -> dict[str, Any]:
    plans = ActionPlan.objects.newest().prefetch_related(
        Prefetch("themes", Theme.objects.order_by("order", "pk")),
        Prefetch("reports", Report.objects.order_by("order", "pk")),
    )
    return {
        "schema_version": SCHEMA_VERSION,
        "documentation_en": _documentation("en"),
        "documentation_fr": _documentation("fr"),
        "licence": LICENCE,
        "attribution_en": ATTRIBUTION_EN,
        "attribution_fr": ATTRIBUTION_FR,
        "scales": [
            {"scale": str(scale), "codes": [code for code, label in points]}
            for scale, points in scales()
        ],
        "institutions": _values(INSTITUTION, Institution.objects.order_by("slug")),
        "subjects": _values(SUBJECT, Subject.objects.order_by("slug")),
        "plans": [
            PLAN.values(plan)
            | {"themes": _values(THEME, plan.themes.all())}
            | {"reports": _values(REPORT, plan.reports.all())}
            for plan in plans
        ],
    }


def _documentation(language: str) -> str:
    with override(language):
        return settings.SITE_URL + reverse("data")


def _values(record: Record, rows: Any) -> list[dict[str, Any]]:
    return [record.values(row) for row in rows]


@data_file("commitments.csv", "text/csv; charset=utf-8")
def commitments_csv() -> Iterator[bytes]:
    """One row a record: filter on the first column for commitments, milestones, assessments."""
    return table(_rows())


def _rows() -> Iterator[list[Any]]:
    records = (COMMITMENT, *PARTS.values())
    names = [name for record in records for name in record.fields]
    columns = list(dict.fromkeys([*COLUMNS, *names]))
    yield columns
    for commitment in promised():
        shared = {
            "commitment": commitment.code,
            "plan": commitment.plan.slug,
            "commitment_number": commitment.number,
            "commitment_title_en": commitment.title_en or commitment.label_en,
            "commitment_title_fr": commitment.title_fr or commitment.label_fr,
            **pages(commitment),
        }
        for record, rows in _records_of(commitment):
            for row in rows:
                facts = {**record.values(row), **shared, "record": record.name}
                yield [facts.get(column) for column in columns]


def _records_of(commitment: Commitment) -> Iterator[tuple[Record, Any]]:
    yield COMMITMENT, [commitment]
    for name, part in PARTS.items():
        yield part, getattr(commitment, name).all()
