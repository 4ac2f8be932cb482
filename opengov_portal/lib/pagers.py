"""The links from one page of a list to its others."""

from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.safestring import SafeString

from opengov_portal.lib.languages import active
from opengov_portal.lib.moulds import TOKEN, Part

LINKS = Part("_partials/pager_links.html")
LINK = Part("_partials/pager_link.html")
NUMBER = f"page-{TOKEN}"


def pager(asked: QueryDict, page: Page[Any]) -> SafeString:
    """The first page, those around this one and the last, by their numbers; nothing for one page.

    All else that was asked for stays in their addresses, in its order.
    """
    if page.paginator.num_pages <= 1:
        return SafeString()
    language = active()
    query = asked.copy()
    query["page"] = NUMBER
    address = f"?{query.urlencode()}"
    before = page.previous_page_number() if page.has_previous() else ""
    after = page.next_page_number() if page.has_next() else ""
    links = [
        LINK.drawn(
            (language, number == page.number),
            {"number": number, "url": address.replace(NUMBER, str(number)) if number else ""},
            is_here=number == page.number,
        )
        for number in around(page)
    ]
    return LINKS.drawn(
        language,
        {
            "before": before and address.replace(NUMBER, str(before)),
            "links": SafeString("\n    ".join(links)),
            "after": after and address.replace(NUMBER, str(after)),
        },
    )


def around(page: Page[Any]) -> list[int | None]:
    """The numbers of the pages around a page, with the first and the last; None for a gap."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [number if isinstance(number, int) else None for number in numbers]
