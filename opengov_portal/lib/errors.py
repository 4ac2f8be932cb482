"""What a verb or a view raises to be answered with a page that says why."""

from collections.abc import Mapping


class Refused(Exception):
    """A request that is understood and allowed, but comes too late or out of turn.

    Its message is a whole sentence in the reader's language. One middleware
    answers it with the page of its status, 409 unless a subclass says otherwise.
    """

    status = 409

    @property
    def headers(self) -> Mapping[str, str]:
        """What the answer carries besides."""
        return {}


class Gone(Refused):
    """What was here was removed for good (410)."""

    status = 410


class TooMany(Refused):
    """Asked too often (429); `wait` is how many seconds to wait before asking again."""

    status = 429

    def __init__(self, reason: str = "", *, wait: int) -> None:
        super().__init__(reason)
        self.wait = wait

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": str(self.wait)}
