"""Pages drawn once and read many times: when they are kept, when they are dropped."""

import gzip
import time

import pytest
from django.core.cache import caches
from django.db import OperationalError
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils.cache import patch_vary_headers
from pytest_django.asserts import assertNumQueries

from network.models import Edition
from opengov_portal.lib.pages import for_readers
from opengov_portal.middleware import PageCacheMiddleware, ResponseHeadersMiddleware
from tests.factories import make_user

pytestmark = pytest.mark.django_db
WORDS = "Words that come again and again. " * 50


class Drawing:
    """A view that counts how often it is asked to draw its page."""

    def __init__(self, **headers):
        self.times = 0
        self.headers = headers
        self.words = WORDS

    def __call__(self, request):
        self.times += 1
        response = HttpResponse(f"{self.times} {self.words}", headers=self.headers)
        response.headers.setdefault("Cache-Control", "public, max-age=60")
        return response


def ask(drawing, path="/en/about/", **headers):
    request = RequestFactory().get(path, headers={"host": "testserver"} | headers)
    return PageCacheMiddleware(drawing)(request)


def test_a_page_is_drawn_once_for_all_readers():
    drawing = Drawing()

    first, second = ask(drawing), ask(drawing)

    assert drawing.times == 1
    assert first.content == second.content
    assert first.headers == second.headers


def test_a_kept_page_asks_the_database_for_the_edition_alone(client):
    client.get("/en/about/")

    with assertNumQueries(1):
        client.get("/en/about/")


def test_a_page_that_is_kept_is_not_given_to_who_asks_for_another_host(client):
    for _time in range(2):
        assert client.get("/en/about/").status_code == 200
        assert client.get("/en/about/", headers={"host": "elsewhere.example"}).status_code == 400


def test_a_change_of_edition_drops_every_page():
    drawing = Drawing()
    ask(drawing)

    Edition.advance()

    assert ask(drawing).content.startswith(b"2 ")
    assert ask(drawing).content.startswith(b"2 ")


def test_a_page_is_drawn_anew_when_its_time_is_over(monkeypatch, settings):
    drawing = Drawing()
    ask(drawing)
    later = time.time() + settings.PAGE_CACHE_SECONDS + 1
    monkeypatch.setattr("opengov_portal.middleware.page_cache.time.time", lambda: later)

    ask(drawing)

    assert drawing.times == 2


def test_while_one_draws_a_page_anew_the_others_are_given_the_old_one():
    drawing = Drawing()
    ask(drawing)
    Edition.advance()

    class Slow(Drawing):
        def __call__(self, request):
            assert ask(drawing).content.startswith(b"1 ")
            return super().__call__(request)

    slow = Slow()
    slow.times = 6
    assert ask(slow).content.startswith(b"7 ")
    assert drawing.times == 1


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Cache-Control": "private, no-store"}, "it is not public"),
        ({"Vary": "Accept-Language"}, "it varies by what is not in the key"),
        ({"Content-Encoding": "br"}, "it is encoded already"),
    ],
)
def test_what_may_not_be_kept_is_drawn_each_time(headers, why):
    drawing = Drawing(**headers)

    ask(drawing)
    ask(drawing)

    assert drawing.times == 2, why


def test_errors_and_redirects_are_not_kept():
    def missing(request):
        return HttpResponse("", status=404, headers={"Cache-Control": "public"})

    ask(missing)

    assert not caches["pages"]._cache


def test_a_page_too_large_is_not_kept_but_has_its_tag():
    drawing = Drawing()
    drawing.words = "x" * 600_000

    assert ask(drawing)["ETag"]
    ask(drawing)

    assert drawing.times == 2


def test_endless_queries_are_answered_and_not_kept():
    drawing = Drawing()

    for _time in range(2):
        ask(drawing, "/en/commitments/?q=" + "x" * 500)

    assert drawing.times == 2
    assert not caches["pages"]._cache


def test_pages_are_told_apart_by_address_query_and_part():
    drawing = Drawing()

    ask(drawing)
    ask(drawing, "/fr/about/")
    ask(drawing, "/en/about/?page=2")
    ask(drawing, **{"hx-request": "true"})
    ask(drawing, **{"hx-request": "true", "hx-history-restore-request": "true"})
    ask(drawing, host="localhost")

    assert drawing.times == 6


def test_someone_with_a_session_is_never_given_a_kept_page(client):
    client.get("/en/about/")
    client.force_login(make_user())

    response = client.get("/en/about/")

    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response


def test_a_wrong_host_is_not_given_a_kept_page(client):
    client.get("/en/about/")

    response = client.get("/en/about/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400


def test_without_a_cache_each_page_is_drawn_and_still_tagged(settings):
    settings.PAGE_CACHE_SECONDS = 0
    drawing = Drawing()

    first = ask(drawing)

    assert ask(drawing).content.startswith(b"2 ")
    assert first["ETag"]


def test_a_page_that_is_kept_outlives_its_database(monkeypatch):
    drawing = Drawing()
    ask(drawing)

    def away():
        raise OperationalError("no route to the database")

    monkeypatch.setattr(Edition, "lately", away)
    middleware = PageCacheMiddleware(drawing)
    request = RequestFactory().get("/en/about/", headers={"host": "testserver"})

    assert middleware(request).content.startswith(b"1 ")
    monkeypatch.setattr(Edition, "lately", lambda: pytest.fail("it was just away"))
    assert middleware(request).content.startswith(b"1 ")


def test_health_is_asked_of_the_process_itself(client):
    with assertNumQueries(0):
        assert client.get("/healthz").content == b"ok\n"


# --- 304, HEAD and gzip -------------------------------------------------------


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other",W/{}', "*"])
@pytest.mark.parametrize("kept", [True, False])
def test_a_reader_who_has_the_page_already_is_told_so(settings, form, kept):
    settings.PAGE_CACHE_SECONDS = 300 if kept else 0

    def drawing(request):
        return HttpResponse(WORDS, headers={"Cache-Control": "public, max-age=60"})

    tag = ask(drawing)["ETag"]
    response = ask(drawing, **{"if-none-match": form.format(tag)})

    assert response.status_code == 304
    assert response.content == b""
    assert response["ETag"] == tag
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Content-Type" not in response


def test_another_tag_brings_the_page():
    assert ask(Drawing(), **{"if-none-match": '"another"'}).status_code == 200


def test_a_changed_page_has_another_tag():
    drawing = Drawing()
    tag = ask(drawing)["ETag"]
    Edition.advance()

    assert ask(drawing, **{"if-none-match": tag}).status_code == 200


def test_a_page_is_compressed_for_who_accepts_it():
    drawing = Drawing()
    whole = ask(drawing)
    zipped = ask(drawing, **{"accept-encoding": "br, gzip;q=0.5"})

    assert drawing.times == 1
    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == whole.content
    assert int(zipped["Content-Length"]) == len(zipped.content) < len(whole.content)
    assert "Accept-Encoding" in whole["Vary"]
    assert zipped["ETag"] != whole["ETag"]


@pytest.mark.parametrize("refused", ["", "br", "gzip;q=0", "identity"])
def test_a_page_is_whole_for_who_does_not_accept_gzip(refused):
    assert "Content-Encoding" not in ask(Drawing(), **{"accept-encoding": refused})


def test_head_says_what_get_would_and_sends_nothing(client):
    got = client.get("/en/about/")
    asked = client.head("/en/about/")

    assert asked.content == b""
    assert asked.headers.pop("X-Request-ID") != got.headers.pop("X-Request-ID")
    assert asked.headers == got.headers


def test_a_long_export_is_compressed_as_it_goes():
    def export(request):
        response = StreamingHttpResponse(
            (WORDS for _time in range(3)),
            content_type="text/csv; charset=utf-8",
            headers={"Cache-Control": "public", "ETag": '"edition-1"'},
        )
        patch_vary_headers(response, ["Cookie"])
        return response

    zipped = ask(export, **{"accept-encoding": "gzip"})
    body = b"".join(zipped.streaming_content)

    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(body).decode() == WORDS * 3
    assert zipped["ETag"] == 'W/"edition-1"'
    assert "Content-Encoding" not in ask(export)


def test_a_page_that_sets_a_cookie_is_kept_by_nobody():
    @for_readers
    def with_cookie(request):
        response = HttpResponse(WORDS)
        response.set_cookie("made-up", "1")
        return response

    response = ResponseHeadersMiddleware(with_cookie)(RequestFactory().get("/en/about/"))

    assert response["Cache-Control"] == "private, no-store"
