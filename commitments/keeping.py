"""What this room keeps of people, which is hardly anything: for `lib.keeping`."""

from network.keeping import AS_LONG, SIGNED, UNSIGNED
from opengov_portal.lib.keeping import keep, not_personal, of

keep("commitments.Change", of("by", SIGNED, AS_LONG, UNSIGNED))
not_personal("words for search, of what is public", "commitments.Word.token")
not_personal("a fingerprint of a file of ours", "commitments.Loaded.digest")
not_personal("a code", "commitments.ValueClaim.value")
keep(
    "commitments.Responder",
    of(
        "user",
        "who speaks for which institution",
        "as long as they do",
        "taking it back, or the account's end",
    ),
    about_people=True,
)
keep("commitments.Filing", of("by", SIGNED, AS_LONG, UNSIGNED))
