"""Agreeing to what waits, or refusing it with a reason: the pages, the buttons, the actions."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from network.admin.undoing import Undoing
from network.emails.words import language_of
from network.forms.organizations import RefusalForm
from network.models import User
from network.signed_in import SignedIn
from opengov_portal.lib.errors import Refused
from opengov_portal.lib.languages import LANGUAGES


def first(*states: str) -> Case:
    """What waits comes first."""
    return Case(When(state__in=states, then=Value(0)), default=Value(1))


def each_or_said(
    window: Any, request: HttpRequest, things: QuerySet[Any], verb: Callable[[Any], None]
) -> None:
    """Does it to each; says how many it was done to with the way to undo each, and why it
    was not to the others."""
    done = []
    for thing in things:
        try:
            verb(thing)
            done.append(thing)
        except Refused as refusal:
            window.message_user(request, f"{thing}: {refusal}", messages.WARNING)
    if done:
        count = len(done)
        said = ngettext("%(count)d was decided.", "%(count)d were decided.", count)
        window.tell(request, said % {"count": count}, *window.undo_links(request, done))


def languages_of(user: User | None) -> tuple[str, ...]:
    """In which someone is written to; both, where nobody is."""
    return (language_of(user),) if user else LANGUAGES


class Decided(Undoing):
    """A window on what a moderator agrees to, or refuses with a reason.

    `agree` and `disagree` are the verbs; both are buttons on the page of one thing
    and actions on the list.
    """

    change_form_template = "admin/network/decided_change_form.html"
    agree_label: Any
    agreed_states: tuple[str, ...]
    refused_states: tuple[str, ...]

    def agree(self, thing: Any, request: SignedIn) -> None:
        raise NotImplementedError

    def disagree(self, thing: Any, request: SignedIn, reason: str, words: str) -> None:
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path(
                f"<int:pk>/{verb}/",
                self.admin_site.admin_view(getattr(self, f"{verb}_page")),
                name=f"{name}_{verb}",
            )
            for verb in ("agree", "refuse")
        ] + super().get_urls()

    def get_actions(self, request: HttpRequest) -> Any:
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def _one(self, request: HttpRequest, pk: int) -> Any:
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def waits_for(self, request: Any, thing: Any) -> bool:
        return bool(thing.state == "waiting" and thing.may_be_moderated_by(request.user))

    def _done(self, request: SignedIn, thing: Any, said: Any) -> HttpResponse:
        """Say so, with the way to undo it; and back to the queue."""
        page = self.filtered(request, self.page_of(request, thing))
        whole = _("“%(name)s”: %(what)s") % {"name": thing, "what": said}
        self.tell(request, whole, *self.undo_links(request, [thing]), (page, _("See it")))
        return self.to_queue(request)

    def agree_page(self, request: SignedIn, pk: int) -> HttpResponseBase:
        """A page with a button, and the button: a GET changes nothing."""
        thing = self._one(request, pk)
        if request.method == "POST":
            self.agree(thing, request)
            return self._done(request, thing, _("Done. They are told by letter in an hour."))
        return self._page(request, thing, self.agree_label, None)

    def refuse_page(self, request: SignedIn, pk: int) -> HttpResponseBase:
        """Asks for the reason and for the sentence that is sent."""
        thing = self._one(request, pk)
        form = RefusalForm(request.POST or None, languages=languages_of(thing.proposed_by))
        if request.method == "POST" and form.is_valid():
            self.disagree(thing, request, **form.cleaned_data)
            return self._done(request, thing, _("Refused. They are told by letter in an hour."))
        return self._page(request, thing, _("Refuse"), form)

    def _page(self, request: HttpRequest, thing: Any, title: Any, form: Any) -> HttpResponseBase:
        if not thing.may_be_moderated_by(request.user):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            **self.around(request, [thing]),
            "opts": self.opts,
            "original": thing,
            "title": title,
            "form": form,
        }
        return TemplateResponse(request, "admin/network/decide.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> Any:
        thing = more.get("obj")
        if thing is not None and thing.may_be_moderated_by(request.user):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
            if thing.state not in self.agreed_states:
                context["agree_url"] = self.filtered(
                    request, reverse(f"{name}_agree", args=[thing.pk])
                )
                context["agree_label"] = self.agree_label
            if thing.state not in self.refused_states:
                context["refuse_url"] = self.filtered(
                    request, reverse(f"{name}_refuse", args=[thing.pk])
                )
        return super().render_change_form(request, context, *args, **more)

    @admin.action(description=_("Refuse the selected one…"), permissions=["change"])
    def refuse_one(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """One at a time: each refusal has a sentence of its own."""
        if queryset.count() != 1:
            self.message_user(
                request, _("Choose one: each is told its own reason."), messages.ERROR
            )
            return None
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_refuse"
        return redirect(self.filtered(request, reverse(name, args=[queryset.get().pk])))
