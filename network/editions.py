"""What each process reads once an edition, and then holds in memory."""

from threading import Lock
from typing import Any, ClassVar, Self

from network.models import Edition


class OfEdition:
    """Something that is made from the number of an edition, and made anew for the next.

    All threads of a process share it, so what it holds is replaced and never changed.
    """

    edition: int
    _lock: ClassVar[Lock]
    _held: ClassVar[Any]

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls._lock, cls._held = Lock(), None

    def __init__(self, edition: int) -> None:
        self.edition = edition

    @classmethod
    def current(cls) -> Self:
        """That of the present edition, which this process knew a moment ago."""
        edition = Edition.lately()
        held = cls._held
        if held is None or held.edition != edition:
            with cls._lock:
                held = cls._held
                if held is None or held.edition != edition:
                    held = cls._held = cls(edition)
        return held  # type: ignore[no-any-return]

    @classmethod
    def forget(cls) -> None:
        """Read everything afresh next time, whatever the edition says."""
        cls._held = None
