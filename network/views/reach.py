"""Who we are: how far the network reaches."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from network.models import Province, Reach, Sector
from network.pictures import bars, columns
from network.reach import FRESH, LEAST, STEP, canada
from opengov_portal.lib.languages import alphabet_key
from opengov_portal.lib.pages import for_readers
from opengov_portal.lib.requests import limited


@require_safe
@for_readers
def reach(request: HttpRequest) -> HttpResponseBase:
    counted = Reach.latest()
    figures = counted.figures if counted else {}
    context = {"counted": counted, "least": LEAST, "step": STEP, "fresh": FRESH}
    if figures:
        context |= drawn(figures)
    return render(request, "network/reach.html", context)


def drawn(figures: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of the rounded figures, beside the country's own shares."""
    population = canada().get("population", {})
    spoken = canada().get("first_official_language", {})
    counts, everyone = population.get("counts", {}), population.get("total", 1)
    months = [
        (name, date_format(date(int(name[:4]), int(name[5:]), 1), "F Y"), count)
        for name, count in figures["months"].items()
    ]
    return {
        "total": figures["total"]["members"],
        "circle": figures["circle"],
        "founding": bars(
            (str(label), figures["founding"][sector], None) for sector, label in Sector.choices
        ),
        "newcomers": bars(
            (str(label), figures["newcomers"][sector], None) for sector, label in Sector.choices
        ),
        "provinces": bars(
            (
                label,
                figures["provinces"][code],
                100 * counts[code] / everyone if code in counts else None,
            )
            for code, label in places()
        ),
        "languages": bars(
            (str(label), figures["languages"][code], spoken.get("percent", {}).get(code))
            for code, label in settings.LANGUAGES
        ),
        "months": months,
        "columns": columns(months),
        "population": population,
        "spoken": spoken,
    }


def places() -> list[tuple[str, str]]:
    """The provinces and territories as the reader's language orders them; abroad last."""
    named = [(code, str(label)) for code, label in Province.choices]
    return sorted(named, key=lambda one: (one[0] == Province.ABROAD, alphabet_key(one[1])))


@require_safe
@limited("data", times=60, seconds=600)
@for_readers
def reach_json(request: HttpRequest) -> HttpResponseBase:
    """The figures of the page, and no others: each is rounded down to a multiple of five."""
    counted = Reach.latest()
    return JsonResponse(
        {
            "schema_version": "1.0",
            "counted_on": counted.counted_at.date().isoformat() if counted else None,
            "rounded_down_to": STEP,
            "figures": counted.figures if counted else {},
        },
        json_dumps_params={"indent": 1},
    )
