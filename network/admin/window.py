"""What every window on the rooms' nouns has in common."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse

from network.admin.recorded import Recorded
from network.admin.standing import StandingForm, turn_of, without_gone
from network.presence import also_open
from network.roles import sees_addresses

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


TIES = {"id", "pk", "exact", "in", "isnull"}  # what may be asked of a row that another leads to


class Discreet:
    """Leaves out what is personal, for whoever may not see addresses.

    `personal` names it as it is named in fields, columns and searches: `email`, and
    `user__email` too. An address in other words is veiled when the page is drawn
    (`PortalAdminSite`); what is left out here is neither shown nor searched nor sorted by.
    """

    personal: ClassVar[Collection[str]] = ()

    if TYPE_CHECKING:
        model: Any

    def _seen(self, request: HttpRequest, names: Iterable[Any]) -> list[Any]:
        """Of names of fields, grouped or not, those that this reader may see."""
        if sees_addresses(request.user):
            return list(names)
        kept = []
        for name in names:
            if isinstance(name, (list, tuple)):
                name = tuple(self._seen(request, name))
            if name and (not isinstance(name, str) or name.lstrip("-^=@") not in self.personal):
                kept.append(name)
        return kept

    def get_list_display(self, request: HttpRequest) -> Any:
        return self._seen(request, super().get_list_display(request))  # type: ignore[misc]

    def get_search_fields(self, request: HttpRequest) -> Any:
        return self._seen(request, super().get_search_fields(request))  # type: ignore[misc]

    def get_ordering(self, request: HttpRequest) -> Any:
        whole = super().get_ordering(request) or ()  # type: ignore[misc]
        return self._seen(request, whole) or (["pk"] if whole else whole)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Each without what is personal; one of which nothing is left is not drawn."""
        whole = super().get_fieldsets(request, obj)  # type: ignore[misc]
        seen = [
            (title, said | {"fields": self._seen(request, said["fields"])}) for title, said in whole
        ]
        return [(title, said) for title, said in seen if said["fields"]]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        # PostgreSQL has no text with a NUL in it, and raises when asked for one.
        found: tuple[Any, bool] = super().get_search_results(  # type: ignore[misc]
            request, queryset, search_term.replace("\0", "")
        )
        return found

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Rows are narrowed by the filters that are shown, and by what they are tied to.

        Django's own would take any column, and so answer questions about what no page
        shows: `?email__startswith=a`, or the text of a letter.
        """
        name, *more = lookup.split(LOOKUP_SEP)
        shown = {getattr(self, "date_hierarchy", None)}
        for one in self.get_list_filter(request):  # type: ignore[attr-defined]
            if lookup == getattr(one, "parameter_name", None):
                return True
            if not hasattr(one, "parameter_name"):
                shown.add(str(one[0] if isinstance(one, tuple) else one).split(LOOKUP_SEP)[0])
        if name in shown:
            return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]
        try:
            field = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return name == "pk"
        return (field.is_relation or field.primary_key) and TIES.issuperset(more)


class Window(Discreet, Recorded, ModelAdmin):
    """Fifty rows a page, not counted where that would be slow; what is done here is on record.

    Of two who save or delete at once the second waits for the first, and is told before
    it saves over what the first did. Each is told that the other has the page open.
    """

    form = StandingForm
    list_per_page = 50
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """How the thing stood goes with the form (admin/change_form.html) and is no row of it."""
        return [name for name in super().get_fields(request, obj) if name != "stood"]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with turn_of(request):
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with turn_of(request):
            return super().delete_view(request, *args, **kwargs)

    def get_formset_kwargs(
        self, request: Any, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """Rows that somebody else deleted meanwhile are told of, and not drawn."""
        asked: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if "data" in asked and obj.pk and inline.has_change_permission(request, obj):
            there = self.rows_of(obj, inline).values_list("pk", flat=True)
            asked["data"], gone = without_gone(asked["data"], prefix, inline.model, set(there))
            request.gone = [*getattr(request, "gone", []), *gone]
            obj.has_gone_rows = bool(request.gone)
        return asked

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        thing = context["original"]
        context["gone"] = getattr(request, "gone", [])
        may = thing is not None and self.has_change_permission(request, thing)
        if may and "also_open" not in context:
            context["also_open"] = also_open(request.user, [thing])
        return super().render_change_form(request, context, *args, **kwargs)


class ReadOnly(Window):
    """History and records: looked at, and changed by nobody here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
