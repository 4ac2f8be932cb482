"""What each role may do in this room."""

from network.roles import Powers, Role, may

POWERS: Powers = {
    Role.EDITOR: {
        *may(
            "view add change delete",
            "commitments.actionplan",
            "commitments.theme",
            "commitments.report",
            "commitments.institution",
            "commitments.commitment",
            "commitments.lead",
            "commitments.milestone",
            "commitments.indicator",
            "commitments.assessment",
            "commitments.valueclaim",
            "commitments.source",
            "commitments.subjecttag",
        ),
        *may("view", "commitments.change"),
    },
    Role.RESPONDER: may("view add change", "commitments.selfassessment"),
}
