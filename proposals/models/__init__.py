"""Ideas: the calls that ask for them, what people put forward, and the answers they get."""

from proposals.models.appeal import Appeal
from proposals.models.brief import Brief
from proposals.models.consultation import Consultation
from proposals.models.draft import Draft
from proposals.models.flag import Flag
from proposals.models.follow import Follow, Follower, Rhythm
from proposals.models.happening import Happening
from proposals.models.lineage import Lineage
from proposals.models.merge import Merge
from proposals.models.proposal import Proposal
from proposals.models.referral import Referral
from proposals.models.response import Response, ToAnswer
from proposals.models.step import Step
from proposals.models.strike import Original, Strike
from proposals.models.support import Support
from proposals.models.turn import Turn
from proposals.models.word import ProposalWord

__all__ = [
    "Appeal",
    "Brief",
    "Consultation",
    "Draft",
    "Flag",
    "Follow",
    "Follower",
    "Happening",
    "Lineage",
    "Merge",
    "Original",
    "Proposal",
    "ProposalWord",
    "Referral",
    "Response",
    "Rhythm",
    "Step",
    "Strike",
    "Support",
    "ToAnswer",
    "Turn",
]
