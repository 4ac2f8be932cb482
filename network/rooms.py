"""What the rooms above this one do when something happens to a person here.

A room that keeps something of people says so once, when the portal starts
(`AppConfig.ready`); so this one never has to know it.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, Protocol

from django.db.models import QuerySet

from network.models import Confirmation, Letter, User

LINE_LENGTH = 300  # characters


# Forgets what has been kept long enough by that moment; how many rows.
Forget = Callable[[datetime], int]


class Room(Protocol):
    """What a room does with people. Each is called in the transaction of the change."""

    def asked(self, confirmation: Confirmation) -> Sequence[str]:
        """What hangs on a confirmation, a line each, in the reader's language.

        The same, whoever the address belongs to and whatever it asked for before. What
        is done when it is confirmed is what these lines say, and nothing else.
        """

    def confirm(self, confirmation: Confirmation, *, origin: str = "") -> str:
        """Its owner said yes: do what hangs on it. The address of the page that shows it, or none.

        Called once for a confirmation, in the transaction that confirms it and holds it.
        That has taken no turn of the edition, and this may take none: nothing becomes
        public by a yes alone. Raises Refused for what can be done no more.
        """

    def leave(self, letter: Letter) -> None:
        """The reader of a letter to many wants no more of its kind."""

    def move(self, old: str, new: str) -> None:
        """An account has another address: what is theirs goes along."""

    def forget(self, addresses: Set[str], user: User | None) -> None:
        """Someone leaves or is erased: what is not public of theirs goes, and their name.

        `user` is their account, where they have one.
        """

    def held(self, addresses: Set[str], users: QuerySet[User]) -> Mapping[str, QuerySet[Any]]:
        """All rows on a person, by what they are called."""

    def forgets(self) -> Mapping[str, Forget]:
        """What the night forgets here, by the name it is counted under."""


ROOMS: list[Room] = []


def open_room(room: Room) -> None:
    """Say what a room does with people; once, in `AppConfig.ready`."""
    ROOMS.append(room)


def all_asked(confirmation: Confirmation) -> list[str]:
    """What hangs on a confirmation in all rooms: what its owner is shown, and says yes to."""
    lines = [line for room in ROOMS for line in room.asked(confirmation)]
    return [" ".join(line.split())[:LINE_LENGTH] for line in lines]
