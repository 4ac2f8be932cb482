"""Plans, one plan, one commitment."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commitments.models import ActionPlan, Commitment
from opengov_portal.lib.pages import for_readers


@require_safe
@for_readers
def plans(request: HttpRequest) -> HttpResponseBase:
    listed = ActionPlan.objects.with_counts().newest()
    return render(request, "commitments/plans.html", {"plans": listed})


@require_safe
@for_readers
def plan(request: HttpRequest, slug: str) -> HttpResponseBase:
    plan = get_object_or_404(ActionPlan, slug=slug)
    promised = plan.commitments.for_cards().in_plan_order()
    return render(request, "commitments/plan.html", {"plan": plan, "commitments": promised})


@require_safe
@for_readers
def commitment(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    commitment = get_object_or_404(Commitment.objects.for_cards(), plan__slug=slug, number=number)
    return render(request, "commitments/commitment.html", {"commitment": commitment})
