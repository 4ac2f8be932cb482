"""What a machine wrote is never answered, only recorded (M1)."""

import pytest

from network.models import InboundMessage, Letter, Member
from tests.network.letters import make_letter
from tests.network.receiving.messages import ADA, confirming, message, reply, report, send

pytestmark = pytest.mark.django_db
State, Outcome = InboundMessage.State, InboundMessage.Outcome

CALENDAR = (
    "--b\nContent-Type: text/plain\n\nAda has accepted.\n"
    "--b\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\n--b--\n"
)
MACHINES = {
    "Auto-Submitted: auto-replied": {"Auto_Submitted": "auto-replied"},
    "Auto-Submitted: auto-generated": {"Auto_Submitted": "Auto-Generated (why not)"},
    "Auto-Submitted: auto-notified": {"Auto_Submitted": "auto-notified; owner-email=a@b"},
    "an empty return path, handed over": {"sender": ""},
    "an empty return path, as Postfix says it": {"sender": "MAILER-DAEMON"},
    "an empty return path, stamped": {"sender": None, "more": ("Return-Path: <>",)},
    "a report": {"raw": report("5.1.1"), "sender": "someone@example.org"},
    "a receipt": {"Content_Type": "multipart/report; report-type=disposition-notification"},
    "List-Id": {"List_Id": "<list.example.org>"},
    "List-Unsubscribe": {"List_Unsubscribe": "<https://example.org/>"},
    "List-Post": {"List_Post": "NO"},
    "Precedence: bulk": {"Precedence": "bulk"},
    "Precedence: junk": {"Precedence": "Junk"},
    "Precedence: list": {"Precedence": "list"},
    "Precedence: auto_reply": {"Precedence": "auto_reply"},
    "X-Auto-Response-Suppress": {"X_Auto_Response_Suppress": "All"},
    "X-Autoreply": {"X_Autoreply": "yes"},
    "mailer-daemon": {"From": "MAILER-DAEMON@example.org"},
    "postmaster": {"From": "Postmaster <postmaster@example.org>"},
    "noreply": {"From": "noreply@example.org"},
    "no-reply": {"From": "no-reply@example.org"},
    "no_reply": {"From": "no_reply@example.org"},
    "do-not-reply": {"From": "do-not-reply+7@example.org"},
    "donotreply": {"From": "DoNotReply@example.org"},
    "ne-pas-repondre": {"From": "ne-pas-repondre@example.org"},
    "owner-": {"From": "owner-list@example.org"},
    "-request": {"From": "list-request@example.org"},
    "-bounces": {"From": "list-bounces@example.org"},
    "a machine on the line": {"sender": "list-bounces@example.org"},
    "a calendar": {"Content_Type": "multipart/mixed; boundary=b", "body": CALENDAR},
    "an answered invitation": {"Subject": "Accepté : Réunion"},
    "out of office": {"Subject": "Out of Office: Hello"},
    "réponse automatique": {"Subject": "Réponse automatique : Bonjour"},
    "away in words": {"body": "I will be out of the office until Monday."},
    "absent en mots": {"body": "Bonjour, je suis absente du bureau jusqu’au 3."},
    "our thread, and no letter of ours": {"References": "<0123456789@portal.example>"},
}
OURSELVES = {
    "join@": {"From": "join@portal.example"},
    "join@ in another case": {"From": "Network <JOIN+x@Portal.Example>"},
    "the contact": {"From": "contact@portal.example"},
    "our bounce address on the line": {"sender": "bounce+abc@portal.example"},
}


@pytest.mark.parametrize("what", MACHINES)
def test_a_machine_is_not_answered(what):
    row = send(**MACHINES[what])

    assert (row.state, row.outcome) == (State.IGNORED, Outcome.AUTOMATIC)
    assert row.why
    assert not Letter.objects.exists()


@pytest.mark.parametrize("what", OURSELVES)
def test_we_do_not_answer_ourselves(what):
    row = send(**OURSELVES[what])

    assert (row.state, row.outcome) == (State.IGNORED, Outcome.OURS)
    assert not Letter.objects.exists()


@pytest.mark.parametrize("what", [{}, {"Auto_Submitted": "no"}, {"Auto_Submitted": "No (by hand)"}])
def test_a_person_is_answered(what):
    assert send(**what).answer


def test_a_server_that_does_not_say_who_sent_it_is_not_answered():
    row = send(sender=None)

    assert (row.state, row.outcome) == (State.WAITING, Outcome.UNPROVEN)
    assert not Letter.objects.exists()


def test_a_stamped_return_path_counts_where_nothing_was_handed_over():
    assert send(sender=None, more=(f"Return-Path: <{ADA}>",)).answer


@pytest.mark.parametrize("what", [name for name in MACHINES if "our thread" not in name])
def test_no_machine_confirms(what):
    send()
    given = dict(MACHINES[what])
    raw = given.pop("raw", None)
    letter = confirming()

    if raw:
        send(raw, to=letter.headers["Reply-To"], sender=given.get("sender", ADA))
    else:
        reply(letter, given.pop("body", "Yes"), **given)

    assert not Member.objects.exists()


def test_another_who_answers_a_letter_that_was_passed_on_is_for_staff():
    letter = make_letter(to="bob@example.org")

    row = send(message(In_Reply_To=letter.message_id))

    assert (row.state, row.outcome) == (State.WAITING, Outcome.KEPT)
    assert not Letter.objects.to_address(ADA).exists()
