"""Joining: the form, the page that says to look in one's mail, and confirming."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from network import actions, limits
from network.accounts import opens_by_mail, sign_in
from network.browser import JOINING
from network.forms.joining import ChoicesForm, CodeForm, JoinForm
from network.models import Consent, JoinRequest, Member
from opengov_portal.lib.mail import canonical
from opengov_portal.lib.pages import told_to_nobody, with_form
from opengov_portal.lib.requests import network_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponseBase:
    form = JoinForm(request.POST) if request.method == "POST" else JoinForm()
    wait = 0
    if form.is_bound and form.is_valid():
        email, network = form.cleaned_data["email"], network_of(request)
        wait = limits.asked(network, email)
        if not wait:
            asked = actions.ask_to_join(
                email, how=JoinRequest.How.FORM, origin=network, **form.said()
            )
            return look_in_the_mail(request, email, asked)
    return with_form(request, "network/join.html", form, wait)


def look_in_the_mail(
    request: HttpRequest, email: str, asked: JoinRequest | None
) -> HttpResponseBase:
    """The same for every address. Where no letter was written, no code fits the handle."""
    before = asked_here(request)
    if asked:
        handle = asked.secret_digest
    elif before and before.address == canonical(email):
        handle = before.secret_digest  # the letter that was written before is still good
    else:
        handle = JOINING.blank()
    response = redirect("network:join_sent")
    JOINING.give(response, handle)
    return response


def asked_here(request: HttpRequest) -> JoinRequest | None:
    """The request that was made in this browser a moment ago."""
    return JoinRequest.objects.filter(secret_digest=JOINING.of(request)).first()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_sent(request: HttpRequest) -> HttpResponseBase:
    """Look in your mail; and the form for the code that is in the letter."""
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    wait = 0
    if form.is_bound and form.is_valid():
        wait = limits.tried_a_code(network_of(request))
        asked = None if wait else asked_here(request)
        if asked and asked.try_code(form.cleaned_data["code"]):
            return confirmed(request, asked, how=Consent.How.CODE)
        if not wait:
            form.add_error("code", str(WRONG_CODE))
    return with_form(request, "network/join_sent.html", form, wait)


WELCOME = _("Welcome: you belong to the network.")
WRONG_CODE = _(
    "This code does not fit, or is no longer good. It works for 15 minutes and five tries, "
    "in the browser where you asked to join. The link in the letter works for seven days."
)


@told_to_nobody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The page of the letter's link: opening it changes nothing, its button confirms."""
    asked = JoinRequest.objects.with_secret(secret)
    if asked is None:
        raise Http404
    member = Member.objects.of(asked.email)
    if asked.state == JoinRequest.State.CONFIRMED:
        return render(request, "network/joined.html", {"used": True, "member": member})
    if asked.is_expired:
        context = {"form": JoinForm(again=asked)}
        return render(request, "network/join_expired.html", context, status=410)
    sent = request.POST if request.method == "POST" else None
    form = None if member else ChoicesForm(sent, asked=asked)
    if sent is not None and (form is None or form.is_valid()):
        choices = form.said() if form else None
        return confirmed(request, asked, how=Consent.How.FORM, choices=choices)
    return render(request, "network/confirm.html", {"asked": asked, "form": form})


def confirmed(request: HttpRequest, asked: JoinRequest, **how: Any) -> HttpResponseBase:
    """Confirm, sign in whom that is enough for, and lead to their page; others to the sign-in."""
    newcomer = Member.objects.of(asked.email) is None
    member = actions.confirm(asked, origin=network_of(request), **how)
    home = reverse("network:member")
    if member and opens_by_mail(member.user, asked.email):
        response: HttpResponseBase = sign_in(request, member.user, to=home)
        if newcomer:
            messages.success(request, str(WELCOME))
    else:
        mine = Member.behind(request.user)
        response = redirect(home if mine and mine.address == asked.address else "network:joined")
    JOINING.drop(request, response)
    return response


@never_cache
@require_safe
def joined(request: HttpRequest) -> HttpResponseBase:
    """That an address is confirmed, and how to sign in; for whoever was not signed in at once."""
    return render(request, "network/joined.html")
