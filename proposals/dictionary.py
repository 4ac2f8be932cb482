"""The data dictionary of proposals: what the files hold, what each field means, what they do not.

Drawn from the models. What is not published is listed with the reason, field by
field, so that nothing new is published, or kept back, without a thought.
"""

from django.utils.translation import gettext_lazy as _

from opengov_portal.lib.records import Entry, Record, entry, nested
from proposals.models import Consultation, Lineage, Proposal, Response, Turn

ROW_NUMBER = "a row number of ours"
PERSONAL = "tells who someone is"
WORK = "staff's work, told to nobody"
CONSENT = "a person's consent: kept as its proof"
OPENS = "opens a private page"
ASKED = "what somebody asks to be told of"
UNSENT = "not put forward yet"

IDENTIFIERS, ADDRESS = _("identifiers"), _("web address")

PROPOSAL = Record(
    "proposal",
    _("Proposal"),
    "proposals[]",
    Proposal,
    (
        "id",
        "state",
        "language",
        "title",
        "problem",
        "ask",
        "gain",
        "links",
        "issues",
        "commitments",
        "organization",
        "merged_into",
        "created_at",
        "dated",
        "confirmed_at",
        "published_at",
        "supporters",
        "source_url",
        "votes_elsewhere",
        "comments_elsewhere",
    ),
    private={
        "email": PERSONAL,
        "address": PERSONAL,
        "user": PERSONAL,
        "origin": PERSONAL,
        "token": OPENS,
        "letters_language": "a person's wish about their letters",
        "consent": CONSENT,
        "consent_version": CONSENT,
        "consent_language": CONSENT,
        "confirmation": "how an address was confirmed: no part of the proposal",
        "waiting_since": WORK,
        "denied_at": "between its author and the organization",
        "import_key": "how a spreadsheet's rows are known again",
    },
    drawn=(
        Entry("call", _("call for ideas"), _("Its name in addresses."), _("identifier")),
        Entry(
            "plan",
            _("the plan its call feeds"),
            _("As in the files of commitments."),
            _("identifier"),
        ),
        Entry("page_en", _("its page in English"), "", ADDRESS),
        Entry("page_fr", _("its page in French"), "", ADDRESS),
        Entry(
            "author",
            _("who put it forward"),
            _(
                "The organization, where the idea is the organization’s own; else the author’s "
                "name, if they let it be shown; else null."
            ),
            _("text"),
        ),
        Entry(
            "reason",
            _("why it was hidden"),
            _("Of what was hidden only this, the dates and what hangs on it are told."),
            _("code"),
            [(str(code), label) for code, label in Proposal.Reason.choices],
        ),
        Entry(
            "brief",
            _("the brief that came with it"),
            _("A PDF file; null where none came, or moderators took it off."),
            ADDRESS,
        ),
        Entry("brief_removed_at", _("when moderators took the brief off"), "", _("date and time")),
        Entry(
            "brief_reason",
            _("why the brief was taken off"),
            _("Null unless it was."),
            _("code"),
            [(str(code), label) for code, label in Proposal.Reason.choices],
        ),
        Entry("removed_at", _("hidden or withdrawn"), "", _("date and time")),
        Entry("merged", _("proposals merged into it"), "", IDENTIFIERS),
        Entry(
            "supporting_organizations",
            _("organizations that support it"),
            _("By name; they are not among the supporters that are counted."),
            _("list of texts"),
        ),
        Entry(
            "outcome",
            _("outcome of the answer that stands"),
            _("Null while there is none."),
            _("code"),
            [(str(code), label) for code, label in Response.Outcome.choices],
        ),
    ),
    told_as={
        "consultation": "call",
        "name": "author",
        "name_shown": "author",
        "vouched_at": "author",
    },
)
ANSWER = Record(
    "answer",
    _("Answer"),
    "proposals[].answers[]",
    Response,
    (
        "outcome",
        "reason_en",
        "reason_fr",
        "institution",
        "office_en",
        "office_fr",
        "commitments",
        "answered_on",
        "source_url",
        "written_at",
        "replaced_at",
    ),
    nested("proposal") | {"written_by": "an office answers; the person's name is not needed"},
    order=("written_at", "pk"),
)
LINEAGE = Record(
    "lineage",
    _("What it led to"),
    "proposals[].lineages[]",
    Lineage,
    ("commitment", "note_en", "note_fr", "source_url"),
    nested("proposal") | {"response": "told by the answer that names the commitment"},
    order=("commitment__code",),
)
CALL = Record(
    "",
    _("Call for ideas"),
    "calls[]",
    Consultation,
    (
        "slug",
        "title_en",
        "title_fr",
        "body_en",
        "body_fr",
        "questions_en",
        "questions_fr",
        "afterwards_en",
        "afterwards_fr",
        "plan",
        "standing",
        "held",
        "published_at",
        "opens_at",
        "closes_at",
        "answers_due",
        "short_notice_en",
        "short_notice_fr",
        "paused_at",
        "concluded_at",
        "source_url",
    ),
    order=("opens_at", "pk"),
)
TURN = Record(
    "",
    _("What was done to a call"),
    "calls[].turns[]",
    Turn,
    (
        "act",
        "at",
        "closed_before",
        "closes_now",
        "due_before",
        "due_now",
        "reason_en",
        "reason_fr",
    ),
    nested("consultation") | {"by": WORK},
    order=("at", "pk"),
)

# What a proposal holds in the files, by the name they give it.
PARTS = {"answers": ANSWER, "lineages": LINEAGE}
RECORDS = (PROPOSAL, *PARTS.values(), CALL, TURN)

# Models that the files do not hold: each of their fields, and why not.
UNPUBLISHED: dict[str, dict[str, str]] = {
    "Step": {
        "id": ROW_NUMBER,
        "proposal": "told by where the record stands",
        "at": "told by the dates of the proposal",
        "before": "told by the dates of the proposal",
        "after": "told by the state of the proposal",
        "by": WORK,
        "reason": "told by the proposal where it was hidden; else for its author alone",
        "words": "for the author alone",
        "brief": "told by the proposal where its brief was taken off",
        "undone_at": WORK,
        "undone_by": WORK,
    },
    "Referral": {
        "id": ROW_NUMBER,
        "proposal": "whom staff ask for an answer; the answer names who gives it",
        "institution": "whom staff ask for an answer; the answer names who gives it",
        "by": WORK,
        "at": WORK,
    },
    "Appeal": {
        "id": ROW_NUMBER,
        "proposal": "for its author alone",
        "refusal": "for its author alone",
        "words": "a person's words to moderators",
        "at": "for its author alone; counted in the public log",
        "decision": "for its author alone; counted in the public log",
    },
    "Flag": {
        "id": ROW_NUMBER,
        "proposal": "what is flagged is not found to be wrong",
        "reason": "what is flagged is not found to be wrong",
        "words": "a person's words to moderators",
        "network": PERSONAL,
        "at": "what is flagged is not found to be wrong",
        "handled_at": WORK,
        "handled_by": WORK,
        "handled_words": WORK,
    },
    "Merge": {
        "id": ROW_NUMBER,
        "proposal": "told by merged_into",
        "into": "told by merged_into",
        "step": WORK,
        "at": WORK,
        "carried": "would tell how supporters of two proposals overlap",
        "undone_at": WORK,
        "undone_by": WORK,
        "told_to": WORK,
        "told_at": WORK,
        "untold_to": WORK,
        "untold_at": WORK,
    },
    "Original": {
        "id": ROW_NUMBER,
        "proposal": "holds what was struck out",
        "field": "holds what was struck out",
        "value": "personal data that staff struck out",
    },
    "Strike": {
        "id": ROW_NUMBER,
        "proposal": "the words themselves carry the mark",
        "field": "the words themselves carry the mark",
        "start": "would tell what was struck out",
        "length": "would tell what was struck out",
        "why": "could say what was struck out",
        "by": WORK,
        "at": WORK,
        "undone_at": WORK,
        "undone_by": WORK,
    },
    "Support": {
        "id": ROW_NUMBER,
        "proposal": "told by the number of supporters",
        "email": PERSONAL,
        "address": PERSONAL,
        "user": PERSONAL,
        "organization": "told by the proposal's supporting_organizations",
        "confirmation": "how an address was confirmed",
        "withdrawing": "how an address is confirmed",
        "asked_at": "would tell when somebody supported",
        "confirmed_at": "would tell when somebody supported",
        "carried_from": "would tell who supported what",
    },
    "Brief": {
        "id": ROW_NUMBER,
        "proposal": "told by where the address of the file stands",
        "draft": UNSENT,
        "content": "the file itself, at the address that the proposal tells",
        "size": "told by the file itself",
        "digest": "told by the file itself",
        "created_at": "handed in with the proposal",
        "taken_off": "told by the proposal: when, and the kind of reason",
    },
    "Draft": {
        "id": ROW_NUMBER,
        "email": PERSONAL,
        "address": PERSONAL,
        "language": PERSONAL,
        "data": UNSENT,
        "secret_digest": OPENS,
        "saved_at": UNSENT,
        "proposal": UNSENT,
    },
    "Follower": {
        "id": ROW_NUMBER,
        "email": PERSONAL,
        "address": PERSONAL,
        "user": PERSONAL,
        "language": "a person's wish about their letters",
        "rhythm": "a person's wish about their letters",
        "token": OPENS,
        "since": ASKED,
        "told_on": ASKED,
        "told_happening": ASKED,
        "told_change": ASKED,
    },
    "Follow": {
        "id": ROW_NUMBER,
        "email": PERSONAL,
        "address": PERSONAL,
        "follower": PERSONAL,
        "proposal": ASKED,
        "consultation": ASKED,
        "commitment": ASKED,
        "subject": ASKED,
        "language": "a person's wish about their letters",
        "rhythm": "a person's wish about their letters",
        "words": CONSENT,
        "words_language": CONSENT,
        "confirmation": "how an address was confirmed",
        "asked_at": ASKED,
        "confirmed_at": ASKED,
        "since_happening": ASKED,
        "since_change": ASKED,
    },
    "Happening": dict.fromkeys(
        ("id", "kind", "at", "proposal", "consultation", "commitment", "organization"),
        "the feeds tell it; the files, by what it led to",
    ),
    "ProposalWord": dict.fromkeys(
        ("id", "token", "folded", "written", "proposals"),
        "drawn from the texts, for search alone",
    ),
}

# Each public field, `Model.field`, with what it means in the reader's language; and each
# private one with the reason.
PUBLIC = {
    f"{record.model.__name__}.{name}": entry(record.model, name).meaning
    for record in RECORDS
    for name in (*record.fields, *record.told_as)
}
PRIVATE = {
    f"{model}.{name}": reason
    for model, fields in (
        *((record.model.__name__, record.private) for record in RECORDS),
        *UNPUBLISHED.items(),
    )
    for name, reason in fields.items()
}
