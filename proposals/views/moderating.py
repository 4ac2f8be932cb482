"""What the public meets of moderation: flags, appeals, the log, and the mark of what is gone."""

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from network.limits import waiting
from network.models import Block
from network.models.tally import Limit
from opengov_portal.lib.errors import TooMany
from opengov_portal.lib.pages import for_readers, told_to_nobody
from opengov_portal.lib.requests import around, network_of
from proposals import log
from proposals.forms.moderating import AppealForm, FlagForm
from proposals.models import Appeal, Flag, Proposal


def gone(request: HttpRequest, proposal: Proposal) -> HttpResponseBase:
    """The mark of a proposal that is hidden or withdrawn: its date and reason code, no title."""
    context = {"step": proposal.last_move, "hidden": proposal.state == Proposal.State.HIDDEN}
    return render(request, "proposals/gone.html", context, status=410)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A visitor says what is wrong with a public proposal."""
    proposal: Proposal = get_object_or_404(Proposal.objects.public(), pk=pk)
    form = FlagForm(request.POST) if request.method == "POST" else FlagForm()
    if form.is_bound and form.is_valid():
        network = network_of(request)
        within_limits(network)
        if not form.is_trapped and not Block.objects.stop(origin=network):
            reason, words = form.cleaned_data["reason"], form.cleaned_data["words"]
            Flag.put(proposal, reason=reason, words=words, network=network)
        return redirect("proposals:flagged")
    return render(request, "proposals/flag.html", {"proposal": proposal, "form": form})


def within_limits(network: str) -> None:
    """Counts one who flags. Raises TooMany beyond what one network may do."""
    wait = waiting(
        [
            Limit(f"flags from {network}", 60, 3),
            Limit(f"flags from {network}", 3600, 20),
            Limit(f"flags around {around(network)}", 3600, 60),
        ]
    )
    if wait:
        raise TooMany(_("This was asked for too often from your internet connection."), wait=wait)


@never_cache
@require_safe
def flagged(request: HttpRequest) -> HttpResponseBase:
    """Thanks; the same for everyone, whether it was counted or not."""
    return render(request, "proposals/flagged.html")


@told_to_nobody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page of the letter's link: opening it changes nothing, its button appeals."""
    refusal = Appeal.refusal_of(token)
    if refusal is None:
        raise Http404
    form = AppealForm(request.POST) if request.method == "POST" else AppealForm()
    if form.is_bound and form.is_valid():
        Appeal.put(refusal, words=form.cleaned_data["words"])
        messages.success(request, _("Your appeal is in. Another moderator will decide."))
        return redirect(request.path)
    proposal = refusal.proposal
    context = {
        "proposal": proposal,
        "refusal": refusal,
        "form": form,
        "appeal": Appeal.objects.filter(proposal=proposal).select_related("decision").first(),
        "stands": proposal.state == Proposal.State.REFUSED,
    }
    return render(request, "proposals/appeal.html", context)


@require_safe
@for_readers
def moderation(request: HttpRequest) -> HttpResponseBase:
    """The public log: numbers by month and reason, never names."""
    return render(request, "proposals/log.html", log.shown())
