"""What this room keeps of people: for `lib.keeping`."""

from opengov_portal.lib.keeping import keep, of

keep(
    "proposals.Proposal",
    of(
        "email address user name",
        "to tell its author what becomes of it",
        "as long as the idea",
        "leaving",
    ),
    about_people=True,
)
