"""Finding people, organizations, proposals and commitments from one box at the desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.sites import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

# What is looked through, in this order; each as its own list finds it.
SEARCHED = (
    "network.member",
    "network.user",
    "network.organization",
    "proposals.proposal",
    "proposals.toanswer",
    "commitments.commitment",
)
MOST = 10  # of each
LENGTH = 200  # characters


@dataclass(frozen=True)
class Found:
    """What fits of one kind: its name, each title with its page, and where the rest is."""

    name: str
    rows: list[tuple[str, str]]
    more: str


def find(site: AdminSite, request: HttpRequest, q: str) -> Iterator[Found]:
    """What fits `q` of each kind that whoever asks may look at; two queries a kind at most.

    Each window searches as its own list does: so what someone may not see there, such as
    an address, finds nothing here either; and that people were found is on record.
    """
    windows = {model._meta.label_lower: window for model, window in site._registry.items()}
    for label in SEARCHED:
        window: Any = windows[label]
        if window.has_view_permission(request):
            rows = in_its_order(window, request, q)[: MOST + 1]
            if found := _found(window, list(rows), q):
                window.looked_at(request, window.model)
                yield found


def in_its_order(window: Any, request: HttpRequest, q: str) -> QuerySet[Any]:
    rows, may_repeat = window.get_search_results(request, window.get_queryset(request), q)
    rows = rows.order_by(*(window.get_ordering(request) or ["pk"]))
    if isinstance(window.list_select_related, (list, tuple)):
        rows = rows.select_related(*window.list_select_related)
    found: QuerySet[Any] = rows.distinct() if may_repeat else rows
    return found


def _found(window: Any, rows: list[Any], q: str) -> Found | None:
    if not rows:
        return None
    name = f"admin:{window.opts.app_label}_{window.opts.model_name}"
    more = f"{reverse(f'{name}_changelist')}?{urlencode({'q': q})}" if len(rows) > MOST else ""
    if more and window.opts.label_lower == "proposals.proposal":
        more += "&desk=all"  # its list shows what waits, unless asked for all
    titled = [(str(row), reverse(f"{name}_change", args=[row.pk])) for row in rows[:MOST]]
    return Found(str(window.opts.verbose_name_plural), titled, more)
