"""How many questions a page asks of the database."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings


def cost_of(ask: Callable[..., Any], *args: Any, **kwargs: Any) -> int:
    """The number of queries that asking costs, in a process that has answered before.

    Asked twice, and counted the second time: what a process learns once and
    keeps (content types, the catalogue of an edition) would else be counted or
    not by which test came before. No page is taken from the cache; one that is
    answered must be a 200.
    """
    with override_settings(PAGE_CACHE_SECONDS=0):
        ask(*args, **kwargs)
        with CaptureQueriesContext(connection) as queries:
            answer = ask(*args, **kwargs)
    assert getattr(answer, "status_code", 200) == 200
    return len(queries)
