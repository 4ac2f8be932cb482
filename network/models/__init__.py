"""People: who uses the portal, what is written to them, and the edition that they read."""

from network.models.address_change import AddressChange
from network.models.affiliation import Affiliation
from network.models.announcement import Announcement
from network.models.block import Block
from network.models.community import Community
from network.models.confirmation import Confirmation
from network.models.consent import Consent, ConsentWords
from network.models.decision import Decision
from network.models.deed import Deed
from network.models.edition import Edition
from network.models.inbound import InboundMessage
from network.models.join_request import JoinRequest
from network.models.letter import Letter
from network.models.letter_of_intent import LetterOfIntent, Signature
from network.models.member import Member
from network.models.night import Night
from network.models.organization import Organization
from network.models.profile import LISTS, Profile, Province, Purpose, Sector
from network.models.reach import Reach
from network.models.revision import Revision
from network.models.saved_words import SavedWords
from network.models.stop import Stop
from network.models.subject import Subject
from network.models.tally import Limit, Tally
from network.models.user import User
from opengov_portal.lib.mail import Incomplete

__all__ = [
    "LISTS",
    "AddressChange",
    "Affiliation",
    "Announcement",
    "Block",
    "Community",
    "Confirmation",
    "Consent",
    "ConsentWords",
    "Decision",
    "Deed",
    "Edition",
    "InboundMessage",
    "Incomplete",
    "JoinRequest",
    "Letter",
    "LetterOfIntent",
    "Limit",
    "Member",
    "Night",
    "Organization",
    "Profile",
    "Province",
    "Purpose",
    "Reach",
    "Revision",
    "SavedWords",
    "Sector",
    "Signature",
    "Stop",
    "Subject",
    "Tally",
    "User",
]
