"""Django's own SQLite, with writers that take turns.

SQLite has a writer that finds another at work look again after a while, and after a
longer while each time: who has just come is luckier than who has waited, and of fifty
at once some wait until they are turned away (“database is locked”). Here a transaction
first takes the lock of its process, for which threads wait in a row, and then one on a
file beside the database, for which processes look equally often; both go with the
transaction, the second with the process too.
"""

import fcntl
import os
import time
from collections import defaultdict
from threading import Event, Lock
from typing import Any

from django.db.backends.sqlite3 import base

LOOK_AGAIN = 0.002  # seconds
# By the name of the database: of the threads of this process, one at a time looks.
ROWS: defaultdict[str, Lock] = defaultdict(Lock)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection; every transaction of it begins with a turn."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.turn: int | None = None  # the open file that the lock is on
        self.has_turn = False

    def take_turn(self) -> None:
        """Wait for it as long as for the database itself; then it is SQLite that says no."""
        name = str(self.settings_dict["NAME"])
        if self.has_turn or self.is_in_memory_db():
            return
        seconds = self.settings_dict["OPTIONS"].get("timeout", 5)
        until = time.monotonic() + seconds
        if not ROWS[name].acquire(timeout=seconds):
            return
        try:
            self.has_turn = self.look(name, until)
        finally:
            if not self.has_turn:
                ROWS[name].release()

    def look(self, name: str, until: float) -> bool:
        """Take the lock on the file, before a moment of the clock. Whether it was had."""
        if self.turn is None:
            self.turn = os.open(f"{name}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while time.monotonic() < until:
            try:
                fcntl.flock(self.turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                Event().wait(LOOK_AGAIN)
            else:
                return True
        return False

    def give_turn(self) -> None:
        if self.turn is not None and self.has_turn:
            self.has_turn = False
            fcntl.flock(self.turn, fcntl.LOCK_UN)
            ROWS[str(self.settings_dict["NAME"])].release()

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self.give_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self.give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self.give_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self.give_turn()
            if self.turn is not None:
                os.close(self.turn)
                self.turn = None
