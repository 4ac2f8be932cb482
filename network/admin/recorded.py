"""What every page of the desk has in common: what is done and looked at there is on record."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from network.admin.removing import WHY_LENGTH, RemovalForm, asked
from network.models import Deed
from opengov_portal.lib import keeping
from opengov_portal.lib.differences import Rows, State, differences, key_of, state_of

if TYPE_CHECKING:
    from django.contrib import admin

    Base = admin.ModelAdmin[Any]
else:
    Base = object

DEEDS = 50  # of a history on one page


class Recorded(Base):
    """A save goes into the record with what was before it; and so does who looked at people.

    What is done by a verb the verb itself records. Django's own journal, which can be
    changed and holds names, is not written.
    """

    # Whether the page asks for a reason; one that its form asks for itself does not.
    asks_why = True
    # What is asked before anything is deleted.
    removal_form = RemovalForm

    # --- What is done ------------------------------------------------------------

    def state(self, pk: Any) -> State:
        """How a thing stands, with what is kept on its page."""
        thing = self.model._base_manager.get(pk=pk)
        state = state_of(thing)
        for inline in self.inlines:
            rows = self.rows_of(thing, inline).order_by("pk")
            owner = _get_foreign_key(self.model, inline.model, inline.fk_name)
            name = owner.remote_field.get_accessor_name()
            state[name] = Rows({key_of(row): {**state_of(row), owner.name: None} for row in rows})
        return state

    def rows_of(self, thing: Any, inline: Any) -> QuerySet[Any]:
        """What hangs on a thing and is kept on its page by that inline."""
        owner = _get_foreign_key(self.model, inline.model, inline.fk_name)
        rows: QuerySet[Any] = inline.model._base_manager.filter(**{owner.name: thing})
        return rows

    def save_form(self, request: Any, form: Any, change: bool) -> Any:
        """Before anything is written: how it stands."""
        request.stood = self.state(form.instance.pk) if change else {}
        return super().save_form(request, form, change)

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        return Deed.record(Deed.Act.ADDED, obj, by=request.user, why=why(request))

    def log_change(self, request: Any, obj: Any, message: Any) -> Any:
        """A save that changed nothing is no event."""
        changes = differences(request.stood, self.state(obj.pk))
        if not changes:
            return None
        return Deed.record(
            Deed.Act.CHANGED, obj, by=request.user, changes=changes, why=why(request)
        )

    def log_deletions(self, request: Any, queryset: Any) -> Any:
        """Called before they are deleted: all that each was."""
        said = request.removed_because
        for thing in queryset:
            lost = differences(self.state(thing.pk), {})
            Deed.record(Deed.Act.REMOVED, thing, by=request.user, changes=lost, why=said)

    def delete_view(self, request: Any, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Asks why; without a reason the page comes again, and nothing is deleted."""
        form = asked(self.removal_form, request)
        return super().delete_view(request, object_id, {"why_form": form, **(extra_context or {})})

    # --- What is looked at ---------------------------------------------------------

    def looked_at(self, request: Any, thing: Any) -> None:
        """One thing, or a list of its kind: on record, where it tells of people."""
        if keeping.is_about_people(thing):
            Deed.seen(thing, by=request.user)

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        thing = context["original"]
        if thing is not None:
            self.looked_at(request, thing)
        may = (
            self.has_change_permission(request, thing)
            if thing is not None
            else self.has_add_permission(request)
        )
        context["asks_why"] = self.asks_why and may
        context["why_typed"] = why(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(self, request: Any, extra_context: Any = None) -> HttpResponse:
        """A list of people is looked at too; what was searched for is nobody's business."""
        response = super().changelist_view(request, extra_context)
        is_shown = isinstance(response, TemplateResponse) and request.method in {"GET", "HEAD"}
        if is_shown:
            self.looked_at(request, self.model)
        return response

    def render_delete_form(self, request: Any, context: dict[str, Any]) -> HttpResponse:
        """It names what would go, and what hangs on it."""
        self.looked_at(request, context["object"])
        return super().render_delete_form(request, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the record says of one thing, newest first."""
        thing = self.get_object(request, unquote(object_id))
        if thing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        if not self.has_view_or_change_permission(request, thing):
            raise PermissionDenied
        self.looked_at(request, thing)
        deeds: QuerySet[Deed] = Deed.objects.about(thing).done().newest().select_related("by")
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of: %s") % thing,
            "page": Paginator(deeds, DEEDS).get_page(request.GET.get("page")),
            "opts": self.opts,
            "original": thing,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/network/history.html", context)


def why(request: HttpRequest) -> str:
    """The reason that was given for what is being done, if one was."""
    return request.POST.get("_why", "").replace("\0", "")[:WHY_LENGTH]
