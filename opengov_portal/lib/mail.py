"""What every letter needs, whoever writes it: addresses, words, and ways to hand it over."""

import itertools
import os
import re
import secrets
import smtplib
import sys
from binascii import b2a_qp
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.header import Header
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.template import Context, engines
from django.utils import timezone
from django.utils.encoding import punycode
from django.utils.translation import override

SUBJECT_LENGTH = 200  # characters
WORDS_SIZE = 256 * 1024  # bytes of the text, and of the HTML
ADDRESS_LENGTH = 254  # characters, RFC 5321 4.5.3.1.3

CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")
ADDRESS = re.compile(r'[^\s@<>()\[\],;:\\"]+@[^\s@<>()\[\],;:\\"]+')
SPOKEN_OF = re.compile(r"[^\s<>@]+@[^\s<>@]+")
LINK = re.compile(r"https?://[^\s<>\"]+")

# Posting makes these; a letter that brought its own could say two things at once.
OURS = {
    "from", "to", "cc", "bcc", "sender", "subject", "date", "message-id", "return-path",
    "mime-version", "content-type", "content-transfer-encoding", "auto-submitted",
    "reply-to", "list-unsubscribe", "list-unsubscribe-post",
}  # fmt: skip
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
HEADER_LENGTH = 2000  # characters: the References of a long thread


class BadLetter(ValueError):
    """A letter that must not go as it was written; its message says what is wrong."""


class Incomplete(BadLetter):
    """A letter to a list that does not say who sends it, from where, or how to leave."""


def waiting(attempts: int) -> timedelta:
    """How long to wait after so many tries: twice as long each time, four hours at most.

    A fifth more or less by chance, so that letters which failed together do not
    all come back together.
    """
    seconds = min(60 * 2 ** min(attempts - 1, 20), 4 * 3600)
    return timedelta(seconds=seconds * secrets.SystemRandom().uniform(0.8, 1.2))


def one_line(text: str, what: str) -> str:
    """The text, fit for a header. Raises BadLetter if it could begin another."""
    if CONTROL.search(text):
        raise BadLetter(f"{what} holds a line break or another control character.")
    return text


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers that a letter may bring. Raises BadLetter for any other."""
    names = [name.lower() for name in headers]
    if OURS & set(names) or len(names) != len(set(names)):
        raise BadLetter("A header is given twice, or is one that posting makes.")
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or len(one_line(value, "A header")) > HEADER_LENGTH:
            raise BadLetter("A header is none, or too long.")
    return dict(headers)


def postal(address: str) -> str:
    """The address, fit to be written to. Raises BadLetter; says nothing of the address itself.

    Letters beyond ASCII are taken on both sides of the @ (RFC 6531, IDN).
    """
    one_line(address, "An address")
    if len(address) > ADDRESS_LENGTH or not ADDRESS.fullmatch(address):
        raise BadLetter("An address cannot be written to.")
    try:
        punycode(address.rpartition("@")[2])
    except UnicodeError as error:
        raise BadLetter("An address has a domain that is none.") from error
    return address


# Of one mail service, which says that dots in its names mean nothing.
DOTLESS = {"gmail.com", "googlemail.com"}


def canonical(address: str) -> str:
    """The one form of an address under which duplicates are found.

    In small letters, without what stands after a `+`, the domain as DNS has it; at
    Gmail without dots. Letters still go to the address as it was typed.
    """
    name, _at, domain = address.strip().rpartition("@")
    name = name.partition("+")[0] or name
    try:
        domain = punycode(domain.casefold())
    except UnicodeError:
        domain = domain.casefold()
    domain = domain.rstrip(".")
    if domain in DOTLESS:
        name, domain = name.replace(".", "") or name, "gmail.com"
    return f"{name.casefold()}@{domain}"


def without_addresses(text: str) -> str:
    """What a mail server said, in one line of 300 characters at most that names nobody."""
    return CONTROL.sub(" ", SPOKEN_OF.sub("…", text)).strip()[:300]


@dataclass(frozen=True)
class Words:
    """What a letter says: its subject, and the same twice, as text and as HTML."""

    subject: str
    text: str
    html: str


def written(template: str, language: str, context: Mapping[str, Any]) -> Words:
    """The words of `templates/<template>.{subject.txt,txt,html}` in that language.

    Only the HTML is escaped. Raises BadLetter when the subject is no single line
    of SUBJECT_LENGTH, or a part is larger than WORDS_SIZE or empty.
    """
    with override(language):
        subject = rendered(f"{template}.subject.txt", context).strip()
        text = rendered(f"{template}.txt", context).strip() + "\n"
        html = rendered(f"{template}.html", context, autoescape=True).strip() + "\n"
    one_line(subject, f"The subject of {template}")
    if not 0 < len(subject) <= SUBJECT_LENGTH:
        raise BadLetter(f"The subject of {template} is empty or too long.")
    for part in (text, html):
        if not 1 < len(part.encode()) <= WORDS_SIZE or "\0" in part:
            raise BadLetter(f"What {template} says is empty, or too long, or holds a NUL.")
    # A blank line for each line of a template that says nothing is no way to set text.
    return Words(subject, re.sub(r"\n{3,}", "\n\n", text), html)


def rendered(name: str, context: Mapping[str, Any], *, autoescape: bool = False) -> str:
    """A template drawn for a letter: no request is behind it."""
    template = engines["django"].get_template(name).template  # type: ignore[attr-defined]
    drawn: str = template.render(Context(dict(context), autoescape=autoescape))
    return drawn


class Envelope(EmailMultiAlternatives):
    """A message of text and HTML, put on the line five times as fast as Django's own.

    Each header is one line, since some who read them take no other; what is beyond
    ASCII is encoded, so that any server can carry it.
    """

    def raw(self) -> bytes:
        boundary = f"={secrets.token_hex(12)}="
        [html] = self.alternatives
        headers = {
            "Subject": in_header(str(self.subject)),
            "To": self.to[0],
            **self.extra_headers,
            "MIME-Version": "1.0",
            "Content-Type": f'multipart/alternative; boundary="{boundary}"',
        }
        head = "".join(f"{name}: {one_line(value, name)}\r\n" for name, value in headers.items())
        parts = [("plain", str(self.body)), ("html", str(html[0]))]
        body = b"".join(
            f"\r\n--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
            + b2a_qp(words.replace("\n", "\r\n").encode(), istext=True)
            for kind, words in parts
        )
        return head.encode() + body + f"\r\n--{boundary}--\r\n".encode()


@lru_cache(maxsize=500)  # one subject goes to thousands
def in_header(text: str) -> str:
    """Words as a header holds them: beyond ASCII encoded, and still on one line."""
    return text if text.isascii() else Header(text, "utf-8").encode(linesep="").replace("\n", "")


def quoted(name: str) -> str:
    """A name before an address; what is beyond ASCII is encoded, not quoted."""
    return '"' + re.sub(r'(["\\])', r"\\\1", name) + '"' if name.isascii() else name


class SmtpBackend(EmailBackend):
    """Django's, for an Envelope; with letters beyond ASCII before the @ where the server can.

    Raises smtplib.SMTPNotSupportedError where it does not.
    """

    def open(self) -> bool | None:
        """Django's, which leaves a line half open where the server does not let us in."""
        try:
            return super().open()
        except OSError:  # smtplib's own are kinds of it
            with suppress(OSError):
                self.close()
            raise

    def _send(self, email_message: EmailMessage) -> bool:
        if not isinstance(email_message, Envelope):
            return bool(super()._send(email_message))  # type: ignore[misc]
        [to] = email_message.recipients()
        name, _at, domain = to.rpartition("@")
        recipient = f"{name}@{punycode(domain)}"
        email_message.to = [recipient]
        options = () if recipient.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
        line = cast(smtplib.SMTP, self.connection)
        line.ehlo_or_helo_if_needed()
        if line.has_extn("pipelining"):
            hand_over(line, email_message.from_email, recipient, email_message.raw(), options)
        else:
            line.sendmail(email_message.from_email, [recipient], email_message.raw(), options)
        return True


def hand_over(
    line: smtplib.SMTP, sender: str, recipient: str, raw: bytes, options: Sequence[str] = ()
) -> None:
    """`sendmail` to one recipient, with MAIL, RCPT and DATA said in one breath (RFC 2920).

    For a server that offers PIPELINING: two waits a letter, where there were four.
    Raises what smtplib raises.
    """
    if options and not line.has_extn("smtputf8"):
        raise smtplib.SMTPNotSupportedError("SMTPUTF8 not supported by server")
    size = [f"SIZE={len(raw)}"] if line.has_extn("size") else []
    commands = [" ".join([f"MAIL FROM:<{sender}>", *size, *options]), f"RCPT TO:<{recipient}>"]
    if any(sign in command for command in commands for sign in "\r\n"):
        raise ValueError("An address holds a line break.")
    line.send("\r\n".join([*commands, "DATA\r\n"]).encode())
    refusal, goes_on = heard(line, sender, recipient)
    if goes_on and refusal:
        # It says “go on” though nobody may get the letter: it gets a letter of nothing.
        with suppress(smtplib.SMTPServerDisconnected):
            line.send(b".\r\n")
            line.getreply()
    elif goes_on:
        line.send(raw.replace(b"\n.", b"\n..") + b".\r\n")
        code, reply = line.getreply()
        if code != 250:
            refusal = smtplib.SMTPDataError(code, reply)
    if refusal is None:
        return
    if refused_with(refusal) == 421:
        line.close()
    elif not goes_on:
        with suppress(smtplib.SMTPServerDisconnected):
            line.rset()
    raise refusal


def heard(
    line: smtplib.SMTP, sender: str, recipient: str
) -> tuple[smtplib.SMTPException | None, bool]:
    """What it said to MAIL, RCPT and DATA: the first refusal, and whether it waits for data.

    A server that hangs up on us after a refusal has still refused.
    """
    refusal: smtplib.SMTPException | None = None
    code = 0
    for verb, well in (("MAIL", {250}), ("RCPT", {250, 251}), ("DATA", {354})):
        try:
            code, reply = line.getreply()
        except smtplib.SMTPServerDisconnected:
            if refusal is None:
                raise
            return refusal, False
        if refusal or code in well:
            continue
        if verb == "MAIL":
            refusal = smtplib.SMTPSenderRefused(code, reply, sender)
        elif verb == "RCPT":
            refusal = smtplib.SMTPRecipientsRefused({recipient: (code, reply)})
        else:
            refusal = smtplib.SMTPDataError(code, reply)
        if code == 421:  # it hangs up, and says nothing to what is left
            break
    return refusal, code == 354


def refused_with(refusal: smtplib.SMTPException) -> int:
    """The code of a refusal."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        [(code, _reply)] = refusal.recipients.values()
        return int(code)
    return cast(smtplib.SMTPResponseException, refusal).smtp_code


class FileBackend(BaseEmailBackend):
    """Letters as files in EMAIL_FILE_PATH, one each, that any mail program opens.

    On a machine that nobody else can reach their links are shown in the terminal.
    """

    numbers = itertools.count(1)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            self.keep(message)
        return len(email_messages)

    def keep(self, message: EmailMessage) -> None:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{timezone.now():%Y%m%d-%H%M%S}-{os.getpid()}-{next(self.numbers)}.eml"
        (folder / name).write_bytes(message.message().as_bytes())
        if not settings.HTTPS:
            links = "".join(f"    {link}\n" for link in LINK.findall(str(message.body)))
            sys.stdout.write(f"\n  A letter, “{message.subject}”: {folder / name}\n{links}")
            sys.stdout.flush()
