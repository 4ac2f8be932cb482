"""A cache that all processes share, and that may be away."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partialmethod
from threading import Lock
from typing import Any, ClassVar

from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
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


class Shelf(LocMemCache):
    """Memory of this process, for what nobody changes.

    What lies here is handed out as it is: Django's own would make a copy for whoever asks,
    and look through each key for signs that only memcached cannot take.
    """

    _cache: OrderedDict[str, Any]
    _lock: Lock
    _has_expired: Callable[[str], bool]
    _delete: Callable[[str], bool]
    _set: Callable[..., None]

    def add(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        key = self.make_key(key, version)
        with self._lock:
            is_new = self._has_expired(key)
            if is_new:
                self._set(key, value, timeout)
            return is_new

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        key = self.make_key(key, version)
        with self._lock:
            if self._has_expired(key):
                self._delete(key)
                return default
            self._cache.move_to_end(key, last=False)  # the last is the first to go
            return self._cache[key]

    def set(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        key = self.make_key(key, version)
        with self._lock:
            self._set(key, value, timeout)
