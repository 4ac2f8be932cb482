"""Blocks: whom staff do not listen to, until when and why; and what that would have stopped."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from network.actions import would_have_stopped
from network.admin.window import ReadOnly
from network.forms.blocking import BlockForm
from network.models import Block
from network.roles import sees_addresses
from network.signed_in import SignedIn
from opengov_portal.lib.errors import Refused


class StandingFilter(admin.SimpleListFilter):
    title = _("in force")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("In force")), ("no", _("Over or lifted"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        standing = Block.objects.standing()
        if self.value() == "yes":
            return queryset.filter(pk__in=standing)
        return queryset.exclude(pk__in=standing) if self.value() == "no" else queryset


@admin.register(Block)
class BlockAdmin(ReadOnly):
    """Nothing of a block is edited: it is put, after a look at what it would stop, or lifted."""

    change_form_template = "admin/network/block/change_form.html"
    fields = [
        "kind", "value", "reason", "until", "created_at", "created_by", "lifted_at", "lifted_by",
    ]  # fmt: skip
    list_display = ["value", "kind", "reason", "until", "created_by", "stands"]
    list_filter = [StandingFilter, "kind"]
    list_select_related = ["created_by"]
    ordering = ["-created_at", "-pk"]
    search_fields = ["value", "reason"]

    @admin.display(description=_("in force"), boolean=True)
    def stands(self, block: Block) -> bool:
        return block.stands

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whom a block names is an address, or leads to one."""
        return super().has_view_permission(request, obj) and sees_addresses(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return Block.may_be_put_by(request.user)

    def get_urls(self) -> list[URLPattern]:
        lift = self.admin_site.admin_view(require_POST(self.lift))
        return [
            path("<int:pk>/lift/", lift, name="network_block_lift"),
            *super().get_urls(),
        ]

    def add_view(self, request: Any, form_url: str = "", extra_context: Any = None) -> Any:
        """The form; first what it would have stopped last month, then the block."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = BlockForm(request.POST or None)
        stopped = None
        if request.method == "POST" and form.is_valid():
            if "preview" not in request.POST:
                block = Block.put(by=request.user, **form.cleaned_data)
                self.message_user(request, _("Blocked."), messages.SUCCESS)
                return redirect("admin:network_block_change", block.pk)
            stopped = would_have_stopped(form.instance)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Block an address, a domain or a network"),
            "form": form,
            "stopped": stopped,
        }
        return TemplateResponse(request, "admin/network/block/add.html", context)

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        block = self.get_object(request, object_id)
        may = block is not None and block.stands and Block.may_be_put_by(request.user)
        return super().change_view(request, object_id, form_url, {"may_be_lifted": may})

    def lift(self, request: SignedIn, pk: int) -> HttpResponseBase:
        block = get_object_or_404(Block, pk=pk)
        try:
            block.lift(by=request.user)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _("Lifted."), messages.SUCCESS)
        return redirect("admin:network_block_change", pk)
