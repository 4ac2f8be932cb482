"""A person writes to join@ and answers a letter: all else is done by real mail servers."""

from tests.real_mail.post_office import Person, soon

MEMBERS = "SELECT address FROM network_member WHERE address LIKE '%{}%'"
STOPS = "SELECT scope, how FROM network_stop WHERE address = '{}'"
OUTCOMES = "SELECT outcome FROM network_inboundmessage WHERE sender_address = '{}' ORDER BY id"


def test_a_persons_mail_to_join_becomes_a_member_by_replying_alone(office, portal):
    ada = Person(office, "ada@example.org")
    members = MEMBERS.format("ada")

    first = ada.write(portal.join, "Je veux adhérer au réseau.")
    portal.soon(OUTCOMES.format(ada.address), [("asked_to_join",)])
    letter = ada.letter()

    assert letter["in-reply-to"] == first["message-id"]
    assert letter["auto-submitted"] == "auto-replied"
    assert letter["content-language"] == "fr"
    assert "<bounce+" in letter["return-path"]
    assert portal.ask(members) == []

    ada.write(letter["reply-to"], "Oui", subject=f"Re: {letter['subject']}", answering=letter)
    portal.soon(members, [(ada.address,)])

    welcome = ada.letter()
    assert welcome["subject"] != letter["subject"]
    assert welcome["content-language"] == "fr"

    ada.write(portal.join, "STOP", subject=f"Re: {welcome['subject']}", answering=welcome)
    portal.soon(STOPS.format(ada.address), [("lists", "reply")])


def test_a_letter_that_comes_back_suspends_its_address(office, portal):
    gone = Person(office, "eve@gone.example")

    gone.write(portal.join, "I would like to join.")

    portal.soon(STOPS.format(gone.address), [("all", "bounced")])
    assert portal.ask(OUTCOMES.format(gone.address)) == [("asked_to_join",)]


def test_postfix_keeps_what_is_not_taken_and_tries_again(office, piped):
    bob = Person(office, "bob@example.org")
    away = office.place / "away"
    away.touch()

    bob.write(piped.join, "I would like to join.")
    assert soon(lambda: "status=deferred" in office.journal()), office.journal()
    assert piped.ask(OUTCOMES.format(bob.address)) == []
    away.unlink()

    piped.soon(OUTCOMES.format(bob.address), [("asked_to_join",)])
    assert bob.letter()["to"] == bob.address
