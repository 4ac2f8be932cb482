"""What each role may do in this room."""

from network.roles import Powers, Role, may

POWERS: Powers = {
    Role.MODERATOR: {
        *may("view change", "proposals.proposal"),
        *may("view", "proposals.consultation", "proposals.toanswer", "proposals.response"),
        *may("view add delete", "proposals.referral"),
    },
    Role.EDITOR: {
        *may("view add change delete", "proposals.consultation", "proposals.lineage"),
        *may("view", "proposals.turn", "proposals.toanswer"),
        *may("view add", "proposals.response"),
        *may("view add delete", "proposals.referral"),
    },
    Role.RESPONDER: {*may("view", "proposals.response"), "proposals.answer_as_responder"},
}
