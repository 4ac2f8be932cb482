"""What the pages of all public things have in common."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse

from commitments import actions
from commitments.admin.lines import LinesField
from commitments.models import Change
from commitments.models.commitment import MOST
from network.admin.window import Window
from network.models import Edition, User
from opengov_portal.lib.languages import in_each

SIDE_BY_SIDE = "side-by-side"
# What a form asks besides the thing itself.
ASIDE = {"reason_en", "reason_fr"}
FORM_FIELDS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.JSONField: {"form_class": LinesField},
    # Orders and counts, as in a file: SQLite would take any, and PostgreSQL others.
    models.PositiveSmallIntegerField: {"max_value": MOST},
}


def in_both_languages(*stems: str) -> list[tuple[str, str]]:
    """The columns of each stem, English and French beside each other on one line."""
    return [(f"{stem}_en", f"{stem}_fr") for stem in stems]


class PublicAdmin(Window):
    """The pages of something the public sees: a save that changes it is published.

    What is `fixed` can be chosen when a thing is added and not after: it is part
    of its public address, and addresses answer for ever.
    """

    fixed: ClassVar[tuple[str, ...]] = ()
    suggested: ClassVar[dict[str, Sequence[str]]] = {}
    formfield_overrides = FORM_FIELDS
    save_on_top = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(self.fixed if obj else ())]

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> dict[str, Sequence[str]]:
        return {} if obj else self.suggested

    def publish(self, thing: Any, kind: Change.Kind, fields: Sequence[str], by: User) -> None:
        """Let readers see what has been saved, or is about to be deleted."""
        actions.publish_surroundings()

    def save_model(
        self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool
    ) -> None:
        if set(form.changed_data) - ASIDE or not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request: Any, form: ModelForm[Any], formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        fields = changed_fields(form, formsets)
        if not change:
            self.publish(form.instance, Change.Kind.ADDED, [], request.user)
        elif fields:
            self.publish(form.instance, Change.Kind.CHANGED, fields, request.user)

    def delete_model(self, request: Any, obj: Any) -> None:
        self.publish(obj, Change.Kind.REMOVED, [], request.user)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        Edition.take_turn()
        for thing in queryset:
            self.delete_model(request, thing)

    def view_on_site_links(self, thing: Any) -> list[tuple[str, str]]:
        """The languages of the site, and the address of the thing in each."""
        return list(in_each(thing.get_absolute_url).items())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        thing = context["original"]
        if thing and hasattr(thing, "get_absolute_url"):
            context["site_links"] = self.view_on_site_links(thing)
        return super().render_change_form(request, context, *args, **kwargs)


def changed_fields(
    form: ModelForm[Any], formsets: Sequence[BaseInlineFormSet[Any, Any, Any]]
) -> list[str]:
    """The names of the fields and of the kinds of children that a saved page changed."""
    children = [
        formset.fk.remote_field.get_accessor_name()
        for formset in formsets
        if formset.new_objects or formset.changed_objects or formset.deleted_objects
    ]
    said = [name for name in form.changed_data if name not in ASIDE]
    return [*said, *(name for name in children if name)]
