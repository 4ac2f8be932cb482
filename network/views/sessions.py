"""Where someone is signed in, and ending it."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from network.accounts.devices import named
from network.accounts.sessions import NOWHERE, end_others, open_sessions
from network.signed_in import SignedIn


@never_cache
@login_required
@require_safe
def sessions(request: SignedIn) -> HttpResponseBase:
    """Each device that is signed in, when it was last used, and a button that ends it."""
    mine = [
        {
            "session": session,
            "device": named(session.user_agent),
            "is_this": session.session_key == request.session.session_key,
        }
        for session in open_sessions(request.user)
    ]
    context = {"sessions": mine, "nowhere": NOWHERE}
    return render(request, "account/sessions.html", context)


@never_cache
@login_required
@require_POST
def end_session(request: SignedIn, pk: int) -> HttpResponseBase:
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.session_key == request.session.session_key:
        session.delete()
        logout(request)
        return redirect("account_login")
    session.end()
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")


@never_cache
@login_required
@require_POST
def end_other_sessions(request: SignedIn) -> HttpResponseBase:
    end_others(request, request.user)
    messages.success(request, _("All other devices are signed out."))
    return redirect("usersessions_list")


def nothing_to_connect(request: HttpRequest) -> HttpResponseBase:
    """In the place of allauth's page of accounts elsewhere: none is kept here."""
    raise Http404
