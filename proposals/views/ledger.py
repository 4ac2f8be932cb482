"""The ledger of answers: its page, and its files."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from network.models import Edition
from opengov_portal.lib.datafiles import COMPILATION, data_file, json_file
from opengov_portal.lib.languages import LANGUAGES
from opengov_portal.lib.pages import for_readers
from opengov_portal.lib.spreadsheets import table
from proposals.ledger import FILE, Ledger, facts, latest, rows_of

BATCH = 200  # rows fetched at a time


@require_safe
@for_readers
def ledger(request: HttpRequest) -> HttpResponseBase:
    """Every proposal with what became of it: what waits longest first."""
    found = Ledger(request.GET)
    page = found.page(request.GET.get("page"))
    context = {"ledger": found, "page": page, "rows": found.rows(page)}
    return render(request, "proposals/ledger.html", context)


def told() -> Iterator[dict[str, Any]]:
    """Every row as the files say it, a batch at a time."""
    keys = latest()
    pages = {language: _page(language) for language in LANGUAGES}
    for start in range(0, len(keys), BATCH):
        for entry in rows_of(keys[start : start + BATCH]):
            own = {f"page_{one}": page % entry.proposal.pk for one, page in pages.items()}
            yield facts(entry) | own


def _page(language: str) -> str:
    """The address of a proposal's page, with a place for its number."""
    with override(language):
        page = reverse("proposals:proposal", args=[0])
    return settings.SITE_URL + page.replace("/0/", "/%d/")


def edition_and_day() -> str:
    """The days that proposals wait are counted anew each day."""
    return f"{Edition.current()}-{timezone.localdate()}"


@data_file("ledger.json", "application/json", tag=edition_and_day)
def ledger_json() -> Iterator[bytes]:
    """Every proposal with its answer, one a line."""
    head = {
        "licence": COMPILATION,
        "fields": {name: _meanings(name) for name in FILE},
    }
    return json_file(head, "proposals", told())


def _meanings(name: str) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(FILE[name])
    return found


@data_file("ledger.csv", "text/csv; charset=utf-8", tag=edition_and_day)
def ledger_csv() -> Iterator[bytes]:
    """Every proposal with its answer, one a row."""
    return table(_rows())


def _rows() -> Iterator[list[Any]]:
    yield list(FILE)
    for row in told():
        yield [row[name] for name in FILE]
