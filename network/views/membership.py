"""A member's own page: what they receive, what is public about them, leaving, erasing."""

import json

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from network.actions import change_membership, erase, leave
from network.forms.membership import MemberForm
from network.holdings import held_on_account
from network.models import Consent, ConsentWords, Member
from network.signed_in import SignedIn
from opengov_portal.lib.languages import active
from opengov_portal.lib.requests import limited, network_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest) -> HttpResponseBase:
    me = Member.behind(request.user)
    if me is None:
        return render(request, "network/no_member.html")
    form = MemberForm(request.POST or None, instance=me)
    if request.method == "POST" and form.is_valid():
        change_membership(Member.objects.get(pk=me.pk), form.choices, origin=network_of(request))
        messages.success(request, _("Your choices are kept."))
        return redirect("network:member")
    me.refresh_from_db()
    context = {
        "member": me,
        "form": form,
        "words": ConsentWords.current(active()),
        "consents": Consent.objects.of_account(me.user, me.email).newest(),
        "affiliations": me.affiliations.select_related("organization").order_by("pk"),
    }
    return render(request, "network/member.html", context, status=200 if not form.errors else 422)


@never_cache
@login_required
@require_POST
@limited("download", times=10, seconds=3600)
def download(request: SignedIn) -> HttpResponseBase:
    """All that is held on the one who asks, as a file."""
    held = json.dumps(
        held_on_account(request.user),
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
        indent=2,
    )
    response = HttpResponse(held, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="opengov-portal.json"'
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave_network(request: HttpRequest) -> HttpResponseBase:
    """A page that says what leaving does, and a button."""
    return end(request, "leave", "network/leave_network.html")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase_me(request: HttpRequest) -> HttpResponseBase:
    """A page that says what erasing does, and a button."""
    return end(request, "erase", "network/erase.html")


@never_cache
@require_safe
def left(request: HttpRequest) -> HttpResponseBase:
    """After leaving: where the way back is."""
    return render(request, "network/left.html")


def end(request: HttpRequest, how: str, page: str) -> HttpResponseBase:
    """The end of a membership, when its button is pressed."""
    me = Member.behind(request.user)
    if me is None:
        return redirect("network:member")
    if request.method != "POST":
        return render(request, page, {"member": me})
    if how == "erase":
        erase(me, how=Consent.How.MEMBER)
    else:
        leave(me, how=Consent.How.MEMBER, origin=network_of(request))
    logout(request)
    return redirect("network:left")
