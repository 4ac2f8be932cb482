"""Another address for one's account: asking for it, and saying yes by the letters' links."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from network import actions
from network.forms.accounts import AddressForm
from network.models import AddressChange
from network.signed_in import SignedIn
from opengov_portal.lib.pages import told_to_nobody


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: SignedIn) -> HttpResponseBase:
    """One's address, and a form for another; the button beside it takes that back."""
    mine = AddressChange.objects.filter(user=request.user)
    if "take_back" in request.POST:
        mine.delete()
        messages.success(request, _("Your address stays as it is."))
        return redirect("account_email")
    form = AddressForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        actions.ask_to_move(request.user, form.cleaned_data["email"])
        return redirect("account_email")
    waiting = mine.waiting().first()
    context = {"form": form, "change": waiting}
    return render(request, "account/email.html", context, status=422 if form.errors else 200)


@told_to_nobody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agree_to_move(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The page of a letter's link: opening it changes nothing, its button says yes."""
    change = AddressChange.objects.with_secret(secret)
    if change is None:
        return render(request, "account/move_ended.html", status=404)
    if request.method == "POST":
        if actions.agree_to_move(change, secret):
            return render(request, "account/moved.html", {"new": change.new})
        return redirect(request.path)
    agreed = change.is_agreed_by(secret)
    return render(request, "account/move.html", {"change": change, "agreed": agreed})
