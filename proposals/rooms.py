"""What this room does with people: said to the network once, when the portal starts."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from django.db.models import QuerySet

from network.models import Confirmation, Letter, User
from network.rooms import Forget
from proposals import following, forwarding, supporting
from proposals.models import Flag


class ProposalsRoom:
    """Ideas that people put forward, what they support, and what they follow."""

    def asked(self, confirmation: Confirmation) -> Sequence[str]:
        return [
            *forwarding.asked(confirmation),
            *supporting.asked(confirmation),
            *following.asked(confirmation),
        ]

    def confirm(self, confirmation: Confirmation, *, origin: str = "") -> str:
        pages = [
            forwarding.confirm(confirmation, origin=origin),
            supporting.confirm(confirmation, origin=origin),
            following.confirm(confirmation, origin=origin),
        ]
        return next(filter(None, pages), "")

    def leave(self, letter: Letter) -> None:
        following.leave(letter)

    def move(self, old: str, new: str) -> None:
        supporting.move(old, new)
        following.move(old, new)
        forwarding.move(old, new)

    def forget(self, addresses: Set[str], user: User | None) -> None:
        # A support of one's own idea needs the idea to be known as one's own.
        supporting.forget(addresses, user)
        following.forget(addresses, user)
        forwarding.forget(addresses, user)

    def held(self, addresses: Set[str], users: QuerySet[User]) -> Mapping[str, QuerySet[Any]]:
        return {
            **forwarding.held(addresses, users),
            **supporting.held(addresses, users),
            **following.held(addresses, users),
        }

    def forgets(self) -> Mapping[str, Forget]:
        return {
            "briefs": forwarding.forget_briefs,
            "drafts": forwarding.forget_drafts,
            "proposals": forwarding.forget_unconfirmed,
            "supports": supporting.forget_unconfirmed,
            "follows": following.forget_unconfirmed,
            "networks_of_proposals": forwarding.forget_origins,
            "networks_of_flags": Flag.forget_networks,
        }
