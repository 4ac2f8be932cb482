"""The room's pages."""

from proposals.views.calls import call, calls
from proposals.views.exports import proposals_csv, proposals_json
from proposals.views.following import follow, followed
from proposals.views.ledger import ledger, ledger_csv, ledger_json
from proposals.views.moderating import appeal, flag, flagged, moderation
from proposals.views.proposing import draft, propose, similar
from proposals.views.reading import index, proposal
from proposals.views.supporting import (
    support,
    support_counted,
    supported,
    withdraw_support,
    withdrawn,
)
from proposals.views.yours import brief, vouch, your_brief, yours

__all__ = [
    "appeal",
    "brief",
    "call",
    "calls",
    "draft",
    "flag",
    "flagged",
    "follow",
    "followed",
    "index",
    "ledger",
    "ledger_csv",
    "ledger_json",
    "moderation",
    "proposal",
    "proposals_csv",
    "proposals_json",
    "propose",
    "similar",
    "support",
    "support_counted",
    "supported",
    "vouch",
    "withdraw_support",
    "withdrawn",
    "your_brief",
    "yours",
]
