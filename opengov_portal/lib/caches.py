"""A cache that all processes share, and that may be away."""

import logging
import time
from functools import partialmethod
from typing import Any, ClassVar

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

log = logging.getLogger(__name__)

AWAY_SECONDS = 5


class SteadyRedisCache(RedisCache):
    """Redis and, while that is away, the cache “own” of the process itself.

    What is counted here, such as who fails to sign in, must neither stop everybody
    nor go uncounted meanwhile. A Redis that did not answer is left alone for
    AWAY_SECONDS, so that only one who asks waits for it.
    """

    away_until: ClassVar[float] = 0.0

    def _ask(self, verb: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= SteadyRedisCache.away_until:
            try:
                return getattr(super(), verb)(*args, **kwargs)
            except (RedisError, OSError) as error:
                SteadyRedisCache.away_until = time.monotonic() + AWAY_SECONDS
                log.warning("Redis is away, each process counts for itself: %s", error)
        return getattr(caches["own"], verb)(*args, **kwargs)

    add = partialmethod(_ask, "add")
    get = partialmethod(_ask, "get")
    set = partialmethod(_ask, "set")
    touch = partialmethod(_ask, "touch")
    delete = partialmethod(_ask, "delete")
    incr = partialmethod(_ask, "incr")
    has_key = partialmethod(_ask, "has_key")
    get_many = partialmethod(_ask, "get_many")
    set_many = partialmethod(_ask, "set_many")
    delete_many = partialmethod(_ask, "delete_many")
    clear = partialmethod(_ask, "clear")
