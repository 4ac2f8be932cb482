"""Undoing: on the page of a thing and in the message, for an hour, a page with a button."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from network.admin.queueing import Queued
from network.models import Decision
from network.record import signer, words_of
from network.signed_in import SignedIn
from opengov_portal.lib.errors import Refused

LINKED = 10  # of many, in the message; the others have it on their pages


class Undo(NamedTuple):
    """A decision that can still be undone, as pages say so. `seen` names it to its verb."""

    url: str
    seen: int
    who: Any
    what: Any
    until: datetime
    letter_waits: bool = False


def seen_in(request: HttpRequest) -> int:
    """What the page was drawn with; nothing that ever was where it is not said."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 19 else -1


def as_links(undos: Sequence[tuple[Any, Undo]]) -> list[tuple[str, Any]]:
    """For the message: the way to undo each of these, by its name where they are several."""
    if len(undos) == 1:
        return [(undos[0][1].url, _("Undo"))]
    return [(undo.url, _("Undo: “%(title)s”") % {"title": one}) for one, undo in undos[:LINKED]]


class Undoing(Queued):
    """A window on what staff decide about and can undo for an hour. A GET changes nothing.

    What follows is for things that are `Undoable`; a window on others says for itself
    which decision can be undone, and how.
    """

    def undo_of(self, request: Any, thing: Any) -> Undo | None:
        """The last decision, if whoever looks can undo it."""
        decision: Decision | None = thing.last_decision
        if decision is None or not thing.may_be_undone_by(request.user):
            return None
        if not thing.can_be_undone:
            return None
        column = thing.DECIDED[0]
        return Undo(
            self.undo_url(request, thing),
            decision.pk,
            signer(decision.by) if decision.by else _("A colleague"),
            words_of(thing._meta.get_field(column), decision.after[column]),
            decision.undo_until,
            letter_waits=bool(decision.letters),
        )

    def undo_one(self, request: SignedIn, thing: Any, seen: int) -> None:
        thing.undo(by=request.user, seen=seen)

    def may_undo(self, request: Any, thing: Any) -> bool:
        return bool(thing.may_be_undone_by(request.user))

    # --- The pages -------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_undo"
        page = self.admin_site.admin_view(self.undo_page)
        return [path("<int:pk>/undo/", page, name=name), *super().get_urls()]

    def undo_url(self, request: HttpRequest, thing: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_undo"
        return self.filtered(request, reverse(name, args=[thing.pk]))

    def undo_page(self, request: SignedIn, pk: int) -> HttpResponseBase:
        """What would be undone, and the button; it stays with the thing, to decide anew."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        thing = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.may_undo(request, thing):
            raise PermissionDenied
        if request.method == "POST":
            return self.undone(request, thing)
        self.looked_at(request, thing)
        context = {
            **self.admin_site.each_context(request),
            **self.around(request, [thing]),
            "opts": self.opts,
            "original": thing,
            "title": _("Undo"),
            "undo": self.undo_of(request, thing),
            "page_url": self.filtered(request, self.page_of(request, thing)),
        }
        return TemplateResponse(request, "admin/network/undo.html", context)

    def undone(self, request: SignedIn, thing: Any) -> HttpResponse:
        page = self.filtered(request, self.page_of(request, thing))
        try:
            self.undo_one(request, thing, seen_in(request))
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.tell(request, _("“%(title)s”: undone.") % {"title": thing})
        return redirect(page)

    def undo_links(self, request: Any, things: Iterable[Any]) -> list[tuple[str, Any]]:
        """For the message: the way to undo what was just decided about these."""
        found = ((thing, self.undo_of(request, thing)) for thing in things)
        return as_links([(thing, undo) for thing, undo in found if undo])

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **more: Any
    ) -> Any:
        if (thing := more.get("obj")) is not None:
            undo = self.undo_of(request, thing)
            context["undos"] = [undo] if undo else []
        return super().render_change_form(request, context, *args, **more)
