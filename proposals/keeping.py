"""What this room keeps of people: for `lib.keeping`."""

from network.keeping import (
    AS_LONG,
    FLOODS,
    HASHED,
    LEAVING,
    MONTH,
    NIGHT,
    SIGNED,
    UNSIGNED,
)
from opengov_portal.lib.keeping import keep, not_personal, of

WITH_THE_IDEA = "as long as the idea"
FORGOTTEN = f"{LEAVING}: of a public idea its words stay, of others nothing"
MARKED = f"{LEAVING}: a mark takes its place, so that it counts once"

keep(
    "proposals.Proposal",
    of("email address user", "to tell its author what becomes of it", WITH_THE_IDEA, FORGOTTEN),
    of("name", "whose idea it is, shown where they let it be", WITH_THE_IDEA, FORGOTTEN),
    of("token", "its author's private page; random", WITH_THE_IDEA, FORGOTTEN),
    of("origin", FLOODS, MONTH, NIGHT),
    about_people=True,
)
keep("proposals.Step", of("by undone_by", SIGNED, AS_LONG, UNSIGNED),
     of("words", "why, for its author and staff", WITH_THE_IDEA, "with the idea"))  # fmt: skip
keep("proposals.Turn", of("by", SIGNED, AS_LONG, UNSIGNED))
keep("proposals.Referral", of("by", SIGNED, AS_LONG, UNSIGNED))
keep("proposals.Response", of("written_by", SIGNED, AS_LONG, UNSIGNED))
keep("proposals.Merge", of("undone_by", SIGNED, AS_LONG, UNSIGNED))
keep("proposals.Strike", of("by undone_by", SIGNED, AS_LONG, UNSIGNED),
     of("why", "why something was struck out", WITH_THE_IDEA, "with the idea"))  # fmt: skip
keep(
    "proposals.Original",
    of("value", "what was struck out, should it be put back", WITH_THE_IDEA, "with the idea"),
    about_people=True,
)
keep(
    "proposals.Appeal",
    of("words", "why its author appeals", WITH_THE_IDEA, "with the idea"),
    about_people=True,
)
keep(
    "proposals.Flag",
    of("words", "what a visitor says is wrong; nobody has to say who they are", WITH_THE_IDEA,
       "with the idea"),
    of("network", "so that one network counts once; made with our key, and cannot be read",
       "until a moderator has looked, 30 days at most", f"looking, or {NIGHT}"),
    of("handled_by handled_words", SIGNED, AS_LONG, UNSIGNED),
    about_people=True,
)  # fmt: skip
keep(
    "proposals.Draft",
    of("email address language data", "to go on writing", "30 days after it was saved", f"{NIGHT}, "
       f"putting the idea forward, or {LEAVING}"),
    of("secret_digest", HASHED, "as the draft", NIGHT),
    about_people=True,
)  # fmt: skip
keep(
    "proposals.Brief",
    of("content", "the file an author sent along", "as the idea; two days where none came; an "
       "hour once moderators took it off", f"`forget_briefs`, {NIGHT}, or with the idea"),
)  # fmt: skip
keep(
    "proposals.Follower",
    of("email address user token", "to write to them of what they follow", "as long as they "
       "follow something", f"stopping, or {LEAVING}"),
    about_people=True,
)  # fmt: skip
keep(
    "proposals.Follow",
    of("email address follower words", "what they follow, and in which words", "as long as "
       f"they follow it; unconfirmed, {MONTH}", f"stopping, {NIGHT}, or {LEAVING}"),
    about_people=True,
)  # fmt: skip
keep(
    "proposals.Support",
    of("email address user", "so that each person counts once, and may withdraw",
       f"as long as the idea; unconfirmed, {MONTH}", f"withdrawing, {NIGHT}; {MARKED}"),
    about_people=True,
)  # fmt: skip

not_personal("words for search, of what is public", "proposals.ProposalWord.token")
not_personal("how a spreadsheet's rows are known again", "proposals.Proposal.import_key")
not_personal("a code", "proposals.Step.reason proposals.Flag.reason")
not_personal("a digest of the file", "proposals.Brief.digest")
not_personal("how far letters have come", "proposals.Merge.told_to proposals.Merge.untold_to")
