"""What this room keeps of people, and what the accounts beside it do: for `lib.keeping`.

docs/keeping.md is drawn from it (tools/keeping.py). A test walks every table and fails
where a field looks as if it told of a person and stands neither here nor among those
that do not.
"""

from opengov_portal.lib.keeping import keep, not_personal, of

NIGHT = "the night (`keep_little`)"
LEAVING = "leaving or erasing, at once"
ACCOUNT = "as long as the account"
OWNER = "the account's end: leaving or erasing; a colleague's is closed, and then erased"
SIGNED = "who did it: so that it can be asked about, and answered for"
AS_LONG = "as long as what it signs"
UNSIGNED = "the account's end leaves the place empty"
NO_ROW = "a number without an account points at nobody"
PROOF = "proof of consent, and of leaving (CASL s. 13)"
MONTH = "30 days from asking"
FLOODS = "against floods: how much was asked from one network"
HASHED = "opens what was asked for; kept hashed"

keep(
    "network.User",
    of("email", "to sign in, and to be written to", ACCOUNT, OWNER),
    of("name language", "what they chose to be called and to read", ACCOUNT, OWNER),
    of("password last_login date_joined", "to sign in; password hashed", ACCOUNT, OWNER),
    about_people=True,
)
keep("network.User_groups", of("user", "what staff may do", ACCOUNT, OWNER))
keep("network.User_user_permissions", of("user", "what staff may do", ACCOUNT, OWNER))
keep(
    "network.Member",
    of("user address", "that they belong", "as long as they belong", LEAVING),
    of(
        "language sector province issues communities announcements calls digests listing "
        "listing_reason listing_since founding joined_at",
        "what they chose to tell and to hear",
        "as long as they belong",
        LEAVING,
    ),
    about_people=True,
)
keep("network.Member_communities", of("member", "as of members", "as of members", LEAVING))
keep("network.Member_issues", of("member", "as of members", "as of members", LEAVING))
keep(
    "network.Affiliation",
    of(
        "member reason_words",
        "who belongs to which organization, or why not",
        "as long as both",
        LEAVING,
    ),
    of("decided_by", SIGNED, AS_LONG, UNSIGNED),
    about_people=True,
)
keep(
    "network.JoinRequest",
    of("email address", "to ask its owner to confirm", MONTH, f"{NIGHT}, or {LEAVING}"),
    of(
        "name language sector province issues announcements calls digests organization "
        "organization_name words words_language",
        "what they ask for, and in which words",
        MONTH,
        f"{NIGHT}, or {LEAVING}",
    ),
    of("origin", FLOODS, MONTH, NIGHT),
    of("secret_digest code_digest", HASHED, MONTH, NIGHT),
    about_people=True,
)
keep(
    "network.Confirmation",
    of("email address language", "to ask its owner to say yes", MONTH, f"{NIGHT}, or {LEAVING}"),
    of("origin", FLOODS, MONTH, NIGHT),
    of("secret_digest code_digest told", HASHED, MONTH, NIGHT),
    about_people=True,
)
keep(
    "network.Consent",
    of("email address", PROOF, "for good", "erasing puts a mark in its place (decision 0013)"),
    of("user", PROOF, ACCOUNT, "leaving or erasing leaves the place empty"),
    of("words", PROOF, "for good", "nothing: the words are ours"),
    of(
        "origin",
        "proof of consent: from where it came (decision 0025)",
        "as long as the consent holds and three years; of a withdrawal, 30 days",
        f"{NIGHT}, or erasing",
    ),
    about_people=True,
)
keep(
    "network.Stop",
    of("address", "so that nobody writes to it (CASL s. 11)", "until its owner asks to hear "
       "again", "joining anew, erasing, or staff at its owner's word"),
    about_people=True,
)  # fmt: skip
keep(
    "network.AddressChange",
    of("user old new", "to ask both mailboxes", "7 days", f"{NIGHT}, or both saying yes"),
    of("old_digest new_digest", HASHED, "7 days", NIGHT),
    about_people=True,
)
keep(
    "network.Block",
    of("value reason", "whom staff do not listen to, and why", "until it is over, and 30 days",
       NIGHT),
    of("created_by lifted_by", SIGNED, AS_LONG, UNSIGNED),
    about_people=True,
)  # fmt: skip
keep(
    "network.Letter",
    of("to address user", "to post it; to know one that comes back", "180 days",
       f"{NIGHT}, or {LEAVING}"),
    of("text html headers", "to post it", "until it is posted", "posting it"),
    of("subject", "for staff to see what failed; nothing personal in it", "180 days", NIGHT),
    of("token key", "to know a reply and a way out again; random or a number", "180 days", NIGHT),
    about_people=True,
)  # fmt: skip
keep(
    "network.InboundMessage",
    of("raw", "to judge it, and to look at it again", "90 days", f"{NIGHT}, or {LEAVING}"),
    of(
        "sender sender_address sender_name envelope_sender recipient subject text",
        "to answer it",
        "90 days after it is done with (`INBOUND_KEPT_DAYS`)",
        f"{NIGHT}, or {LEAVING}",
    ),
    of("key", "to take the same message once; a digest", "as the message", NIGHT),
    of("answered_by", SIGNED, AS_LONG, UNSIGNED),
    about_people=True,
)
keep(
    "network.Deed",
    of("by", SIGNED, "for good", NO_ROW),
    of(
        "key",
        "which row; where a request under privacy law was met, a mark of the address",
        "for good",
        "nothing: a number without a row, and a mark, point at nobody",
    ),
)
keep(
    "network.Decision",
    of("by undone_by", SIGNED, "until the night after", f"{NIGHT}, or the account's end"),
    of("key", "which row was decided about; a number", "until the night after", NIGHT),
    of(
        "before after kept",
        "to undo what staff decided; of an answer that is undone, what it said",
        "until the night after",
        f"{NIGHT}; of a message, {LEAVING} too",
    ),
)
keep(
    "network.Organization",
    of("proposed_by decided_by", SIGNED, AS_LONG, UNSIGNED),
)
keep("network.Revision", of("proposed_by decided_by", SIGNED, AS_LONG, UNSIGNED))
keep("network.Announcement", of("made_by sent_by", SIGNED, AS_LONG, UNSIGNED))
keep("network.Signature", of("signed_by", SIGNED, AS_LONG, UNSIGNED))

# --- Beside this room ----------------------------------------------------------------

keep(
    "account.EmailAddress",
    of("user email", "which address was shown to be theirs", ACCOUNT, OWNER),
    about_people=True,
)
keep(
    "mfa.Authenticator",
    of("user data", "staff's second factor; its secret", ACCOUNT, "taking it off, or the "
       "account's end"),
    about_people=True,
)  # fmt: skip
keep(
    "usersessions.UserSession",
    of("user user_agent session_key data", "to show them where they are signed in",
       "two weeks after its last use", f"{NIGHT}, or signing out"),
    of("ip", "to show them where they are signed in",
       "as the session; 30 days from signing in at most", f"{NIGHT}, or signing out"),
    about_people=True,
)  # fmt: skip
keep(
    "sessions.Session",
    of("session_data", "that someone is signed in; signed", "two weeks after its last use",
       f"{NIGHT}, or signing out"),
    about_people=True,
)  # fmt: skip
keep(
    "admin.LogEntry",
    of("user", "Django's journal, written no more", "nothing is in it", "the record took it over"),
)

OURS = "words of ours or of staff, about no person"
not_personal(OURS, "network.Subject.name network.Deed.name taggit.Tag.name")
not_personal(
    "a reason for the public, about an organization",
    "network.Organization.reason network.Organization.reason_words network.Revision.reason "
    "network.Revision.reason_words",
)
not_personal("a code of ours", "network.InboundMessage.why")
not_personal("Django's own names", "auth.Permission.name auth.Group.name")
not_personal("never written: our own letters confirm", "account.EmailConfirmation.key")
