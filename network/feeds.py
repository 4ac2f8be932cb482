"""The Atom feed of announcements, one in each language."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from network.models import Announcement
from opengov_portal.lib import markdown
from opengov_portal.lib.feeds import DatedAtomFeed, name
from opengov_portal.lib.xml import writable

ENTRIES = 30


class AnnouncementFeed(Feed[Announcement, Any]):
    """What the network announced, whole, newest first."""

    feed_type = DatedAtomFeed

    def title(self) -> str:
        return _("The network: announcements")

    def subtitle(self) -> str:
        return _("What the network tells its members, for everyone to read.")

    def link(self) -> str:
        return settings.SITE_URL + reverse("network:announcements")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("network:announcements_feed")

    def feed_guid(self) -> str:
        return name("announcements")

    def author_name(self) -> str:
        return _("OpenGov Portal")

    def items(self) -> QuerySet[Announcement]:
        return Announcement.objects.public().newest()[:ENTRIES]

    def item_title(self, item: Any) -> str:
        return writable(item.title)

    def item_description(self, item: Any) -> str:
        """The correction, if there is one, before the words it corrects."""
        words = markdown.html(item.words.text)
        if item.correction:
            correction = markdown.html(item.correction.text)
            words = format_html(
                "<p><strong>{}</strong></p>{}<hr>{}", _("Correction"), correction, words
            )
        return writable(words)

    def item_link(self, item: Announcement) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Announcement) -> str:
        return name("announcements", item.pk, day=f"{item.published_at:%Y-%m-%d}")

    def item_pubdate(self, item: Announcement) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Announcement) -> datetime | None:
        return item.corrected_at or item.published_at
