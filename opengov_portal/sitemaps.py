"""Every public page, for those who index the web, with its twin in the other language."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, overload
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.urls import reverse

from commitments.models import ActionPlan, Commitment, Institution
from network.models import Announcement, Community, LetterOfIntent, Organization
from opengov_portal.lib.addresses import address
from opengov_portal.lib.languages import LANGUAGES
from proposals.models import Consultation, Proposal


class Twins(Sequence[tuple[Any, str]]):
    """Each item in each language; reads only those that are asked for.

    Django would read all there are for every file of them, and for their list.
    """

    def __init__(self, items: Any, languages: Sequence[str]) -> None:
        self.items = items
        self.languages = languages

    def __len__(self) -> int:
        items = self.items
        one_language = items.count() if isinstance(items, QuerySet) else len(items)
        return one_language * len(self.languages)

    @overload
    def __getitem__(self, asked: int) -> tuple[Any, str]: ...
    @overload
    def __getitem__(self, asked: slice) -> list[tuple[Any, str]]: ...
    def __getitem__(self, asked: int | slice) -> tuple[Any, str] | list[tuple[Any, str]]:
        if isinstance(asked, int):
            place = range(len(self))[asked]
            return self[place : place + 1][0]
        start, stop, _step = asked.indices(len(self))
        first, many = start // len(self.languages), len(self.languages)
        items = self.items[first : -(-stop // many)]
        twins = [(item, language) for item in items for language in self.languages]
        return twins[start - first * many : stop - first * many]


class TwinSitemap(Sitemap[Any]):
    """Pages that are there in both languages, at the portal's own address.

    A page outside /en/ and /fr/ leads to the reader's language: that is `x-default`.
    """

    i18n = True
    alternates = True
    x_default = True
    limit = 500  # addresses a file: small enough to be kept by the page cache
    protocol = urlsplit(settings.SITE_URL).scheme

    @property
    def paginator(self) -> Paginator[Any]:
        return Paginator(Twins(self.items(), LANGUAGES), self.limit)

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class PageSitemap(TwinSitemap):
    def items(self) -> list[str]:
        return [
            "home",
            "commitments:index",
            "commitments:plans",
            "commitments:institutions",
            "proposals:index",
            "proposals:propose",
            "proposals:calls",
            "proposals:ledger",
            "proposals:log",
            "network:index",
            "network:join",
            "network:organizations",
            "network:communities",
            "network:reach",
            "network:letters_of_intent",
            "network:announcements",
            "about",
            "contact",
            "privacy",
            "accessibility",
            "data",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class PlanSitemap(TwinSitemap):
    def items(self) -> QuerySet[ActionPlan]:
        return ActionPlan.objects.only("slug").order_by("ordinal")


class CommitmentSitemap(TwinSitemap):
    page = "commitments:commitment"

    def items(self) -> QuerySet[Commitment]:
        fields = ("number", "changed_at", "plan__slug")
        return Commitment.objects.select_related("plan").only(*fields).order_by("pk")

    def location(self, item: Commitment) -> str:
        return address(self.page, item.plan.slug, item.number)

    def lastmod(self, item: Commitment) -> datetime:
        return item.changed_at

    def get_latest_lastmod(self) -> datetime | None:
        latest: datetime | None = Commitment.objects.aggregate(latest=Max("changed_at"))["latest"]
        return latest


class HistorySitemap(CommitmentSitemap):
    """What has changed of each commitment."""

    page = "commitments:history"


class InstitutionSitemap(TwinSitemap):
    def items(self) -> QuerySet[Institution]:
        return Institution.objects.only("slug").order_by("slug")


class CommunitySitemap(TwinSitemap):
    """Each community's page, and the two pages to invite to it."""

    def items(self) -> list[tuple[str, str]]:
        slugs = Community.objects.public().order_by("slug").values_list("slug", flat=True)
        names = ["network:community", "network:invite", "network:poster"]
        return [(name, slug) for slug in slugs for name in names]

    def location(self, item: tuple[str, str]) -> str:
        name, slug = item
        return reverse(name, args=[slug])


class OrganizationSitemap(TwinSitemap):
    def items(self) -> QuerySet[Organization]:
        return Organization.objects.public().only("slug").order_by("pk")


class LetterOfIntentSitemap(TwinSitemap):
    def items(self) -> QuerySet[LetterOfIntent]:
        return LetterOfIntent.objects.public().only("pk").order_by("pk")


class AnnouncementSitemap(TwinSitemap):
    def items(self) -> QuerySet[Announcement]:
        return Announcement.objects.public().only("slug", "published_at", "corrected_at").newest()

    def lastmod(self, item: Announcement) -> datetime | None:
        return item.corrected_at or item.published_at


class CallSitemap(TwinSitemap):
    def items(self) -> QuerySet[Consultation]:
        return Consultation.objects.public().only("slug").order_by("pk")


class ProposalSitemap(TwinSitemap):
    """Those that can be read; not the marks of those that were."""

    def items(self) -> QuerySet[Proposal]:
        return Proposal.objects.public().only("pk", "published_at").order_by("pk")

    def lastmod(self, item: Proposal) -> datetime | None:
        return item.published_at

    def get_latest_lastmod(self) -> datetime | None:
        public = Proposal.objects.public()
        latest: datetime | None = public.aggregate(latest=Max("published_at"))["latest"]
        return latest


SITEMAPS = {
    "pages": PageSitemap,
    "plans": PlanSitemap,
    "commitments": CommitmentSitemap,
    "histories": HistorySitemap,
    "institutions": InstitutionSitemap,
    "communities": CommunitySitemap,
    "organizations": OrganizationSitemap,
    "letters-of-intent": LetterOfIntentSitemap,
    "announcements": AnnouncementSitemap,
    "calls": CallSitemap,
    "proposals": ProposalSitemap,
}
