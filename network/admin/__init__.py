"""The room's windows in the admin: people, what is written to them, what they wrote."""

from network.admin.accounts import AuthenticatorAdmin, EmailAddressAdmin, UserAdmin
from network.admin.announcements import AnnouncementAdmin
from network.admin.blocking import BlockAdmin
from network.admin.communities import CommunityAdmin
from network.admin.inbound import InboundMessageAdmin
from network.admin.joining import ConfirmationAdmin, JoinRequestAdmin
from network.admin.letters import LetterAdmin, StopAdmin
from network.admin.members import ConsentAdmin, MemberAdmin
from network.admin.nights import NightAdmin
from network.admin.organizations import (
    AffiliationAdmin,
    LetterOfIntentAdmin,
    OrganizationAdmin,
    RevisionAdmin,
)
from network.admin.record import DeedAdmin
from network.admin.saved_words import SavedWordsAdmin

__all__ = [
    "AffiliationAdmin",
    "AnnouncementAdmin",
    "AuthenticatorAdmin",
    "BlockAdmin",
    "CommunityAdmin",
    "ConfirmationAdmin",
    "ConsentAdmin",
    "DeedAdmin",
    "EmailAddressAdmin",
    "InboundMessageAdmin",
    "JoinRequestAdmin",
    "LetterAdmin",
    "LetterOfIntentAdmin",
    "MemberAdmin",
    "NightAdmin",
    "OrganizationAdmin",
    "RevisionAdmin",
    "SavedWordsAdmin",
    "StopAdmin",
    "UserAdmin",
]
