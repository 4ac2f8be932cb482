"""Following something by mail, and the private page of all that one follows."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from network import actions, limits
from network.browser import address_here, known_here
from network.models import Consent
from network.views.confirming import look_in_the_mail
from opengov_portal.lib.pages import told_to_nobody, with_form
from opengov_portal.lib.requests import network_of
from opengov_portal.lib.seals import unsealed
from proposals import following
from proposals.forms.following import FollowByMailForm, FollowForm, RhythmForm
from proposals.models import Follower


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Follow what the address names: a proposal, a call, a commitment or an issue."""
    target = following.target_in(request.GET.dict())
    if not target.may_bring_news:
        return redirect(target.thing)
    here, wait = address_here(request), 0
    sent = request.POST if request.method == "POST" else None
    form = FollowForm(sent) if here else FollowByMailForm(sent)
    if form.is_bound and form.is_valid():
        if not isinstance(form, FollowByMailForm):
            return at_once(request, target, form, here)
        wait = limits.asked_for("following", network_of(request), form.cleaned_data["email"])
        if not wait:
            return by_mail(request, target, form)
    return with_form(request, "proposals/follow.html", form, wait, target=target)


def by_mail(request: HttpRequest, target: following.Target, form: FollowByMailForm) -> HttpResponse:
    email, said = form.cleaned_data["email"], form.said()
    confirmation = actions.ask_to_confirm(
        email,
        language=said["language"],
        origin=network_of(request),
        here=known_here(request),
        hang=lambda one: following.hang(one, target, email=email, **said),
    )
    return look_in_the_mail(request, confirmation)


def at_once(
    request: HttpRequest, target: following.Target, form: FollowForm, here: str
) -> HttpResponse:
    user = request.user
    if not user.is_authenticated:  # they signed out this moment
        raise Http404
    origin = network_of(request)
    actions.refuse_blocked(here, origin)
    follower = following.follow_at_once(target, here, user=user, origin=origin, **form.said())
    return redirect(following.page_of(follower))


@told_to_nobody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def followed(request: HttpRequest, token: str) -> HttpResponse:
    """All that an address follows: how often it is told, stopping one, stopping all.

    A seal of ours without a follower is of one who stopped: nothing is left to stop.
    """
    follower = Follower.objects.under_seal(token)
    if unsealed(token, "following") is None:
        raise Http404
    form = RhythmForm(request.POST or None, initial=vars(follower) if follower else {})
    if request.method == "POST" and follower and change(request, follower, form):
        return redirect(request.path)
    context = {"follower": follower, "form": form, "follows": following.listed(follower)}
    return render(request, "proposals/followed.html", context)


def change(request: HttpRequest, follower: Follower, form: RhythmForm) -> bool:
    """Do what a button of the page asks for; False where its form needs another look."""
    origin, number = network_of(request), request.POST.get("stop", "")
    if number == "all":
        following.stop_all(follower, how=Consent.How.PAGE, origin=origin)
    elif following.is_number(number):
        following.stop(follower, int(number), origin=origin)
    elif form.is_valid():
        following.change(follower, **form.cleaned_data)
    else:
        return False
    return True
