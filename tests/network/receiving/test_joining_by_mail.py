"""One message to join@ brings the letter, and one reply to it makes a member (M3, M4)."""

import pytest

from network.actions import confirm
from network.models import Consent, InboundMessage, JoinRequest, Letter, Member, Purpose, Stop, User
from network.receiving.judging import NOT_POSSIBLE
from tests.factories import make_join_request, make_member, make_staff
from tests.network.letters import make_letter
from tests.network.receiving.messages import ADA, JOIN, confirming, message, reply, send

pytestmark = pytest.mark.django_db
State, Outcome = InboundMessage.State, InboundMessage.Outcome


def became(row):
    return row.state, row.outcome


# --- The first message ------------------------------------------------------------


def test_a_first_message_brings_the_confirming_letter_and_subscribes_nobody():
    row = send()

    assert became(row) == (State.DONE, Outcome.ASKED_TO_JOIN)
    letter = Letter.objects.get()
    assert letter.template == "network/emails/confirm_joining"
    assert (row.answer, row.join_request) == (letter, JoinRequest.objects.get())
    assert not Member.objects.exists()
    assert not Consent.objects.exists()


def test_the_answer_is_a_reply_in_their_thread_to_them_alone():
    send(Message_ID="<two@example.org>", References="<zero@example.org> <one@example.org>")

    letter = Letter.objects.get()
    assert letter.to == ADA
    assert letter.headers["In-Reply-To"] == "<two@example.org>"
    assert letter.headers["References"].split()[-1] == "<two@example.org>"
    assert "<one@example.org>" in letter.headers["References"]
    assert letter.headers["Auto-Submitted"] == "auto-replied"
    assert letter.bounce_address.startswith("bounce+")


@pytest.mark.parametrize(
    "body", ["I want to join. Zanzibar.", "Je veux adhérer. Zanzibar.", "Zanzibar"]
)
def test_the_answer_is_short_and_quotes_nothing(body):
    send(body=body, Subject="Zanzibar", From=f'"Zanzibar http://example.com" <{ADA}>')

    letter = Letter.objects.get()
    assert len(letter.text.encode()) <= 4096
    assert "Zanzibar" not in letter.text + letter.html + letter.subject
    assert JoinRequest.objects.get().name == ""


def test_an_answer_never_goes_to_reply_to():
    send(Reply_To="victim@example.org")

    assert [letter.to for letter in Letter.objects.all()] == [ADA]


def test_the_link_opens_the_choices_filled_with_the_name():
    send()
    asked = JoinRequest.objects.get()

    assert (asked.name, asked.how) == ("Ada Lovelace", JoinRequest.How.MAIL)
    assert asked.announcements


def test_a_member_who_writes_is_told_so_by_one_letter():
    make_member(email=ADA)
    JoinRequest.objects.all().delete()

    send()

    assert Letter.objects.filter(template="network/emails/already_member").count() == 1


@pytest.mark.parametrize(
    ("body", "language", "both"),
    [("Please add me", "en", False), ("Je veux adhérer", "fr", False), ("test", "en", True)],
)
def test_the_answer_is_in_their_language_and_in_both_where_it_cannot_be_told(body, language, both):
    send(body=body, Subject="")

    letter = Letter.objects.get()
    assert letter.language == language
    assert ("/en/" in letter.text and "/fr/" in letter.text) == both
    assert ('lang="fr"' in letter.html and 'lang="en"' in letter.html) == both


def test_what_else_they_wrote_is_kept_for_staff_to_read():
    row = send(body="I want to join. When is the next meeting?")

    assert became(row) == (State.WAITING, Outcome.ASKED_TO_JOIN)
    assert row.answer


def test_what_comes_to_another_address_is_kept_for_staff():
    row = send(to="contact@portal.example", To="contact@portal.example")

    assert became(row) == (State.WAITING, Outcome.KEPT)
    assert not Letter.objects.exists()


# --- The reply --------------------------------------------------------------------


@pytest.mark.parametrize("body", ["Yes", "", "Oui, je confirme", "ok thanks\n\n-- \nAda", "👍"])
def test_a_reply_makes_a_member(body):
    send()

    row = reply(confirming(), body)

    assert became(row) == (State.DONE, Outcome.CONFIRMED)
    member = Member.objects.get()
    assert member.address == ADA
    given = Consent.objects.of(ADA)
    assert {consent.how for consent in given} == {Consent.How.REPLY}
    assert Purpose.MEMBERSHIP in {consent.purpose for consent in given}
    assert Letter.objects.filter(template="network/emails/welcome", to=ADA).count() == 1


def test_a_reply_confirms_though_the_mail_server_dropped_the_secret():
    send()
    reply(confirming(), to=JOIN)
    assert Member.objects.get().address == ADA


def test_a_reply_confirms_by_its_secret_alone():
    send()
    reply(confirming(), In_Reply_To=None, References=None, quote=False)
    assert Member.objects.get().address == ADA


def test_a_reply_confirms_what_was_asked_by_the_form():
    make_join_request(email="Ada+list@example.org")

    reply(confirming(), From="ada@Example.org", sender="ada@example.org")

    assert Member.objects.get().user.email == "ada+list@example.org"


def test_a_reply_from_another_address_confirms_nothing():
    send()

    row = reply(confirming(), From="eve@example.org", sender="eve@example.org")

    assert became(row) == (State.WAITING, Outcome.KEPT)
    assert not Member.objects.exists()
    assert not Letter.objects.to_address("eve@example.org").exists()


def test_a_made_up_secret_confirms_nothing():
    send()

    row = send(body="Yes", to="join+aaaabbbbccccdddd@portal.example")

    assert row.outcome != Outcome.CONFIRMED
    assert not Member.objects.exists()


def test_replying_twice_makes_one_member():
    send()
    letter = confirming()
    reply(letter)

    row = reply(letter, "Yes please")

    assert became(row) == (State.DONE, Outcome.CONFIRMED)
    assert Member.objects.count() == 1
    assert Letter.objects.filter(template="network/emails/welcome").count() == 1


@pytest.mark.parametrize("make", [make_member, make_staff])
def test_of_an_account_that_staff_closed_nobody_reads_that_it_was_confirmed_before(make):
    make(email=ADA)
    JoinRequest.objects.all().delete()
    User.objects.update(is_active=False)
    send()

    row = reply(confirming())

    assert became(row) == (State.WAITING, Outcome.KEPT)
    assert row.why == NOT_POSSIBLE


def test_a_reply_that_comes_too_late_brings_a_fresh_letter():
    send()
    letter = confirming()
    for rows in (JoinRequest.objects, InboundMessage.objects):
        field = "created_at" if rows is JoinRequest.objects else "judged_at"
        row = rows.get()
        rows.update(**{field: getattr(row, field) - JoinRequest.VALID})

    row = reply(letter)

    assert became(row) == (State.DONE, Outcome.ASKED_TO_JOIN)
    assert not Member.objects.exists()
    assert confirming() != letter


@pytest.mark.parametrize(
    "body", ["No", "Non merci", "That was not me.", "I did not ask for this", "What is this?"]
)
def test_a_reply_that_may_mean_no_is_for_a_person_to_read(body):
    send()

    row = reply(confirming(), body)

    assert became(row) == (State.WAITING, Outcome.KEPT)
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    "body", ["STOP", "unsubscribe", "Me désabonner svp", "arrêtez de m'écrire"]
)
def test_a_reply_that_says_stop_does_not_confirm(body):
    send()

    row = reply(confirming(), body)

    assert became(row) == (State.DONE, Outcome.LEFT)
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("subject", "body", "more"),
    [
        ("Automatic reply: Please confirm", "I am away.", ()),
        ("Réponse automatique : Veuillez confirmer", "Je reviens lundi.", ()),
        ("Absence du bureau", "De retour lundi.", ()),
        ("Out of Office", "Back on Monday.", ()),
        ("Re: Please confirm", "Hello,\nI am currently out of the office until Monday.", ()),
        ("Re: Veuillez confirmer", "Bonjour, je suis présentement en congé jusqu'à lundi.", ()),
        ("Re: Please confirm", "Back soon", ("X-Autoreply: yes",)),
        ("Re: Please confirm", "Back soon", ("X-Autorespond: Back soon",)),
        ("Re: Please confirm", "Back soon", ("Auto-Submitted: auto-replied",)),
        ("Accepted: Please confirm", "", ()),
    ],
)
def test_an_out_of_office_confirms_nothing(subject, body, more):
    send()

    row = reply(confirming(), body, Subject=subject, more=more)

    assert became(row) == (State.IGNORED, Outcome.AUTOMATIC)
    assert not Member.objects.exists()


# --- Leaving ----------------------------------------------------------------------


@pytest.mark.parametrize("word", ["STOP", "Unsubscribe.", "désabonner", "Je veux me désabonner"])
def test_who_answers_a_letter_with_stop_has_left(word):
    make_member(email=ADA, announcements=True)
    letter = make_letter(to=ADA, kind=Letter.Kind.LIST)

    row = reply(letter, word, to=JOIN)

    assert became(row) == (State.DONE, Outcome.LEFT)
    assert Member.objects.get().lists == []
    assert Stop.objects.get().how == Stop.How.REPLY
    assert row.about == letter


def test_what_is_quoted_of_our_letter_is_not_theirs_to_say():
    letter = make_letter(to=ADA, kind=Letter.Kind.LIST)
    assert "To get no more of these letters" in letter.text

    row = reply(letter, "Thank you, that was good to read.", to=JOIN)

    assert became(row) == (State.WAITING, Outcome.KEPT)
    assert not Stop.objects.exists()


def test_nobody_leaves_for_another():
    letter = make_letter(to=ADA, kind=Letter.Kind.LIST)

    row = reply(letter, "STOP", to=JOIN, From="eve@example.org", sender="eve@example.org")

    assert row.state == State.WAITING
    assert not Stop.objects.exists()


def test_who_asks_to_leave_without_a_letter_of_ours_is_for_staff_and_not_invited():
    row = send(body="unsubscribe", Subject="unsubscribe")

    assert became(row) == (State.WAITING, Outcome.KEPT)
    assert not Letter.objects.exists()


def test_leaving_counts_though_the_sender_is_not_proven(settings):
    settings.AUTHSERV_ID = "mx.portal.example"
    letter = make_letter(to=ADA, kind=Letter.Kind.LIST)

    assert became(reply(letter, "STOP", to=JOIN)) == (State.DONE, Outcome.LEFT)


def test_a_reply_and_the_button_at_once_make_one_member():
    send()
    asked, letter = JoinRequest.objects.get(), confirming()
    confirm(asked, how=Consent.How.FORM)

    assert reply(letter).outcome == Outcome.CONFIRMED
    assert Member.objects.count() == 1


def test_the_message_is_kept_raw():
    raw = message()
    row = send(raw)
    assert bytes(InboundMessage.objects.get(pk=row.pk).raw) == raw


@pytest.mark.parametrize(
    "body",
    [
        "Thank you for contacting us. Your request has been received, ticket number 4711.",
        "We have received your email and will get back to you within two business days.",
        "Nous avons bien reçu votre courriel et y répondrons dans les plus brefs délais.",
        "Accusé de réception : votre demande a été enregistrée.",
    ],
)
def test_the_receipt_of_a_help_desk_confirms_nothing(body):
    """Its machine answers whatever comes, and not every one says that it is one."""
    send()

    row = reply(confirming(), body)

    assert (row.state, row.outcome) == (State.WAITING, Outcome.KEPT)
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    "body", ["Thank you for your message. Yes, I confirm.", "Merci de votre courriel, je confirme."]
)
def test_thanks_for_the_letter_are_no_receipt(body):
    send()
    reply(confirming(), body)
    assert Member.objects.exists()
