"""What is done to people and belongs to no single one of our nouns."""

from network.actions.addresses import (
    agree_to_move,
    ask_to_move,
    follow_new_address,
    move_account,
)
from network.actions.asking import also_asked, ask_to_confirm, confirm_asked
from network.actions.blocking import refuse_blocked, would_have_stopped
from network.actions.joining import account, ask_to_join, confirm
from network.actions.membership import (
    Choices,
    change_membership,
    erase,
    erase_person,
    known_addresses,
    leave,
    leave_lists,
    refuse_name,
)
from network.actions.organizations import (
    apply_revision,
    claim_affiliation,
    confirm_affiliation,
    publish_organization,
    refuse_affiliation,
    refuse_organization,
    refuse_revision,
)

__all__ = [
    "Choices",
    "account",
    "agree_to_move",
    "also_asked",
    "apply_revision",
    "ask_to_confirm",
    "ask_to_join",
    "ask_to_move",
    "change_membership",
    "claim_affiliation",
    "confirm",
    "confirm_affiliation",
    "confirm_asked",
    "erase",
    "erase_person",
    "follow_new_address",
    "known_addresses",
    "leave",
    "leave_lists",
    "move_account",
    "publish_organization",
    "refuse_affiliation",
    "refuse_blocked",
    "refuse_name",
    "refuse_organization",
    "refuse_revision",
    "would_have_stopped",
]
