"""What this room keeps of people, and what the accounts beside it do: for `lib.keeping`."""

from opengov_portal.lib.keeping import keep, of

CASL = "the law asks for proof of consent (CASL s. 13)"
STAFF = "signed, so that it can be asked about later"
AS_THE_ROW = "as long as what it signs"
UNSIGNED = "the account's end leaves the place empty"
LEAVING = "leaving, at once"
MONTH = "30 days from asking"
NIGHT = "the night (`keep_little`)"

keep(
    "network.User",
    of(
        "email name language password last_login date_joined",
        "to sign in, and to be written to",
        "as long as the account",
        f"{LEAVING}; staff's when the account is closed and erased",
    ),
    about_people=True,
)
keep(
    "network.Member",
    of(
        "user address language sector province issues communities announcements calls digests "
        "listing founding joined_at",
        "what a member chose to say and to hear",
        "as long as they belong",
        LEAVING,
    ),
    about_people=True,
)
keep(
    "network.JoinRequest",
    of(
        "email address name origin language sector province issues announcements calls digests "
        "organization organization_name words words_language secret_digest code_digest",
        "to ask the owner of the address to confirm; the network against floods",
        MONTH,
        f"{NIGHT}, or {LEAVING}",
    ),
    about_people=True,
)
keep(
    "network.Confirmation",
    of(
        "email address origin language secret_digest code_digest told",
        "to ask the owner of the address to say yes; the network against floods",
        MONTH,
        f"{NIGHT}, or {LEAVING}",
    ),
    about_people=True,
)
keep(
    "network.Consent",
    of(
        "email address user",
        CASL,
        "for as long as the portal writes to anyone",
        "erasing: a mark takes its place",
    ),
    of(
        "words language",
        CASL,
        "for as long as the portal writes to anyone",
        "nothing: they are ours",
    ),
    about_people=True,
)
keep(
    "network.Stop",
    of(
        "address",
        "so that nobody writes to it (CASL s. 11)",
        "until its owner asks to hear again",
        "joining anew, or erasing",
    ),
    about_people=True,
)
keep(
    "network.Letter",
    of("text html headers", "to be posted", "until it is posted", "posting it"),
    about_people=True,
)
keep(
    "network.InboundMessage",
    of("raw text", "to be answered", "90 days after it is done", NIGHT),
    about_people=True,
)
keep(
    "network.Affiliation",
    of("member", "who belongs to what", "as long as they belong", LEAVING),
    about_people=True,
)
keep(
    "network.Block",
    of("value", "to keep away what floods the portal", "until it is over", NIGHT),
    about_people=True,
)
keep(
    "account.EmailAddress",
    of("user email", "which address was confirmed", "as long as the account", LEAVING),
    about_people=True,
)
keep(
    "mfa.Authenticator",
    of("user data", "staff's second factor", "as long as the account", LEAVING),
    about_people=True,
)
