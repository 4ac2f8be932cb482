"""Agreeing to what waits, or refusing it with a reason: the pages, the buttons, the actions."""

from collections.abc import Callable
from typing import Any

from django import forms
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
from network.forms.organizations import RefusalForm, WhyForm
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
        except PermissionDenied:  # it is about themselves
            why = _("A colleague decides about this.")
            window.message_user(request, f"{thing}: {why}", messages.WARNING)
    if done:
        count = len(done)
        said = ngettext("%(count)d was decided.", "%(count)d were decided.", count)
        window.tell(request, said % {"count": count}, *window.undo_links(request, done))


def languages_of(user: User | None) -> tuple[str, ...]:
    """In which someone is written to; both, where nobody is."""
    return (language_of(user),) if user else LANGUAGES


class Refusing(Undoing):
    """A window on what staff refuse: one at a time, each with a reason that is sent.

    `disagree` is the verb. It is a button on the page of one thing and an action on the list.
    """

    change_form_template = "admin/network/decided_change_form.html"
    refuse_label: Any = _("Refuse")
    later: Any = _("The record stays. It can be decided otherwise later.")

    def disagree(self, thing: Any, request: SignedIn, **said: str) -> None:
        raise NotImplementedError

    def may_decide(self, request: Any, thing: Any) -> bool:
        return bool(thing.may_be_moderated_by(request.user))

    def can_be_refused(self, thing: Any) -> bool:
        raise NotImplementedError

    def refusal_form(self, request: HttpRequest, thing: Any) -> forms.Form:
        return WhyForm(request.POST or None)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_refuse"
        page = self.admin_site.admin_view(self.refuse_page)
        return [path("<int:pk>/refuse/", page, name=name), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> Any:
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def _one(self, request: HttpRequest, pk: int) -> Any:
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def _done(self, request: SignedIn, thing: Any, said: Any) -> HttpResponse:
        """Say so, with the way to undo it; and back to the queue."""
        page = self.filtered(request, self.page_of(request, thing))
        whole = _("“%(name)s”: %(what)s") % {"name": thing, "what": said}
        self.tell(request, whole, *self.undo_links(request, [thing]), (page, _("See it")))
        return self.to_queue(request)

    def refuse_page(self, request: SignedIn, pk: int) -> HttpResponseBase:
        """Asks for the reason and for the sentence that is sent."""
        thing = self._one(request, pk)
        form = self.refusal_form(request, thing)
        if request.method == "POST" and form.is_valid():
            self.disagree(thing, request, **form.cleaned_data)
            return self._done(request, thing, _("Refused. They are told by letter in an hour."))
        return self._page(request, thing, self.refuse_label, form)

    def _page(self, request: HttpRequest, thing: Any, title: Any, form: Any) -> HttpResponseBase:
        if not self.may_decide(request, thing):
            raise PermissionDenied
        self.looked_at(request, thing)
        context = {
            **self.admin_site.each_context(request),
            **self.around(request, [thing]),
            "opts": self.opts,
            "original": thing,
            "title": title,
            "form": form,
            "later": self.later,
        }
        return TemplateResponse(request, "admin/network/decide.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> Any:
        thing = more.get("obj")
        if thing is not None and self.may_decide(request, thing) and self.can_be_refused(thing):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_refuse"
            context["refuse_url"] = self.filtered(request, reverse(name, args=[thing.pk]))
            context["refuse_label"] = self.refuse_label
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


class Decided(Refusing):
    """A window on what a moderator agrees to, or refuses with a reason.

    `agree` and `disagree` are the verbs; both are buttons on the page of one thing
    and actions on the list.
    """

    agree_label: Any
    agreed_states: tuple[str, ...]
    refused_states: tuple[str, ...]
    later = _("The record stays. It can be published later all the same.")

    def agree(self, thing: Any, request: SignedIn) -> None:
        raise NotImplementedError

    def can_be_refused(self, thing: Any) -> bool:
        return thing.state not in self.refused_states

    def refusal_form(self, request: HttpRequest, thing: Any) -> forms.Form:
        return RefusalForm(request.POST or None, languages=languages_of(thing.proposed_by))

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_agree"
        page = self.admin_site.admin_view(self.agree_page)
        return [path("<int:pk>/agree/", page, name=name), *super().get_urls()]

    def waits_for(self, request: Any, thing: Any) -> bool:
        return bool(thing.state == "waiting" and thing.may_be_moderated_by(request.user))

    def agree_page(self, request: SignedIn, pk: int) -> HttpResponseBase:
        """A page with a button, and the button: a GET changes nothing."""
        thing = self._one(request, pk)
        if request.method == "POST":
            self.agree(thing, request)
            return self._done(request, thing, _("Done. They are told by letter in an hour."))
        return self._page(request, thing, self.agree_label, None)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> Any:
        thing = more.get("obj")
        waits = thing is not None and thing.state not in self.agreed_states
        if thing is not None and waits and self.may_decide(request, thing):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_agree"
            context["agree_url"] = self.filtered(request, reverse(name, args=[thing.pk]))
            context["agree_label"] = self.agree_label
        return super().render_change_form(request, context, *args, **more)
