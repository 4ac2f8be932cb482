"""Files of open data: streamed, named, licensed, the same for every reader."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from opengov_portal.lib.languages import in_each
from opengov_portal.lib.pages import for_readers
from opengov_portal.lib.requests import limited

COMPILATION = "https://creativecommons.org/licenses/by/4.0/"  # of what we put together
Made = Callable[[Callable[[], Iterator[bytes]]], Any]


def data_file(name: str, content_type: str, *, tag: Callable[[], object]) -> Made:
    """Makes the pieces of a file a view: streamed, named, not sent again until `tag` changes."""

    def etag(request: HttpRequest) -> str:
        return f'W/"data-{tag()}"'

    def decorator(pieces: Callable[[], Iterator[bytes]]) -> Any:
        @require_safe
        @limited("data", times=60, seconds=600)
        @for_readers
        @condition(etag_func=etag)
        def answer(request: HttpRequest) -> HttpResponseBase:
            body = pieces() if request.method == "GET" else iter(())
            response = StreamingHttpResponse(body, content_type=content_type)
            response.headers["Link"] = f'<{COMPILATION}>; rel="license"'
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
            return response

        answer.__name__ = pieces.__name__
        answer.__doc__ = pieces.__doc__
        return answer

    return decorator


def json_file(head: dict[str, Any], name: str, rows: Iterable[Any]) -> Iterator[bytes]:
    """What is said once, then a list under `name`, one of `rows` a line."""
    told = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    yield f'{told},\n "{name}": ['.encode()
    comma = ""
    for row in rows:
        yield f"{comma}\n{json.dumps(row, ensure_ascii=False)}".encode()
        comma = ","
    yield b"\n ]\n}\n"


def in_both(prefix: str, name: str, *args: Any) -> dict[str, str]:
    """The whole address of a page in each language: `page_en`, `page_fr`."""
    found = in_each(lambda: settings.SITE_URL + reverse(name, args=args))
    return {f"{prefix}_{language}": address for language, address in found.items()}
