"""Supporting a proposal, and no longer doing so."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from network import actions, limits
from network.browser import address_here, known_here
from network.models import Organization
from network.views.confirming import look_in_the_mail
from opengov_portal.lib.pages import told_to_nobody, with_form
from opengov_portal.lib.requests import network_of
from proposals import supporting
from proposals.forms.supporting import AskForm, AsWhomForm
from proposals.models import Proposal, Support

Form = AskForm | AsWhomForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest, pk: int) -> HttpResponse:
    """Support one proposal: by one button when signed in, else by an address and its letter."""
    return asked(request, pk, "proposals/support.html", withdrawing=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_support(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer support it: by the same door, and with the same answer for every address."""
    return asked(request, pk, "proposals/withdraw_support.html", withdrawing=True)


def asked(request: HttpRequest, pk: int, page: str, *, withdrawing: bool) -> HttpResponse:
    proposal: Proposal = get_object_or_404(Proposal.objects.public(), pk=pk)
    here = address_here(request)
    form, wait = form_for(request, here), 0
    if form.is_bound and form.is_valid():
        if isinstance(form, AsWhomForm):
            return at_once(request, proposal, form, here, withdrawing=withdrawing)
        wait = limits.asked_for("supporting", network_of(request), form.cleaned_data["email"])
        if not wait:
            return by_mail(request, proposal, form, withdrawing=withdrawing)
    context = {
        "proposal": proposal,
        "supporters": proposal.supporters,
        "organizations_behind": supporting.organizations_behind(proposal),
    }
    if here:
        context |= {"supports": supporting.supports(proposal, here)}
        context |= {"is_own": supporting.is_own(proposal, here)}
    return with_form(request, page, form, wait, **context)


def form_for(request: HttpRequest, here: str) -> Form:
    """The one for who is signed in, or for who is not."""
    sent = request.POST if request.method == "POST" else None
    if not here:
        return AskForm(sent)
    theirs = Organization.objects.represented_by(request.user).order_by("pk")
    return AsWhomForm(sent, organizations=list(theirs))


def by_mail(
    request: HttpRequest, proposal: Proposal, form: AskForm, *, withdrawing: bool
) -> HttpResponse:
    email = form.cleaned_data["email"]
    confirmation = actions.ask_to_confirm(
        email,
        language=form.cleaned_data["language"],
        origin=network_of(request),
        here=known_here(request),
        hang=lambda one: supporting.hang(one, proposal, email=email, withdrawing=withdrawing),
    )
    return look_in_the_mail(request, confirmation)


def at_once(
    request: HttpRequest, proposal: Proposal, form: AsWhomForm, here: str, *, withdrawing: bool
) -> HttpResponse:
    user = request.user
    if not user.is_authenticated:  # they signed out this moment
        raise Http404
    if not withdrawing:
        actions.refuse_blocked(here, network_of(request))
    if form.organization:
        act = supporting.withdraw_as if withdrawing else supporting.support_as
        act(form.organization, proposal, by=user)
        return redirect("proposals:support_counted", proposal.pk)
    if withdrawing:
        supporting.withdraw(proposal, here)
        return redirect("proposals:withdrawn", proposal.pk)
    return redirect(supporting.page_of(supporting.support(proposal, here, user=user)))


@told_to_nobody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supported(request: HttpRequest, token: str) -> HttpResponse:
    """The private page of one support: thanks, the number as it is now, and the way back."""
    mine = get_object_or_404(Support.objects.under_seal(token))
    proposal = supporting.stands_in(mine)
    if proposal is None:
        raise Http404
    if request.method == "POST":
        supporting.withdraw_one(mine)
        return redirect("proposals:withdrawn", proposal.pk)
    return render(request, "proposals/supported.html", {"proposal": proposal})


@never_cache
@require_safe
def withdrawn(request: HttpRequest, pk: int) -> HttpResponse:
    """That a support is withdrawn, with the number as it is now."""
    proposal: Proposal = get_object_or_404(Proposal.objects.public(), pk=pk)
    return render(request, "proposals/withdrawn.html", {"proposal": proposal})


@never_cache
@require_safe
def support_counted(request: HttpRequest, pk: int) -> HttpResponse:
    """That an organization's support is on the page, or no longer, with who supports it now."""
    proposal: Proposal = get_object_or_404(Proposal.objects.public(), pk=pk)
    context = {
        "proposal": proposal,
        "supporters": proposal.supporters,
        "organizations_behind": supporting.organizations_behind(proposal),
    }
    return render(request, "proposals/support_counted.html", context)
