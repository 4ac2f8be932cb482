"""What every Atom feed of the portal has in common: how it is dated, and names that stay."""

from datetime import UTC, datetime, time
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from opengov_portal.lib.languages import active


class DatedAtomFeed(Atom1Feed):
    """An Atom feed whose date, while it is empty, is that of the day and not of the second."""

    def latest_post_date(self) -> datetime:
        if self.items:
            return super().latest_post_date()
        return datetime.combine(timezone.now().date(), time(), tzinfo=UTC)


def name(*parts: object, day: str = "2026-11-23") -> str:
    """A tag URI (RFC 4151): an id that stays when addresses change."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{day}:{'/'.join(str(part) for part in parts)}/{active()}"
