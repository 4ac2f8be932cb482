"""Saying yes to what a room above does: the page after asking, and that of the letter's link."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from network import actions, limits
from network.actions import also_asked
from network.browser import ASKING, asked_here
from network.forms.confirming import YesForm
from network.forms.joining import CodeForm
from network.models import Confirmation
from network.rooms import all_asked
from opengov_portal.lib.pages import told_to_nobody, with_form
from opengov_portal.lib.requests import network_of

WRONG_CODE = _(
    "This code does not fit, or is no longer good. It works once, for 15 minutes and five "
    "tries, in the browser where you asked. The link in the letter works for seven days."
)


def look_in_the_mail(request: HttpRequest, confirmation: Confirmation) -> HttpResponse:
    """What answers whoever asked for something: the same for every address."""
    response = redirect("network:confirm_sent")
    ASKING.give(response, confirmation.secret_digest)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_sent(request: HttpRequest) -> HttpResponseBase:
    """Look in your mail; and the form for the code that is in the letter."""
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    wait = 0
    if form.is_bound and form.is_valid():
        wait = limits.tried_a_code(network_of(request))
        asked = None if wait else asked_here(request)
        if asked and asked.try_code(form.cleaned_data["code"]):
            page = actions.confirm_asked(asked, origin=network_of(request))
            return led_on(request, page or "network:confirm_done")
        if not wait:
            form.add_error("code", str(WRONG_CODE))
    return with_form(request, "network/confirm_sent.html", form, wait)


@told_to_nobody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_asked(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The page of the letter's link: opening it changes nothing, its button confirms."""
    asked = Confirmation.objects.with_secret(secret)
    if asked is None:
        raise Http404
    if asked.is_expired:
        return render(request, "network/confirm_expired.html", status=410)
    lines = all_asked(asked)
    if asked.state == Confirmation.State.CONFIRMED or not lines:
        return render(request, "network/confirm_used.html", {"asked": asked})
    sent = request.POST if request.method == "POST" else None
    form = YesForm(sent, lines=lines, others=also_asked(asked))
    if form.is_valid():
        page = actions.confirm_asked(
            asked, origin=network_of(request), seen=form.seal, also=form.chosen()
        )
        return led_on(request, page or request.path)
    return with_form(request, "network/confirm_asked.html", form)


def led_on(request: HttpRequest, page: str) -> HttpResponse:
    response = redirect(page)
    ASKING.drop(request, response)
    return response


@never_cache
@require_safe
def confirm_done(request: HttpRequest) -> HttpResponseBase:
    """That it is confirmed; for what has no page to show it."""
    return render(request, "network/confirm_done.html")
