"""The language of every address, and the way from one language's words to the other's."""

from collections.abc import Iterable

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.urls import is_valid_path, translate_url
from django.utils.cache import patch_vary_headers
from django.utils.encoding import iri_to_uri
from django.utils.translation import get_language_from_path, override

from opengov_portal.lib.languages import active, other
from opengov_portal.lib.pages import is_public


def address_in(language: str, path: str, words: Iterable[str]) -> str | None:
    """The address, in `language`, of a path that is written in other words.

    `path` has no language before it (`/commitments/`); `words` are the languages
    whose words it may be written in. None where none of them knows it.
    """
    for written in words:
        with override(written):
            for ending in ("",) if path.endswith("/") else ("", "/"):
                if is_valid_path(f"/{written}{path}{ending}"):
                    return translate_url(f"/{written}{path}{ending}", language)
    return None


class LanguageMiddleware(LocaleMiddleware):
    """The language of the address; without one, what the browser asks for.

    No cookie remembers it: the address does. A page asked for without a language
    (`/plans/`), or in the wrong language's words (`/fr/commitments/`), leads to
    the address it has.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        language = getattr(request, "LANGUAGE_CODE", active())
        named = get_language_from_path(request.path_info)
        if response.status_code == 404 and request.method in {"GET", "HEAD"}:
            moved = self.moved(request, named, language)
            if moved:
                return moved
        if named or not is_public(response):
            response.headers.setdefault("Content-Language", language)
        # What is public and stands outside /en/ and /fr/ is the same in both.
        if not named and not is_public(response):
            patch_vary_headers(response, ["Accept-Language"])
        return response

    def moved(self, request: HttpRequest, named: str | None, language: str) -> HttpResponse | None:
        """The way to where a page that was not found really is; None if nowhere."""
        path, query = request.path_info, request.META.get("QUERY_STRING", "")
        if named:
            address = address_in(named, path.removeprefix(f"/{named}"), [other(named)])
        else:
            address = address_in(language, path, [language, other(language)])
        if not address or address == iri_to_uri(path):
            return None
        if query:
            address = f"{address}?{query}"
        if named:
            return HttpResponsePermanentRedirect(address)
        redirect = HttpResponseRedirect(address)
        patch_vary_headers(redirect, ["Accept-Language"])
        return redirect
