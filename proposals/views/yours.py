"""An author's own page of their idea; its brief; and what an organization says of it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from network.models import Organization
from network.signed_in import SignedIn
from opengov_portal.lib.pages import told_to_nobody
from proposals import forwarding, moderating
from proposals.models import Appeal, Brief, Proposal, Step

# Where a moderator decided against it, and said why.
AGAINST = (Proposal.State.REFUSED, Proposal.State.HIDDEN)


def own(secret: str) -> Proposal:
    """The idea of a private address, or a 404."""
    found = Proposal.objects.select_related("consultation", "organization")
    return get_object_or_404(found, token=Proposal.token_of(secret))


@told_to_nobody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def yours(request: HttpRequest, secret: str) -> HttpResponse:
    """Where one's idea stands, its text as the public sees it, and what one can do."""
    proposal = own(secret)
    if request.method == "POST":
        messages.success(request, act(proposal, request.POST.get("do", "")))
        return redirect(request.path)
    context = {
        "secret": secret,
        "days": settings.MODERATION_DAYS,
        "steps": proposal.steps.standing().oldest(),
        "decision": proposal.last_move if proposal.state in AGAINST else None,
        "merged_into": moderating.stands_now(proposal),
        "brief_url": reverse("proposals:your_brief", args=[secret]),
        "appeal_url": appeal_of(proposal),
        **words_of(proposal),
    }
    return render(request, "proposals/yours.html", context)


def appeal_of(proposal: Proposal) -> str:
    """Where its author appeals, or sees what came of it; none where it was not refused."""
    step = proposal.last_move if proposal.state == Proposal.State.REFUSED else None
    if step is None or Appeal.refusal_of(token := Appeal.token_for(step)) is None:
        return ""
    return reverse("proposals:appeal", args=[token])


def act(proposal: Proposal, what: str) -> str:
    """Do what a button of the author's page says; what to tell them."""
    if what == "withdraw":
        forwarding.withdraw(proposal)
        return _("Your idea is withdrawn.")
    if what == "alone":
        forwarding.speak_for_oneself(proposal)
        return _("Your idea is now your own. A moderator reads it next.")
    if what == "send":
        if forwarding.send_on(proposal):
            return _("Your idea is on its way to the moderators.")
        return _("Too many of your ideas still wait. Try again once one of them was read.")
    raise BadRequest


def words_of(proposal: Proposal) -> dict[str, object]:
    """What `proposals/_words.html` shows."""
    return {
        "proposal": proposal,
        "call": proposal.consultation,
        "issues": proposal.issues.order_by("slug"),
        "related": proposal.commitments.select_related("plan").order_by("pk"),
        "brief": brief_of(proposal),
    }


def brief_of(proposal: Proposal) -> Brief | None:
    """What is known of its file, and why a moderator took it off, if one did."""
    found = Brief.objects.light().select_related("taken_off")
    return found.filter(proposal=proposal).first()


# --- The brief ---------------------------------------------------------------------------


@require_safe
def brief(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF of an idea that is public; of any other, for who wrote it or decides about it."""
    proposal: Proposal = get_object_or_404(Proposal.objects.select_related("organization"), pk=pk)
    if not proposal.brief_may_be_read_by(request.user):
        raise Http404
    return download(request, proposal)


@told_to_nobody
@never_cache
@require_safe
def your_brief(request: HttpRequest, secret: str) -> HttpResponse:
    return download(request, own(secret))


def download(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Only ever as a file to be saved, from where nothing can run; or the mark of what is gone."""
    found = brief_of(proposal)
    if found is None:
        raise Http404
    if found.taken_off:
        return taken_off(request, proposal, found.taken_off)
    response = HttpResponse(bytes(found.content), content_type="application/pdf")
    name = slugify(proposal.title)[:60].strip("-") or f"proposal-{proposal.pk}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def taken_off(request: HttpRequest, proposal: Proposal, step: Step) -> HttpResponse:
    """That a file was here, when a moderator took it off, and the kind of reason."""
    context = {"proposal": proposal, "step": step}
    response = render(request, "proposals/brief_gone.html", context, status=410)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    return response


# --- What an organization says -------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def vouch(request: SignedIn, pk: int) -> HttpResponse:
    """Who speaks for an organization says whether an idea is its own."""
    proposal: Proposal = get_object_or_404(Proposal.objects.select_related("organization"), pk=pk)
    if not proposal.may_be_vouched_for_by(request.user):
        raise Http404
    if request.method == "POST":
        if request.POST.get("do") == "confirm":
            forwarding.vouch(proposal, by=request.user)
            messages.success(request, _("Confirmed. We have written to its author."))
        elif request.POST.get("do") == "deny":
            forwarding.deny(proposal, by=request.user)
            messages.success(request, _("Not confirmed. We have written to its author."))
        else:
            raise BadRequest
        return redirect(request.path)
    waiting = Proposal.objects.filter(state=Proposal.State.VOUCHING, denied_at__isnull=True)
    theirs = Organization.objects.represented_by(request.user)
    others = waiting.filter(Q(organization__in=theirs)).exclude(pk=pk).order_by("created_at")
    context = {"others": others, "brief_url": reverse("proposals:brief", args=[pk])}
    return render(request, "proposals/vouch.html", {**context, **words_of(proposal)})
