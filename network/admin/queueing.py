"""Working through a queue: who else looks, back to it as it was filtered, and on to the next."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from network.admin.window import Window
from network.presence import also_open, is_open_elsewhere


class Queued(Window):
    """A window on what waits. Its pages keep how the list was filtered, in Django's own way.

    A GET of a page notes who has it open, beside the database (network/presence.py).
    """

    def waits_for(self, request: Any, thing: Any) -> bool:
        """Whether it waits, and whoever looks may decide about it."""
        raise NotImplementedError

    def page_of(self, request: Any, thing: Any) -> str:
        """Where it is decided about."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[thing.pk])

    def filtered(self, request: HttpRequest, url: str) -> str:
        """An address of this window, which remembers how the list was filtered."""
        kept: Any = {"opts": self.opts, "preserved_filters": self.get_preserved_filters(request)}
        return str(add_preserved_filters(kept, url))

    def queue_url(self, request: HttpRequest) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return self.filtered(request, reverse(name))

    def to_queue(self, request: HttpRequest) -> HttpResponse:
        """Back to the list, as it was filtered."""
        return redirect(self.queue_url(request))

    def around(self, request: Any, things: Iterable[Model]) -> dict[str, Any]:
        """What the page of one thing, or of some, shows besides: who else looks, the way back."""
        preserved = self.get_preserved_filters(request)
        return {
            "also_open": also_open(request.user, things),
            "queue_url": self.queue_url(request),
            "preserved_filters": preserved,
            "kept": preserved and f"?{preserved}",
            "filters": request.GET.get("_changelist_filters", ""),
        }

    def tell(self, request: HttpRequest, said: Any, *links: tuple[str, Any]) -> None:
        """Say what was done, with what can be done about it: pages with a button, by address."""
        shown = format_html_join("", ' <a href="{}">{}</a>', links) if links else SafeString()
        self.message_user(request, format_html("{}{}", said, shown), messages.SUCCESS)

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **more: Any
    ) -> Any:
        if (thing := more.get("obj")) is not None:
            context.update(self.around(request, [thing]))
        return super().render_change_form(request, context, *args, **more)

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        """The list, and above it the first that waits and that nobody else has open, if any."""
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if "cl" in context:
            waiting = [row for row in context["cl"].result_list if self.waits_for(request, row)]
            free = (row for row in waiting if not is_open_elsewhere(request.user, row))
            if waiting:
                first = next(free, waiting[0])
                context["next_waiting"] = first
                context["next_url"] = self.filtered(request, self.page_of(request, first))
        return response
