"""Every public page, for those who index the web, with its twin in the other language."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from commitments.models import ActionPlan, Commitment, Institution


class TwinSitemap(Sitemap[Any]):
    """Pages that are there in both languages, at the portal's own address.

    A page outside /en/ and /fr/ leads to the reader's language: that is `x-default`.
    """

    i18n = True
    alternates = True
    x_default = True
    limit = 500  # addresses a file: small enough to be kept by the page cache
    protocol = urlsplit(settings.SITE_URL).scheme

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
            "network:index",
            "network:join",
            "network:organizations",
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
    def items(self) -> QuerySet[Commitment]:
        fields = ("number", "changed_at", "plan__slug")
        return Commitment.objects.select_related("plan").only(*fields).order_by("pk")

    def lastmod(self, item: Commitment) -> datetime:
        return item.changed_at

    def get_latest_lastmod(self) -> datetime | None:
        latest: datetime | None = Commitment.objects.aggregate(latest=Max("changed_at"))["latest"]
        return latest


class InstitutionSitemap(TwinSitemap):
    def items(self) -> QuerySet[Institution]:
        return Institution.objects.only("slug").order_by("slug")


SITEMAPS = {
    "pages": PageSitemap,
    "plans": PlanSitemap,
    "commitments": CommitmentSitemap,
    "institutions": InstitutionSitemap,
}
