"""Deleting: Django's own pages, with the reason that the record keeps. None is deleted without."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

WHY_LENGTH = 1000  # characters


class RemovalForm(forms.Form):
    """Why something is deleted, for the record; staff alone read it."""

    why = forms.CharField(
        label=_("Why it is deleted"),
        max_length=WHY_LENGTH,
        widget=AdminTextInputWidget,
        help_text=_("Kept in the record with what is deleted; staff alone read it. Name nobody."),
        error_messages={"required": _("Say why: nothing is deleted without a reason.")},
    )

    def add_prefix(self, field_name: str) -> str:
        return f"_{field_name}"

    def said(self) -> str | Mapping[str, str]:
        """As `Deed.record` takes it."""
        why: str = self.cleaned_data["why"]
        return why


def asked(form_class: type[RemovalForm], request: HttpRequest) -> RemovalForm:
    """The reason that was sent. Without one the request confirms nothing: the page comes again.

    Django deletes on a POST that says anything, or of several on one that says `post`.
    """
    if request.method != "POST":
        return form_class()
    form = form_class(request.POST)
    if form.is_valid():
        request.removed_because = form.said()  # type: ignore[attr-defined]
        return form
    sent = request.POST.copy()
    sent.pop("post", None)
    request.POST = sent if "action" in sent else QueryDict()  # type: ignore[assignment]
    return form


@admin.action(permissions=["delete"], description=delete_selected.short_description)  # type: ignore[attr-defined]
def remove_selected(window: Any, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
    """Django's own action, with the reason: one for all of them."""
    is_sure = "post" in request.POST
    form = asked(window.removal_form, request) if is_sure else window.removal_form()
    response = delete_selected(window, request, queryset)
    if isinstance(response, TemplateResponse) and response.context_data is not None:
        response.context_data["why_form"] = form
    return response


admin.site.add_action(remove_selected, "delete_selected")
