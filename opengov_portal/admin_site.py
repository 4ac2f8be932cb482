"""The admin: the same windows as Django's, behind the portal's own sign-in."""

import logging
from collections.abc import Iterator
from functools import wraps
from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import activate, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from network.accounts import SecondFactor, second_factor
from network.desk import waiting_for
from network.models import Deed
from network.roles import sees_addresses
from opengov_portal.finding import LENGTH, find
from opengov_portal.lib.pages import View
from opengov_portal.lib.veils import veiled

log = logging.getLogger(__name__)

# allauth gives its model no name to translate: Django takes that of the class.
NAMES_OF_CLASSES = (_("authenticators"),)


def veil_addresses(response: HttpResponseBase) -> HttpResponseBase:
    """What a window left in, such as a name that is an address, or one within a text."""
    kind = response.headers.get("Content-Type", "")
    veil = str(_("(address not shown)"))
    if not kind.startswith(("text/", "application/json", "application/x-ndjson")):
        return response
    if isinstance(response, HttpResponse):
        response.content = veiled(response.text, veil)
    elif isinstance(response, StreamingHttpResponse):  # a file, a line at a time
        lines = cast(Iterator[bytes], response.streaming_content)
        response.streaming_content = (veiled(line.decode(), veil) for line in lines)
    return response


class Suggestions(AutocompleteJsonView):
    """What a box offers while one types: of people, that is a look at a list of them.

    It is one look, however many keys are pressed within some minutes.
    """

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().get(request, *args, **kwargs)
        window: Any = self.model_admin
        if not Deed.objects.looks_of_late(window.model, by=request.user).exists():
            window.looked_at(request, window.model)
        return answer


class PortalAdminSite(AdminSite):
    site_title = _("OpenGov Portal")
    site_header = _("OpenGov Portal: staff")
    index_title = _("The desk")
    # The first page lists all of it; what is looked at needs the width of the screen.
    enable_nav_sidebar = False

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]
        """A page of the desk, in the language that its reader chose, if one was chosen.

        Addresses of people are veiled for whoever may not see them.
        """
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def answer(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if chosen := getattr(request.user, "language", ""):
                activate(chosen)
                request.LANGUAGE_CODE = chosen
            try:
                response = inner(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response.render()
                return response if sees_addresses(request.user) else veil_addresses(response)
            except (DataError, IncorrectLookupParameters, OverflowError, ValueError) as error:
                # A forged address or choice, which Django's widgets look up unread: a NUL,
                # a word for a number, or a number that no column holds. Django's own list
                # leads back from it to all there is; what else asks for one does not.
                log.warning("A page of the desk could not read what it was sent", exc_info=error)
                raise BadRequest from error

        return answer

    def index(self, request: Any, extra_context: Any = None) -> TemplateResponse:
        """What waits, for whoever looks; below it all that they may look at."""
        piles = list(waiting_for(request.user))
        told = {
            "waiting": [pile for pile in piles if pile.count],
            "empty": [pile for pile in piles if not pile.count],
        }
        return super().index(request, told | (extra_context or {}))

    def get_app_list(self, request: Any, app_label: str | None = None) -> list[Any]:
        """Also names that a library left in English, such as NAMES_OF_CLASSES."""
        apps = super().get_app_list(request, app_label)
        for model in (model for app in apps for model in app["models"]):
            model["name"] = capfirst(gettext(str(model["model"]._meta.verbose_name_plural)))
        return apps

    def get_urls(self) -> list[Any]:
        search = self.admin_view(require_safe(self.search))
        return [path("search/", search, name="search"), *super().get_urls()]

    def search(self, request: HttpRequest) -> TemplateResponse:
        """One box for people, organizations, proposals and commitments."""
        q = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LENGTH]
        context = {
            **self.each_context(request),
            "title": _("Search"),
            "q": q,
            "found": list(find(self, request, q)) if q else [],
        }
        return TemplateResponse(request, "admin/search.html", context)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, Suggestions.as_view(admin_site=self)(request))

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff, who have shown their second factor in this very session."""
        return super().has_permission(request) and second_factor(request).is_enough

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """To the portal's sign-in; who is signed in already, to what is still missing.

        Django's own form, which asks for a password alone, is never shown.
        """
        if request.user.is_authenticated and request.user.is_staff:
            wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
            shown = second_factor(request)
            if shown is SecondFactor.MISSING:
                messages.info(
                    request, _("Staff sign in with a second factor. Set one up to go on.")
                )
                return redirect("mfa_index")
            if shown is SecondFactor.UNSHOWN:
                query = urlencode({REDIRECT_FIELD_NAME: wanted})
                return redirect(f"{reverse('mfa_reauthenticate')}?{query}")
        # Not staff: refused. Nobody yet: to the portal's sign-in.
        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Passwords are changed in one place, with its limits."""
        return redirect("account_change_password")
