"""What the network announced: the archive, which anyone may read."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from network.models import Announcement
from opengov_portal.lib import markdown
from opengov_portal.lib.pages import for_readers

A_PAGE = 20


@require_safe
@for_readers
def announcements(request: HttpRequest) -> HttpResponseBase:
    found = Announcement.objects.public().newest()
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "network/announcements.html", {"page": page})


@require_safe
@for_readers
def announcement(request: HttpRequest, slug: str) -> HttpResponseBase:
    found = get_object_or_404(Announcement.objects.public(), slug=slug)
    return render(request, "network/announcement.html", shown(found))


def shown(announcement: Announcement) -> dict[str, Any]:
    """What its page says; staff see the same before it is sent."""
    return {
        "announcement": announcement,
        "words": markdown.html(announcement.words.text),
        "correction": markdown.html(announcement.correction.text),
    }
