"""Reports of delivery are believed under our seal alone, and a hard one suspends (M7)."""

import pytest

from network.actions import ask_to_join, confirm
from network.models import Consent, InboundMessage, JoinRequest, Letter, Stop
from network.posting import post_due
from network.receiving import take
from tests.factories import make_member
from tests.network.letters import make_letter
from tests.network.receiving.messages import ADA, confirming, message, report, send

pytestmark = pytest.mark.django_db
State, Outcome = InboundMessage.State, InboundMessage.Outcome


def bounce(letter, status="5.1.1", **more):
    return send(report(status, **more), sender="", to=letter.bounce_address)


def suspended():
    return [(each.address, each.scope, each.how) for each in Stop.objects.all()]


ADA_SUSPENDED = [(ADA, Stop.Scope.ALL, Stop.How.BOUNCED)]


def test_an_address_that_does_not_exist_is_written_to_no_more():
    letter = make_letter(to=ADA)

    row = bounce(letter)

    assert (row.state, row.outcome, row.about) == (State.DONE, Outcome.BOUNCED, letter)
    assert suspended() == ADA_SUSPENDED
    assert not make_letter(to="Ada+news@example.org", kind=Letter.Kind.LIST).claim()
    assert not make_letter(to=ADA).claim()


@pytest.mark.parametrize("status", ["5.7.1", "5.2.2", "5.0.0"])
def test_another_refusal_suspends_when_it_is_of_a_second_letter(status):
    one, other = make_letter(to=ADA), make_letter(to=ADA)

    bounce(one, status)
    bounce(one, status)
    assert suspended() == []
    bounce(other, status)
    assert suspended() == ADA_SUSPENDED


@pytest.mark.parametrize(("status", "action"), [("4.2.2", "delayed"), ("4.4.7", "failed")])
def test_a_letter_that_is_delayed_suspends_nobody(status, action):
    for _time in range(3):
        row = bounce(make_letter(to=ADA), status, action=action)

    assert (row.state, row.outcome) == (State.DONE, Outcome.DELAYED)
    assert suspended() == []


def test_a_report_that_all_went_well_is_only_recorded():
    row = bounce(make_letter(to=ADA), "2.0.0", action="delivered")
    assert (row.state, row.outcome) == (State.IGNORED, Outcome.AUTOMATIC)


@pytest.mark.parametrize("to", ["join@portal.example", "bounce@portal.example", "forged"])
def test_a_report_without_our_seal_is_not_believed(to):
    letter = make_letter(to=ADA)
    if to == "forged":
        name, _at, host = letter.bounce_address.partition("@")
        to = f"{name[:-1]}{'a' if name[-1] != 'a' else 'b'}@{host}"

    row = send(report("5.1.1"), sender="", to=to)

    assert (row.state, row.outcome) == (State.IGNORED, Outcome.AUTOMATIC)
    assert suspended() == []


def test_a_seal_for_leaving_is_none_for_bouncing():
    letter = make_letter(to=ADA)
    token = letter.leave_url.rstrip("/").rpartition("/")[2]

    send(report("5.1.1"), sender="", to=f"bounce+{token}@portal.example")

    assert suspended() == []


def test_a_report_that_names_another_stops_only_who_our_letter_went_to():
    bounce(make_letter(to=ADA), recipient="victim@example.org")
    assert suspended() == ADA_SUSPENDED


def test_an_out_of_office_to_the_bounce_address_is_no_bounce():
    letter = make_letter(to=ADA)

    row = send(message(Auto_Submitted="auto-replied"), sender=ADA, to=letter.bounce_address)

    assert (row.state, row.outcome) == (State.IGNORED, Outcome.AUTOMATIC)
    assert suspended() == []


def test_a_report_in_words_alone_is_read_for_its_status():
    letter = make_letter(to=ADA)
    body = "Hi. This is the qmail-send program.\nSorry, no mailbox here by that name. (#5.1.1)"

    row = send(message(body, From="MAILER-DAEMON@example.org"), sender="", to=letter.bounce_address)

    assert row.outcome == Outcome.BOUNCED
    assert suspended() == ADA_SUSPENDED


def test_a_report_in_the_mailbox_is_found_by_where_it_was_delivered():
    letter = make_letter(to=ADA)
    raw = report("5.1.1").replace(
        b"From:",
        b"Return-Path: <>\r\nDelivered-To: "
        + letter.bounce_address.upper().encode()
        + b"\r\nFrom:",
        1,
    )

    row = take(raw, way=InboundMessage.Way.IMAP)

    assert row.outcome == Outcome.BOUNCED


def test_who_confirms_anew_is_written_to_again():
    member = make_member(email=ADA)
    JoinRequest.objects.all().delete()
    bounce(make_letter(to=ADA))

    asked = ask_to_join(ADA, language="en", how=JoinRequest.How.FORM)
    assert confirming().claim()
    assert confirm(asked, how=Consent.How.FORM) == member

    assert suspended() == []
    assert make_letter(to=ADA).claim()


@pytest.mark.parametrize(
    ("how", "goes"), [(Stop.How.BOUNCED, ["confirm"]), (Stop.How.STAFF, []), (Stop.How.PAGE, [])]
)
def test_posting_knows_it_too_on_either_database(how, goes):
    for kind in Letter.Kind:
        make_letter(to=ADA, kind=kind)
    Stop.put(ADA, how=how, scope=Stop.Scope.ALL)

    post_due()

    posted = Letter.objects.filter(state=Letter.State.POSTED)
    assert list(posted.values_list("kind", flat=True)) == goes
    withheld = Letter.objects.filter(state=Letter.State.WITHHELD)
    assert withheld.count() == len(Letter.Kind) - len(goes)


def test_a_confirming_letter_does_not_go_where_staff_stopped_every_letter():
    Stop.put(ADA, how=Stop.How.STAFF, scope=Stop.Scope.ALL)
    ask_to_join(ADA, language="en", how=JoinRequest.How.FORM)

    assert not Letter.objects.get().claim()
