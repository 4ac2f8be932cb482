"""The record: who did what, when, to what, what was before and after, and why. To read."""

import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from network.admin.window import ReadOnly
from network.models import Deed
from network.models.deed import PERSON
from network.record import who
from opengov_portal.lib.spreadsheets import table

COLUMNS = [
    "at", "by", "act", "thing", "key", "name", "changes", "why_en", "why_fr", "told_by",
]  # fmt: skip
BATCH = 500  # rows fetched at a time


class KindFilter(admin.SimpleListFilter):
    """What it was done to, by the names that the desk has for things."""

    title = _("kind of thing")
    parameter_name = "thing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        kinds = {
            model._meta.label_lower: capfirst(model._meta.verbose_name)
            for model in model_admin.admin_site._registry
            if not model._meta.proxy
        } | {PERSON: _("All that is held on someone")}
        return sorted(kinds.items(), key=lambda one: str(one[1]))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Deed]) -> QuerySet[Deed]:
        return queryset.filter(thing=self.value()) if self.value() else queryset


@admin.register(Deed)
class DeedAdmin(ReadOnly):
    """Nobody changes it, here or in the database. Whoever may see it may take it along."""

    change_form_template = "admin/network/deed/change_form.html"
    change_list_template = "admin/network/deed/change_list.html"
    date_hierarchy = "at"
    fields = ["at", "who", "act", "to_what", "why_en", "why_fr", "told"]
    list_display = ["at", "who", "act", "kind", "called", "fields_changed", "why_shown"]
    list_filter = ["act", KindFilter]
    ordering = ["-at", "-pk"]
    personal = ("by__email",)
    search_fields = ["name", "key", "thing", "why_en", "why_fr", "by__name", "by__email"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deed]:
        found: QuerySet[Deed] = super().get_queryset(request).select_related("by")
        return found

    @admin.display(description=_("who"), ordering="by")
    def who(self, deed: Deed) -> str:
        return who(deed)

    @admin.display(description=_("kind of thing"), ordering="thing")
    def kind(self, deed: Deed) -> str:
        return kind(deed)

    @admin.display(description=_("what"))
    def called(self, deed: Deed) -> str:
        return deed.name or deed.key or "—"

    @admin.display(description=_("fields"))
    def fields_changed(self, deed: Deed) -> str:
        return ", ".join(sorted({change["field"] for change in deed.changes}))

    @admin.display(description=_("why"))
    def why_shown(self, deed: Deed) -> str:
        return deed.why.text

    @admin.display(description=_("what"))
    def to_what(self, deed: Deed) -> SafeString | str:
        said = f"{kind(deed)} {deed.name or deed.key}"
        try:
            name = f"admin:{deed.thing.replace('.', '_')}_change"
            return format_html('<a href="{}">{}</a>', reverse(name, args=[deed.key]), said)
        except NoReverseMatch:
            return said

    @admin.display(description=_("told by"))
    def told(self, deed: Deed) -> str:
        """The entry of another history, if it is still there."""
        label, _colon, pk = deed.told_by.partition(":")
        if not label:
            return "—"
        model = apps.get_model(label)
        row = model._base_manager.filter(pk=pk).first()
        return f"{capfirst(str(model._meta.verbose_name))} {pk}" + (f": {row}" if row else "")

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(require_POST(self.export))
        return [path("export/<str:form>/", page, name="network_deed_export"), *super().get_urls()]

    def export(self, request: Any, form: str) -> HttpResponseBase:
        """What the list shows, all of it, as a table or a line of JSON each; that is on record."""
        if not self.has_view_permission(request) or form not in {"csv", "json"}:
            raise PermissionDenied
        found = self.get_changelist_instance(request).get_queryset(request)
        Deed.record(Deed.Act.EXPORTED, Deed(), by=request.user)
        rows = (row_of(deed) for deed in found.iterator(BATCH))
        pieces = table(in_cells(rows)) if form == "csv" else lines(rows)
        kinds = {"csv": "text/csv; charset=utf-8", "json": "application/x-ndjson"}
        name = f"record-{timezone.localdate().isoformat()}.{form}"
        answer = StreamingHttpResponse(pieces, content_type=kinds[form])
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def kind(deed: Deed) -> str:
    if deed.thing == PERSON:
        return now("All that is held on someone")
    return capfirst(str(deed.model._meta.verbose_name)) if deed.model else deed.thing


def row_of(deed: Deed) -> dict[str, Any]:
    """A deed as its files say it."""
    plain = {name: getattr(deed, name) for name in COLUMNS if name != "by"}
    row = {**plain, "at": deed.at.isoformat(), "by": who(deed)}
    return {name: row[name] for name in COLUMNS}


def in_cells(rows: Iterator[dict[str, Any]]) -> Iterator[list[Any]]:
    yield COLUMNS
    for row in rows:
        row["changes"] = json.dumps(row["changes"], ensure_ascii=False) if row["changes"] else ""
        yield list(row.values())


def lines(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        yield json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False).encode() + b"\n"
