"""Django's own PostgreSQL, which looks at a line before it asks with it.

Every request takes a connection from the pool, and a server that was restarted
meanwhile has hung up on it. Django would ask each one something first: one more wait
for the server, on every page. But whoever hangs up says so: there is something to read
on a line that should be silent, and to look costs no wait. Only a line that has spoken,
or that nobody used for a while, is asked.
"""

import select
import time
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

# Seconds of silence in which what stands between may have cut a line, and told nobody.
SILENT = 30.0
# When each line of this process was last given back.
used: "WeakKeyDictionary[psycopg.Connection[Any], float]" = WeakKeyDictionary()


def has_spoken(line: "psycopg.Connection[Any]") -> bool:
    """Whether the server said something that nobody asked for, such as good-bye."""
    looked = select.poll()
    looked.register(line.fileno(), select.POLLIN)
    return bool(looked.poll(0))


def is_lost(line: "psycopg.Connection[Any]") -> bool:
    try:
        if has_spoken(line) or time.monotonic() - used.get(line, 0.0) > SILENT:
            ConnectionPool.check_connection(line)
    except psycopg.Error:
        return True
    return False


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection; of those in the pool, one that is not lost."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        line = super().get_new_connection(conn_params)
        while self.pool and is_lost(line):
            line.close()
            self.pool.putconn(line)  # which brings a new one in its place
            line = super().get_new_connection(conn_params)
        return line

    def _close(self) -> None:
        if self.connection is not None:
            used[self.connection] = time.monotonic()
        super()._close()  # type: ignore[misc]
