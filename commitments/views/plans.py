"""Plans, one plan, one commitment."""

from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commitments.cards import Cards
from commitments.catalogue import Catalogue
from commitments.dossier import Dossier
from commitments.drawing import Strips, plan_card
from commitments.gone import commitment_at, plan_at
from commitments.history import Telling
from commitments.models import Theme
from commitments.pictures import card, strips
from opengov_portal.lib.languages import active
from opengov_portal.lib.pages import for_readers


@require_safe
@for_readers
def plans(request: HttpRequest) -> HttpResponseBase:
    page = Paginator(Catalogue.current().plans, 50).get_page(request.GET.get("page"))
    cards = [plan_card(plan, active()) for plan in page]
    return render(request, "commitments/plans.html", {"page": page, "cards": cards})


def by_theme(cards: Cards, places: list[int]) -> list[dict[str, object]]:
    """The plan's own grouping, in cards: its themes in order, what has none last."""
    theme_of = cards.catalogue.theme
    known = Theme.objects.in_bulk(set(filter(None, map(theme_of, places))))

    def theme(place: int) -> Theme | None:
        return known.get(theme_of(place) or 0)

    def order(place: int) -> tuple[bool, int, str]:
        found = theme(place)
        return (found is None, found.order if found else 0, found.slug if found else "")

    return [
        {"name": found.name if found else None, "cards": cards.in_plan(members)}
        for found, members in groupby(sorted(places, key=order), key=theme)
    ]


@require_safe
@for_readers
def plan(request: HttpRequest, slug: str) -> HttpResponseBase:
    catalogue = Catalogue.current()
    plan = plan_at(slug)
    cards, places = Cards(catalogue), catalogue.in_plan(slug)
    return render(
        request,
        "commitments/plan.html",
        {
            "plan": plan,
            "themes": by_theme(cards, places),
            "strips": Strips(cards).drawn(strips(catalogue, places)),
            "reports": plan.reports.order_by("order"),
        },
    )


@require_safe
@for_readers
def commitment(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    return render(request, "commitments/commitment.html", Dossier(slug, number).page())


@require_safe
@for_readers
def history(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """What became different about a commitment, newest first: before, after, and why."""
    commitment = commitment_at(slug, number)
    changes = commitment.changes.with_deed().newest()
    page = Paginator(changes, 20).get_page(request.GET.get("page"))
    telling = Telling()
    entries = [telling.entry(change) for change in page]
    context = {"commitment": commitment, "page": page, "entries": entries}
    return render(request, "commitments/history.html", context)


@require_safe
@for_readers
def picture(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The card other sites show beside a link to the commitment."""
    dossier = Dossier(slug, number)
    eyebrow, title = dossier.picture_head
    png = card(title, eyebrow, dossier.picture_lines)
    return HttpResponse(png, content_type="image/png")
