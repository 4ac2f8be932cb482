"""`mail_check` says whether letters will arrive, and never guesses."""

import socket

import dns.resolver
import pytest
from django.core.management import CommandError, call_command

from bench.sink import Sink
from network.models import Letter
from opengov_portal.lib.mail_check import Untold, Verdict, domain, looked_up, server

GOOD = {
    ("network.ca", "MX"): ["10 mx.network.ca."],
    ("network.ca", "TXT"): ["site=1", "v=spf1 include:_spf.host.ca -all"],
    ("_dmarc.network.ca", "TXT"): ["v=DMARC1; p=reject"],
    ("s1._domainkey.network.ca", "TXT"): ["v=DKIM1; k=rsa; p=MIIB"],
}


def judged(records, selector="", address="join@network.ca"):
    """The verdict on each thing, by its first word."""
    look_up = lambda name, kind: records.get((name, kind), [])  # noqa: E731
    found = domain(address, selector, look_up)
    return {each.words.partition(":")[0].split()[0]: each.verdict for each in found}


def test_a_domain_that_is_set_up_well_is_found_so():
    assert set(judged(GOOD, "s1").values()) == {Verdict.GOOD}


def test_what_is_missing_is_named():
    verdicts = judged({}, "s1")

    assert [name for name, verdict in verdicts.items() if verdict is Verdict.BAD] == [
        "MX",
        "SPF",
        "DMARC",
        "DKIM",
    ]


@pytest.mark.parametrize(
    ("name", "kind", "records", "thing", "verdict"),
    [
        ("network.ca", "TXT", ["v=spf1 +all"], "SPF", Verdict.BAD),
        ("network.ca", "TXT", ["v=spf1 all"], "SPF", Verdict.BAD),
        ("network.ca", "TXT", ["v=spf1 mx ~all"], "SPF", Verdict.GOOD),
        ("network.ca", "TXT", ["v=spf1 -all", "v=spf1 mx -all"], "SPF", Verdict.BAD),
        ("network.ca", "TXT", ["v=spf10 -all"], "SPF", Verdict.BAD),
        ("_dmarc.network.ca", "TXT", ["v=DMARC1; p=none"], "DMARC", Verdict.NOTE),
        ("_dmarc.network.ca", "TXT", ["v=DMARC1; rua=mailto:a@b"], "DMARC", Verdict.BAD),
        ("s1._domainkey.network.ca", "TXT", ["v=DKIM1; p="], "DKIM", Verdict.BAD),
    ],
)
def test_a_record_is_read_for_what_it_says(name, kind, records, thing, verdict):
    assert judged(GOOD | {(name, kind): records}, "s1")[thing] is verdict


def test_a_domain_above_speaks_for_one_below():
    records = GOOD | {("letters.network.ca", "TXT"): ["v=spf1 -all"]}

    assert judged(records, address="join@letters.network.ca")["DMARC"] is Verdict.GOOD


def test_without_a_selector_dkim_could_not_be_told():
    assert judged(GOOD)["DKIM"] is Verdict.UNTOLD


def test_without_dns_nothing_is_guessed(monkeypatch):
    def away(*args, **kwargs):
        raise dns.resolver.NoNameservers

    monkeypatch.setattr(dns.resolver, "resolve", away)
    with pytest.raises(Untold):
        looked_up("network.ca", "MX")

    verdicts = [finding.verdict for finding in domain("join@network.ca", "s1")]
    assert verdicts == [Verdict.GOOD, *[Verdict.UNTOLD] * 4]


def test_that_there_is_none_is_an_answer(monkeypatch):
    def none(*args, **kwargs):
        raise dns.resolver.NXDOMAIN

    monkeypatch.setattr(dns.resolver, "resolve", none)

    assert looked_up("network.ca", "MX") == []


def test_an_address_of_this_machine_alone_is_no_sender():
    [finding] = domain("join@localhost")

    assert finding.verdict is Verdict.BAD


def test_a_mail_server_that_answers_is_found(smtp):
    with Sink() as sink:
        smtp(sink.port)
        words = [finding.words for finding in server()]

    assert words[0] == f"127.0.0.1:{sink.port} answers."
    assert any("SMTPUTF8" in each for each in words)


def test_one_that_refuses_our_password_is_said_to(smtp, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "x"
    with Sink() as sink:
        sink.features.append("AUTH PLAIN")
        smtp(sink.port)
        [finding] = server()

    assert finding.verdict is Verdict.BAD


@pytest.mark.parametrize("greeting", ["554 no", ""])
def test_one_that_does_not_greet_us_is_said_to(smtp, greeting):
    with Sink(greeting=greeting) as sink:
        smtp(sink.port)
        [finding] = server()

    assert finding.verdict is Verdict.BAD


def test_a_closed_port_is_said_to_be(smtp):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        smtp(probe.getsockname()[1])
    [finding] = server()

    assert "ConnectionRefused" in finding.words


def test_without_a_mail_server_it_says_where_letters_go(settings):
    settings.EMAIL_BACKEND = "opengov_portal.lib.mail.FileBackend"
    [finding] = server()

    assert finding.verdict is Verdict.NOTE


@pytest.mark.django_db
def test_a_trial_letter_is_sent_and_what_is_bad_fails_the_command(smtp, capsys):
    with Sink() as sink:
        smtp(sink.port)
        with pytest.raises(CommandError, match="1 of these"):  # JOIN_ADDRESS is made up
            call_command("mail_check", to="ada@example.org", language="fr")

    assert sink.letters[0][1] == "ada@example.org"
    assert Letter.objects.get().language == "fr"
    assert "has taken the trial letter" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_trial_letter_that_is_refused_says_why(smtp, capsys):
    with Sink(lambda stage, said: "550 no" if stage == "RCPT" else None) as sink:
        smtp(sink.port)
        with pytest.raises(CommandError):
            call_command("mail_check", to="ada@example.org")
    with pytest.raises(CommandError):
        call_command("mail_check", to="nonsense")

    said = capsys.readouterr().out
    assert "did not go: 550 no" in said
    assert "No trial letter was sent" in said
