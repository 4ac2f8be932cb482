"""Atom feeds of what happens to proposals: to all, to one, to those of a call or an issue."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from commitments.models import Change
from network.models import Subject
from opengov_portal.lib.feeds import DatedAtomFeed, name
from opengov_portal.lib.xml import writable
from proposals import news
from proposals.happenings import Kind
from proposals.models import Consultation, Happening, Proposal
from proposals.models.follow import heading_of

ENTRIES = 100


class HappeningsFeed(Feed[news.News, Any]):
    """What happened to any proposal that is public, and to any call."""

    feed_type = DatedAtomFeed

    def title(self, about: Any) -> str:
        return _("Proposals: what is new")

    def subtitle(self, about: Any) -> str:
        return _("Every idea put forward, every answer, every call for ideas.")

    def link(self, about: Any) -> str:
        page = about.get_absolute_url() if about else reverse("proposals:index")
        return settings.SITE_URL + page

    def feed_url(self, about: Any) -> str:
        return settings.SITE_URL + reverse("proposals:feed")

    def feed_guid(self, about: Any) -> str:
        return name("proposals")

    def author_name(self, about: Any) -> str:
        return _("OpenGov Portal")

    def happenings(self, about: Any) -> Any:
        """Which happenings; of proposals that are not to be read, none."""
        return Happening.objects.told_in_public()

    def items(self, about: Any) -> list[news.News]:
        rows = news.each_publication_once(news.prepared(self.happenings(about).newest()[:ENTRIES]))
        return [line for row in rows if (line := news.of_happening(row))]

    def item_title(self, item: Any) -> str:
        return writable(item.line)

    def item_description(self, item: Any) -> str:
        return escape(writable(item.label))

    def item_link(self, item: news.News) -> str:
        return item.url

    def item_guid(self, item: news.News) -> str:
        log, number = item.name
        # A change to a commitment is called here as it is in the commitments' own feeds.
        return name(log, number, day=f"{item.at:%Y-%m-%d}")

    def item_pubdate(self, item: news.News) -> datetime:
        return item.at

    def item_updateddate(self, item: news.News) -> datetime:
        return item.at


class ProposalFeed(HappeningsFeed):
    """What happened to one proposal. Of one that was removed it says that, and nothing else."""

    def get_object(self, request: HttpRequest, pk: int) -> Proposal:
        return get_object_or_404(Proposal.objects.addressed(), pk=pk)

    def title(self, about: Any) -> str:
        title = heading_of(about).text
        if not title:
            return _("A proposal that was removed")
        return writable(_("%(proposal)s: what is new") % {"proposal": title})

    def subtitle(self, about: Any) -> str:
        return _("What becomes of this idea.")

    def feed_url(self, about: Any) -> str:
        return settings.SITE_URL + reverse("proposals:proposal_feed", args=[about.pk])

    def feed_guid(self, about: Any) -> str:
        return name("proposals", about.pk)

    def happenings(self, about: Any) -> Any:
        return Happening.objects.filter(proposal=about)


class CallFeed(HappeningsFeed):
    """What happens to one call for ideas, and to the ideas that answer it."""

    def get_object(self, request: HttpRequest, slug: str) -> Consultation:
        return get_object_or_404(Consultation.objects.public(), slug=slug)

    def title(self, about: Any) -> str:
        return writable(_("%(call)s: what is new") % {"call": about.title})

    def subtitle(self, about: Any) -> str:
        return _("What happens to this call for ideas, and to the ideas put forward in it.")

    def feed_url(self, about: Any) -> str:
        return settings.SITE_URL + reverse("proposals:call_feed", args=[about.slug])

    def feed_guid(self, about: Any) -> str:
        return name("calls", about.pk)

    def happenings(self, about: Any) -> Any:
        within = Q(consultation=about) | Q(proposal__consultation=about)
        return Happening.objects.told_in_public().filter(within)


class IssueFeed(HappeningsFeed):
    """New ideas on one issue, and what changed about the commitments on it."""

    def get_object(self, request: HttpRequest, slug: str) -> Subject:
        return get_object_or_404(Subject, slug=slug)

    def title(self, about: Any) -> str:
        return writable(_("%(issue)s: what is new") % {"issue": about.label})

    def subtitle(self, about: Any) -> str:
        return _("New ideas on this issue, and what changed about the commitments on it.")

    def feed_url(self, about: Any) -> str:
        return settings.SITE_URL + reverse("proposals:issue_feed", args=[about.slug])

    def feed_guid(self, about: Any) -> str:
        return name("issues", about.pk)

    def happenings(self, about: Any) -> Any:
        public = Happening.objects.told_in_public()
        return public.filter(kind=Kind.PUBLISHED, proposal__issues=about)

    def items(self, about: Any) -> list[news.News]:
        changes = Change.objects.filter(commitment__subjects=about)
        newest = changes.select_related("commitment__plan").newest()[:ENTRIES]
        lines = super().items(about)
        lines += [news.of_change(row, row.commitment) for row in newest if row.commitment]
        return sorted(lines, key=lambda line: line.at, reverse=True)[:ENTRIES]
