"""Pages drawn once and read many times."""

import gzip
import logging
import re
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, Self, cast

from django.conf import settings
from django.core.cache import caches
from django.db import InterfaceError, OperationalError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_http_date_safe
from django.utils.text import compress_sequence

from network.models import Edition
from opengov_portal.lib.pages import is_public, is_reader
from opengov_portal.lib.replica import REPLICA
from opengov_portal.middleware.maintenance import under_maintenance

log = logging.getLogger(__name__)

# Pages are told apart by these and by their address; what varies by more is not kept.
KEYED = {"cookie", "accept-encoding", "hx-request", "hx-history-restore-request"}
LARGEST = 512 * 1024  # bytes of a page that is kept
LONGEST_QUERY = 400  # characters: longer ones are asked once and never again
SMALLEST_GZIP = 300  # bytes below which compressing gains nothing
COMPRESSIBLE = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg")
# What an answer says to caches that many share, as this one is (RFC 9111 5.2.2.10).
SHARED_AGE = re.compile(r"\bs-maxage=(\d{1,9})")
# How long one reader may take to draw a page anew while others are given the old one.
TURN_SECONDS = 5
# How long beyond its time a page is kept, for when the database is away.
RESERVE_SECONDS = 3600
# How long a database that did not answer is left alone.
AWAY_SECONDS = 5


@lru_cache(maxsize=200)  # there are as many as there are kinds of browsers
def names_gzip(codings: str) -> bool:
    """Whether an Accept-Encoding does."""
    for coding in codings.split(","):
        name, _, weight = coding.partition(";")
        if name.strip().lower() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def accepts_gzip(request: HttpRequest) -> bool:
    return names_gzip(request.META.get("HTTP_ACCEPT_ENCODING", ""))


def is_compressible(response: HttpResponseBase) -> bool:
    return (
        response.headers.get("Content-Type", "").startswith(COMPRESSIBLE)
        and "Content-Encoding" not in response.headers
    )


def keeping_time(response: HttpResponseBase) -> int:
    """Seconds that an answer may be kept: what it says itself, where that is less than ours."""
    said = SHARED_AGE.search(response.headers.get("Cache-Control", ""))
    seconds: int = settings.PAGE_CACHE_SECONDS
    return min(seconds, int(said[1])) if said else seconds


class Page(NamedTuple):
    """An answer as it is kept: whole, and compressed, and when it was drawn.

    `headers` are as a response holds them: by their names in lower case.
    Compressing is safe: a page for readers holds no secret that its length
    could tell (BREACH).
    """

    edition: int | None
    until: float
    headers: dict[str, tuple[str, str]]
    tag: str
    whole: bytes
    gzipped: bytes

    @classmethod
    def of(cls, response: HttpResponseBase, edition: int | None) -> Self | None:
        """The page that an answer is; None unless it is a public, complete 200."""
        if (
            response.status_code != 200
            or not isinstance(response, HttpResponse)
            or not is_public(response)
            or "Content-Encoding" in response.headers
        ):
            return None
        whole = response.content
        gzipped = b""
        if len(whole) >= SMALLEST_GZIP and is_compressible(response):
            gzipped = gzip.compress(whole, 5, mtime=0)
            patch_vary_headers(response, ["Accept-Encoding"])
        headers = {name.lower(): (name, value) for name, value in response.items()}
        for name in ("content-length", "etag"):
            headers.pop(name, None)
        tag = blake2b(whole, digest_size=12).hexdigest()
        until = time.time() + keeping_time(response)
        if ends := parse_http_date_safe(response.headers.get("Expires", "")):
            until = min(until, ends)  # what it tells is true no longer
        return cls(edition, until, headers, tag, whole, gzipped)

    def may_be_kept(self) -> bool:
        _name, vary = self.headers.get("vary", ("Vary", ""))
        return (
            self.edition is not None
            and len(self.whole) <= LARGEST
            and {name.strip().lower() for name in vary.split(",") if name} <= KEYED
        )

    def is_fresh(self, edition: int | None) -> bool:
        """Whether it may be shown as it is; any page may while the edition is not known."""
        return edition is None or (self.edition == edition and time.time() < self.until)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """This page for one request: 304, compressed or whole."""
        zipped = bool(self.gzipped) and accepts_gzip(request)
        asked = request.META.get("HTTP_IF_NONE_MATCH")
        matched = asked is not None and self.matches(asked)
        if matched:
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(self.gzipped if zipped else self.whole)
        store = response.headers
        # At once: to set each by its name would look through all of them for every reader.
        store._store.update(self.headers)
        # A strong tag names the very bytes, so that each coding has its own.
        store["ETag"] = f'"{self.tag}-gzip"' if zipped else f'"{self.tag}"'
        if matched:
            del store["Content-Type"]
            return response
        if zipped:
            store["Content-Encoding"] = "gzip"
        store["Content-Length"] = str(len(response.content))
        return response

    def matches(self, asked: str) -> bool:
        """Whether If-None-Match names this page, in either coding (weakly, RFC 9110 13.1.2)."""
        tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
        return not tags.isdisjoint({"*", f'"{self.tag}"', f'"{self.tag}-gzip"'})


class PageCacheMiddleware:
    """Keeps pages drawn for readers until the edition changes.

    Only those that say `Cache-Control: public`, for those without a session.
    Public answers get their ETag, their 304 and their gzip here, kept or not.
    Of many who ask for a page that is out of date one draws it; the others are
    given the old one meanwhile.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        # Staff's and health's pages and files are never kept: nothing is asked for them here.
        files = [f"/{file.name}" for file in settings.WHITENOISE_ROOT.iterdir()]
        self.never = ("/admin/", "/healthz", "/readyz", "/metrics", settings.STATIC_URL, *files)
        self.away_until = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.answer(request)
        if request.method == "HEAD" and isinstance(response, HttpResponse) and response.content:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        if (
            request.method not in {"GET", "HEAD"}
            or not is_reader(request)
            or request.path_info.startswith(self.never)
            or under_maintenance()
        ):
            return self.get_response(request)
        key = self.key(request)
        if key is None:
            return self.drawn(request, None)[0]
        edition = self.edition()
        shelf = caches["pages"]
        page: Page | None = shelf.get(key)
        if page and (page.is_fresh(edition) or not shelf.add(f"{key}-turn", True, TURN_SECONDS)):
            return page.answer(request)
        try:
            response, page = self.drawn(request, edition)
            if page and page.may_be_kept() and request.method == "GET":
                shelf.set(key, page, settings.PAGE_CACHE_SECONDS + RESERVE_SECONDS)
            return response
        finally:
            shelf.delete(f"{key}-turn")

    def key(self, request: HttpRequest) -> str | None:
        """Under what the page is kept; None if it is not to be."""
        meta = request.META
        query = meta.get("QUERY_STRING", "")
        if not settings.PAGE_CACHE_SECONDS or len(query) > LONGEST_QUERY:
            return None
        parts = (
            request.scheme or "",
            # As it was sent: what a wrong one is answered with, further in, is never kept.
            meta.get("HTTP_HOST") or f"{meta['SERVER_NAME']}:{meta['SERVER_PORT']}",
            request.path,
            query,
            meta.get("HTTP_HX_REQUEST", ""),
            meta.get("HTTP_HX_HISTORY_RESTORE_REQUEST", ""),
        )
        return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()

    def edition(self) -> int | None:
        """The present edition; None while the database is away."""
        if time.monotonic() < self.away_until:
            return None
        try:
            return Edition.lately()
        except (OperationalError, InterfaceError):
            self.away_until = time.monotonic() + AWAY_SECONDS
            log.warning("The database is away: pages that are kept are shown as they are.")
            return None

    def drawn(
        self, request: HttpRequest, edition: int | None
    ) -> tuple[HttpResponseBase, Page | None]:
        """The page drawn anew, and its answer to this request.

        From the replica, where there is one, only while it has reached that edition: what
        is kept under the number of an edition is never of one before.
        """
        if edition is not None:
            request.replica_has_caught_up = (  # type: ignore[attr-defined]
                lambda: Edition.current(using=REPLICA) >= edition
            )
        response = self.get_response(request)
        page = Page.of(response, edition)
        if page:
            return page.answer(request), page
        if (
            isinstance(response, StreamingHttpResponse)
            and not isinstance(response, FileResponse)
            and is_public(response)
            and is_compressible(response)
        ):
            patch_vary_headers(response, ["Accept-Encoding"])
            if accepts_gzip(request):
                pieces = cast(Iterator[bytes], response.streaming_content)
                response.streaming_content = compress_sequence(pieces)
                response.headers["Content-Encoding"] = "gzip"
                del response.headers["Content-Length"]
                tag = response.headers.get("ETag", "")
                if tag.startswith('"'):  # it named the bytes as they were
                    response.headers["ETag"] = f"W/{tag}"
        return response, None
