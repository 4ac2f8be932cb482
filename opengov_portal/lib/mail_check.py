"""Whether letters will arrive: what the mail server and DNS tell, as far as they tell it."""

import re
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

import dns.exception
import dns.resolver
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.utils.encoding import punycode

SECONDS = 5  # that DNS may take for one answer
LOCAL = re.compile(r"(localhost|127\.|\[?::1)|.*\.(local|localhost|test|example|invalid)$", re.I)


class Verdict(Enum):
    GOOD = "good"
    BAD = "BAD"
    NOTE = "note"
    UNTOLD = "untold"  # it could not be found out from here


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and a sentence of what was found."""

    verdict: Verdict
    words: str


def good(words: str) -> Finding:
    return Finding(Verdict.GOOD, words)


def bad(words: str) -> Finding:
    return Finding(Verdict.BAD, words)


def note(words: str) -> Finding:
    return Finding(Verdict.NOTE, words)


class Untold(Exception):
    """DNS gave no answer, which is not the answer “there is none”."""


def looked_up(name: str, kind: str) -> list[str]:
    """What DNS holds of a kind under a name; nothing where there is none. Raises Untold."""
    try:
        answer = dns.resolver.resolve(name, kind, lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise Untold(type(error).__name__) from error
    if kind == "TXT":
        return [b"".join(record.strings).decode(errors="replace") for record in answer]
    return [str(record) for record in answer]


LookUp = Callable[[str, str], list[str]]


def server() -> Iterator[Finding]:
    """The mail server: whether it answers, in private, and lets us in."""
    connection: Any = get_connection()
    if not isinstance(connection, EmailBackend):
        yield note("EMAIL_URL is not set: letters are written to files and go nowhere.")
        return
    where = f"{connection.host}:{connection.port}"
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError as error:
        yield bad(f"{where} answers and does not let us in ({error.smtp_code}): see EMAIL_URL.")
        return
    except smtplib.SMTPNotSupportedError as error:
        yield bad(f"{where} answers and cannot do what EMAIL_URL asks of it: {error}")
        return
    except (OSError, smtplib.SMTPException) as error:
        yield bad(f"{where} cannot be talked to: {type(error).__name__}: {error}")
        return
    line = cast(smtplib.SMTP, connection.connection)
    try:
        line.ehlo_or_helo_if_needed()
        yield good(f"{where} answers.")
        yield from spoken(line, str(connection.host), bool(connection.username))
    finally:
        connection.close()


def spoken(line: smtplib.SMTP, host: str, signed_in: bool) -> Iterator[Finding]:
    version = getattr(line.sock, "version", None)
    if version:
        yield good(f"What we say to it is private ({version()}), and its certificate is valid.")
    elif LOCAL.match(host):
        yield note("It is on this machine, so nothing need be private.")
    else:
        yield bad("Anyone on the way can read the letters: use smtp+tls:// in EMAIL_URL.")
    yield good("It lets us in.") if signed_in else note("It asks for no password.")
    if line.has_extn("smtputf8"):
        yield good("It takes addresses with letters beyond ASCII (SMTPUTF8).")
    else:
        yield note("It takes no addresses with letters beyond ASCII before the @ (SMTPUTF8).")


def domain(address: str, selector: str = "", look_up: LookUp = looked_up) -> Iterator[Finding]:
    """What DNS says of the domain of the address that letters come from."""
    name = punycode(address.rpartition("@")[2])
    if LOCAL.match(name) or "." not in name:
        yield bad(f"Letters come from {address}, which is nobody's on the internet: JOIN_ADDRESS.")
        return
    yield good(f"Letters come from {address}.")
    for look in (mx, spf, dmarc):
        yield from told(look, name, look_up)
    if selector:
        yield from told(dkim, f"{selector}._domainkey.{name}", look_up)
    else:
        yield Finding(
            Verdict.UNTOLD,
            "DKIM: DNS does not list selectors. Give the one that the mail server signs with: "
            "--selector NAME.",
        )


def told(
    look: Callable[[str, LookUp], Iterator[Finding]], name: str, look_up: LookUp
) -> Iterator[Finding]:
    try:
        yield from look(name, look_up)
    except Untold as error:
        what = look.__name__.upper()
        yield Finding(
            Verdict.UNTOLD, f"{what}: could not be told; DNS does not answer from here ({error})."
        )


def mx(name: str, look_up: LookUp) -> Iterator[Finding]:
    if look_up(name, "MX"):
        yield good(f"MX: {name} receives mail, so answers and bounces can come back.")
    else:
        yield bad(f"MX: {name} receives no mail, so no answer and no bounce comes back.")


def spf(name: str, look_up: LookUp) -> Iterator[Finding]:
    """One record, which ends in a judgement; which servers it names is for its owner to know."""
    records = [text for text in look_up(name, "TXT") if re.match(r"v=spf1(\s|$)", text, re.I)]
    if len(records) != 1:
        there = "no record" if not records else f"{len(records)} records where one is allowed"
        yield bad(f"SPF: {name} has {there}.")
    elif re.search(r"\s\+?all\b", records[0]):
        yield bad(f"SPF: {name} lets the whole world send in its name: “{records[0]}”.")
    else:
        yield good(
            f"SPF: “{records[0]}”. See that it lets {settings.EMAIL_HOST} send, "
            "or the server behind it."
        )


def dmarc(name: str, look_up: LookUp) -> Iterator[Finding]:
    """Its own record, or that of a domain above it."""
    parts = name.split(".")
    for start in range(len(parts) - 1):
        above = ".".join(parts[start:])
        records = [
            text
            for text in look_up(f"_dmarc.{above}", "TXT")
            if re.match(r"v=DMARC1(\s*;|$)", text, re.I)
        ]
        if records:
            policy = re.search(r"\bp\s*=\s*(none|quarantine|reject)\b", records[0], re.I)
            if len(records) > 1 or not policy:
                yield bad(f"DMARC: what {above} says is not valid: “{records[0]}”.")
            elif policy[1].lower() == "none":
                yield note(f"DMARC: {above} asks receivers to do nothing about forged letters.")
            else:
                yield good(f"DMARC: {above} asks receivers to {policy[1].lower()} forged letters.")
            return
    yield bad(f"DMARC: {name} has no record; large receivers ask for one.")


def dkim(name: str, look_up: LookUp) -> Iterator[Finding]:
    records = [text for text in look_up(name, "TXT") if re.search(r"\bp=", text)]
    if not records:
        yield bad(f"DKIM: there is no key at {name}.")
    elif re.search(r"\bp=\s*(;|$)", records[0]):
        yield bad(f"DKIM: the key at {name} was withdrawn.")
    else:
        yield good(f"DKIM: there is a key at {name}. See that the mail server signs with it.")
