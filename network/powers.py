"""What each role may do in this room."""

from network.roles import SEES_ADDRESSES, Powers, Role, may

# Whoever writes to people keeps the words for it.
WORDS = may("view add change delete", "network.savedwords")

POWERS: Powers = {
    Role.MODERATOR: {
        *may("view change", "network.organization", "network.affiliation", "network.member"),
        *may("view", "network.revision", "network.community"),
        *may("view add", "network.block"),
        *WORDS,
        SEES_ADDRESSES,
    },
    Role.EDITOR: {
        *may("view add change", "network.community"),
        *may("view add change delete", "network.subject"),
        *may("view add change delete", "network.letterofintent", "network.signature"),
        *may("view", "network.organization"),
        *WORDS,
    },
    Role.CORRESPONDENT: {
        *may("view add change delete send", "network.announcement"),
        *may("view change", "network.inboundmessage", "network.letter"),
        *may("view add delete", "network.stop"),
        *may("view", "network.joinrequest", "network.confirmation", "network.consent"),
        *may("view", "network.member"),
        *WORDS,
        SEES_ADDRESSES,
    },
}
