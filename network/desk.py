"""The desk: all that waits for staff, by kind, on the first page of the admin.

A room says what its queues are when the portal starts (`AppConfig.ready`), so that none
has to know another. Each is one query, whatever waits in it; who sees it is asked as its
own pages ask.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from network.models import User


@dataclass(frozen=True)
class Queue:
    """One kind of thing that waits for someone on staff.

    `page` is the name of its list in the admin and `filters` what narrows that down to
    what waits. `waiting` finds what someone sees of it; `since` names the moment from
    which one waits, where there is one. `is_late` says which of it has waited longer than
    was promised. `counted` names the row of the list where several of what waits have one.
    """

    label: Any
    page: str
    may_see: Callable[[User], bool]
    waiting: Callable[[User], QuerySet[Any]]
    filters: str = ""
    since: str = ""
    is_late: Callable[[], Q] | None = None
    counted: str = "pk"

    @property
    def url(self) -> str:
        return reverse(f"admin:{self.page}_changelist") + (self.filters and f"?{self.filters}")

    def pile(self, user: User) -> "Pile":
        """How it stands now, for one who sees it; one query."""
        asked: dict[str, Any] = {"count": Count(self.counted, distinct=True)}
        if self.since:
            asked["oldest"] = Min(self.since)
        if self.is_late:
            asked["late"] = Count(self.counted, filter=self.is_late(), distinct=True)
        return Pile(self, **self.waiting(user).order_by().aggregate(**asked))


@dataclass(frozen=True)
class Pile:
    """What waits in a queue: how much, since when, and how much of it is overdue."""

    queue: Queue
    count: int
    oldest: datetime | date | None = None
    late: int = 0

    @property
    def days(self) -> int | None:
        """Whole days that the oldest has waited; None where nothing says since when."""
        if self.oldest is None:
            return None
        day = timezone.localdate(self.oldest) if isinstance(self.oldest, datetime) else self.oldest
        return max(0, (timezone.localdate() - day).days)


QUEUES: list[Queue] = []


def open_queues(*queues: Queue) -> None:
    """Say what waits in a room; once, in `AppConfig.ready`."""
    QUEUES.extend(queues)


def who_may(*permissions: str) -> Callable[[User], bool]:
    """Whoever has all of these permissions."""

    def may_see(user: User) -> bool:
        return user.has_perms(permissions)

    return may_see


def waiting_for(user: User) -> Iterator[Pile]:
    """All queues that someone sees, with what waits in each; what is overdue first."""
    piles = [queue.pile(user) for queue in QUEUES if queue.may_see(user)]
    return iter(sorted(piles, key=lambda pile: (not pile.late, not pile.count)))
