"""The network's pages."""

from network.views.about import index
from network.views.addresses import address, agree_to_move
from network.views.affiliations import (
    belong,
    confirm_affiliation,
    leave_organization,
    refuse_affiliation,
    show_me,
)
from network.views.announcements import announcement, announcements
from network.views.communities import (
    communities,
    community,
    invite,
    join_community,
    leave_community,
    poster,
)
from network.views.confirming import confirm_asked, confirm_done, confirm_sent
from network.views.joining import confirm, join, join_sent, joined
from network.views.leaving import leave
from network.views.letter_of_intent import letter_of_intent, sign
from network.views.membership import download, erase_me, leave_network, left, member
from network.views.organizations import (
    new_organization,
    organization,
    organizations,
    revise_organization,
)
from network.views.reach import reach, reach_json
from network.views.sessions import end_other_sessions, end_session, nothing_to_connect, sessions

__all__ = [
    "address",
    "agree_to_move",
    "announcement",
    "announcements",
    "belong",
    "communities",
    "community",
    "confirm",
    "confirm_affiliation",
    "confirm_asked",
    "confirm_done",
    "confirm_sent",
    "download",
    "end_other_sessions",
    "end_session",
    "erase_me",
    "index",
    "invite",
    "join",
    "join_community",
    "join_sent",
    "joined",
    "leave",
    "leave_community",
    "leave_network",
    "leave_organization",
    "left",
    "letter_of_intent",
    "member",
    "new_organization",
    "nothing_to_connect",
    "organization",
    "organizations",
    "poster",
    "reach",
    "reach_json",
    "refuse_affiliation",
    "revise_organization",
    "sessions",
    "show_me",
    "sign",
]
