"""The data files: everything public, streamed, the same for every reader."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.conf import settings
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
    Commitment,
    Institution,
    Milestone,
    Report,
    SubjectTag,
    Theme,
)
from network.models import Edition, Subject
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


def promised() -> Iterator[dict[str, Any]]:
    """Every commitment with its parts, as the files say them, a batch of them at a time."""
    every = Commitment.objects.in_plan_order().values_list("pk", flat=True)
    ids = iter(list(every))
    while batch := list(islice(ids, BATCH)):
        yield from _batch(batch)


def _batch(ids: list[int]) -> Iterator[dict[str, Any]]:
    """Some commitments, in a constant number of queries."""
    parts = {name: _parts(part, ids) for name, part in PARTS.items()}
    subjects = _named(SubjectTag.objects.filter(content_object__in=ids), "content_object", "tag")
    named = ("pk", "plan__slug", "number")
    for (pk, slug, number), facts in COMMITMENT.read(Commitment.objects.filter(pk__in=ids), *named):
        facts["subjects"] = subjects[pk]
        yield facts | _pages(slug, number) | {name: theirs[pk] for name, theirs in parts.items()}


def _parts(part: Record, ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    found = defaultdict(list)
    led_by = {}
    if part.model is Milestone:
        through = Milestone.institutions.through.objects
        led_by = _named(through.filter(milestone__commitment__in=ids), "milestone", "institution")
    rows = part.model._default_manager.filter(commitment__in=ids)
    for (owner, pk), facts in part.read(rows, "commitment_id", "pk"):
        if led_by:
            facts["institutions"] = led_by[pk]
        found[owner].append(facts)
    return found


def _named(rows: Any, owner: str, named: str) -> dict[int, list[str]]:
    """The slugs of what each owner names, in their order."""
    found = defaultdict(list)
    for pk, slug in rows.order_by(f"{named}__slug").values_list(f"{owner}_id", f"{named}__slug"):
        found[pk].append(slug)
    return found


def _pages(slug: str, number: int) -> dict[str, str]:
    """The address of a commitment's page in each language."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            page = reverse("commitments:commitment", args=[slug, number])
        found[f"page_{language}"] = settings.SITE_URL + page
    return found


@data_file("commitments.json", "application/json")
def commitments_json() -> Iterator[bytes]:
    """Everything, one commitment a line."""
    head = json.dumps(_head(), ensure_ascii=False, indent=1).removesuffix("\n}")
    yield f'{head},\n "commitments": ['.encode()
    comma = ""
    for facts in promised():
        yield f"{comma}\n{json.dumps(facts, ensure_ascii=False)}".encode()
        comma = ","
    yield b"\n ]\n}\n"


def _head() -> dict[str, Any]:
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


def _documentation(language: str) -> str:
    with override(language):
        return settings.SITE_URL + reverse("data")


@data_file("commitments.csv", "text/csv; charset=utf-8")
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
