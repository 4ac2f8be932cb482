"""Plans, one plan, one commitment."""

from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commitments.cards import Cards
from commitments.catalogue import Catalogue
from commitments.dossier import Dossier
from commitments.history import Telling
from commitments.models import ActionPlan, Commitment
from commitments.pictures import card, strips
from opengov_portal.lib.pages import for_readers


@require_safe
@for_readers
def plans(request: HttpRequest) -> HttpResponseBase:
    page = Paginator(ActionPlan.objects.newest(), 50).get_page(request.GET.get("page"))
    return render(request, "commitments/plans.html", {"page": page})


def by_theme(commitments: list[Commitment]) -> list[dict[str, object]]:
    """The plan's own grouping, in cards: its themes in order, what has none last."""
    cards = Cards(Catalogue.current())

    def place(commitment: Commitment) -> tuple[bool, int, str]:
        theme = commitment.theme
        return (theme is None, theme.order if theme else 0, theme.slug if theme else "")

    groups = groupby(sorted(commitments, key=place), key=lambda one: one.theme)
    return [
        {
            "name": theme.name if theme else None,
            "cards": cards.in_plan(one.pk for one in members),
        }
        for theme, members in groups
    ]


@require_safe
@for_readers
def plan(request: HttpRequest, slug: str) -> HttpResponseBase:
    plan = get_object_or_404(ActionPlan, slug=slug)
    promised = list(plan.commitments.with_findings().in_plan_order())
    return render(
        request,
        "commitments/plan.html",
        {
            "plan": plan,
            "commitments": promised,
            "themes": by_theme(promised),
            "strips": strips(promised) if promised else [],
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
    found = Commitment.objects.select_related("plan")
    commitment: Commitment = get_object_or_404(found, plan__slug=slug, number=number)
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
    eyebrow = _("Commitment %(number)s · %(plan)s") % {"number": number, "plan": slug}
    png = card(str(dossier.commitment.title), eyebrow, dossier.picture_lines)
    return HttpResponse(png, content_type="image/png")
