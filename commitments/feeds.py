"""Atom feeds of what changed: for all, for one plan, for one commitment."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from commitments.dictionary import words_for
from commitments.gone import commitment_at, plan_at
from commitments.history import Telling
from commitments.models import ActionPlan, Change, Commitment
from opengov_portal.lib.feeds import DatedAtomFeed, name
from opengov_portal.lib.xml import writable

ENTRIES = 100


class ChangesFeed(Feed[Change, Any]):
    """What changed about any commitment or plan."""

    feed_type = DatedAtomFeed

    def title(self, about: Any) -> str:
        return _("Open government commitments: what changed")

    def subtitle(self, about: Any) -> str:
        return _("Every commitment and plan added, changed or removed on the portal.")

    def link(self, about: Any) -> str:
        page = about.get_absolute_url() if about else reverse("commitments:index")
        return settings.SITE_URL + page

    def feed_url(self, about: Any) -> str:
        return settings.SITE_URL + reverse("commitments:feed")

    def feed_guid(self, about: Any) -> str:
        return name("changes")

    def author_name(self, about: Any) -> str:
        return _("OpenGov Portal")

    def changes(self, about: Any) -> QuerySet[Change]:
        return Change.objects.all()

    def items(self, about: Any) -> list[Any]:
        newest: QuerySet[Change] = (
            self.changes(about).with_subject().with_deed().newest()[:ENTRIES]  # type: ignore[attr-defined]
        )
        found: list[Any] = list(newest)
        telling = Telling()  # one view serves all readers, in both languages
        for change in found:
            change.entry = telling.entry(change)
        return found

    def item_title(self, item: Any) -> str:
        return writable(item.words)

    def item_description(self, item: Any) -> str:
        """What changed and why; what was before and after, or else by the names of its fields."""
        if item.entry.told or item.entry.why:
            return writable(render_to_string("commitments/_entry.html", {"entry": item.entry}))
        if not item.fields:
            return escape(writable(item.words))
        about = ActionPlan if isinstance(item.about, ActionPlan) else Commitment
        fields = [words_for(field, model=about) for field in item.fields]
        return escape(writable(_("What changed: %(fields)s.") % {"fields": "; ".join(fields)}))

    def item_link(self, item: Change) -> str:
        page = item.about or item.plan
        return settings.SITE_URL + (
            page.get_absolute_url() if page else reverse("commitments:index")
        )

    def item_guid(self, item: Change) -> str:
        return name("changes", item.pk, day=f"{item.at:%Y-%m-%d}")

    def item_pubdate(self, item: Change) -> datetime:
        return item.at

    def item_updateddate(self, item: Change) -> datetime:
        return item.at


class PlanFeed(ChangesFeed):
    """What changed about one plan and its commitments."""

    def get_object(self, request: HttpRequest, slug: str) -> ActionPlan:
        return plan_at(slug)

    def title(self, about: Any) -> str:
        return writable(_("%(plan)s: what changed") % {"plan": about.title})

    def subtitle(self, about: Any) -> str:
        return _("Every commitment of this plan added, changed or removed.")

    def feed_url(self, about: Any) -> str:
        return settings.SITE_URL + reverse("commitments:plan_feed", args=[about.slug])

    def feed_guid(self, about: Any) -> str:
        return name("plans", about.slug)

    def changes(self, about: Any) -> QuerySet[Change]:
        return Change.objects.filter(plan=about)


class CommitmentFeed(ChangesFeed):
    """What changed about one commitment, and which ideas led to it, as a higher room says."""

    def get_object(self, request: HttpRequest, slug: str, number: int) -> Commitment:
        return commitment_at(slug, number)

    def title(self, about: Any) -> str:
        return writable(_("%(commitment)s: what changed") % {"commitment": about.title})

    def subtitle(self, about: Any) -> str:
        return writable(
            _("Changes to commitment %(number)d of %(plan)s.")
            % {"number": about.number, "plan": about.plan.title}
        )

    def feed_url(self, about: Any) -> str:
        where = [about.plan.slug, about.number]
        return settings.SITE_URL + reverse("commitments:commitment_feed", args=where)

    def feed_guid(self, about: Any) -> str:
        return name("commitments", about.code)

    def changes(self, about: Any) -> QuerySet[Change]:
        return Change.objects.filter(commitment=about)

    def items(self, about: Any) -> list[Any]:
        led = about.happenings.filter(kind="became", proposal__state="published")
        # An answer that was changed may say so no longer.
        said = led.filter(proposal__lineages__commitment=about).select_related("proposal")
        both = [*super().items(about), *said.order_by("-at", "-pk")[:ENTRIES]]
        return sorted(both, key=lambda item: item.at, reverse=True)[:ENTRIES]

    def item_title(self, item: Any) -> str:
        if isinstance(item, Change):
            return super().item_title(item)
        words = _("An idea that led to it: “%(title)s”")
        return writable(words % {"title": item.proposal.title})

    def item_description(self, item: Any) -> str:
        if isinstance(item, Change):
            return super().item_description(item)
        return escape(self.item_title(item))

    def item_link(self, item: Any) -> str:
        if isinstance(item, Change):
            return super().item_link(item)
        return settings.SITE_URL + str(item.proposal.get_absolute_url())

    def item_guid(self, item: Any) -> str:
        """As the feeds of proposals call it, too."""
        if isinstance(item, Change):
            return super().item_guid(item)
        return name("happenings", item.pk, day=f"{item.at:%Y-%m-%d}")
