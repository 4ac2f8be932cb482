"""Made-up messages to join@, as a mail server hands them over."""

import re
from itertools import count

from network.models import InboundMessage, Letter
from network.receiving import take

JOIN = "join@portal.example"
ADA = "ada@example.org"
numbers = count(1)


def message(body="I would like to join.", *, more=(), crlf="\r\n", **headers):
    """The bytes of a message; a header of None is left out, `more` come on top."""
    fields = {
        "From": f"Ada Lovelace <{ADA}>",
        "To": JOIN,
        "Subject": "Hello",
        "Message-ID": f"<{next(numbers)}@example.org>",
        "Date": "Mon, 23 Nov 2026 10:00:00 -0500",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [*more, *(f"{name}: {value}" for name, value in fields.items() if value is not None)]
    text = "\n".join(lines) + "\n\n" + body
    return text.replace("\n", crlf).encode("utf-8", "surrogateescape")


def send(raw=None, *, sender=ADA, to=JOIN, **made):
    """Hand a message over by the pipe; the row that is kept of it."""
    raw = message(**made) if raw is None else raw
    return take(raw, way=InboundMessage.Way.PIPE, envelope_sender=sender, recipient=to)


def confirming(address=ADA):
    """The last letter that asks an address to confirm."""
    found = Letter.objects.filter(kind=Letter.Kind.CONFIRM, address=address).order_by("-pk")
    return found.first()


def reply(letter, body="Yes", *, to=None, quote=True, **made):
    """What a mail program sends when its owner answers a letter."""
    if quote:
        quoted = "".join(f"> {line}\n" for line in letter.text.splitlines())
        above = f"On Mon, Nov 23, 2026 at 10:01 AM The Example Network <{JOIN}> wrote:"
        body = f"{body}\n\n{above}\n{quoted}"
    answer_to = to or letter.headers.get("Reply-To", JOIN)
    fields = {
        "Subject": f"Re: {letter.subject}",
        "In_Reply_To": letter.message_id,
        "References": letter.message_id,
        "To": answer_to,
    }
    sender = made.pop("sender", ADA)
    return send(message(body, **fields | made), sender=sender, to=answer_to)


def secret_of(letter):
    return re.search(r"\+(\w+)@", letter.headers["Reply-To"])[1]


def report(status, action="failed", recipient=ADA, boundary="=report="):
    """A report of delivery (RFC 3464), as a mail server writes one."""
    body = (
        f"--{boundary}\nContent-Type: text/plain\n\nYour message could not be delivered.\n"
        f"--{boundary}\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example.org\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} no\n\n"
        f"--{boundary}\nContent-Type: message/rfc822\n\nSubject: Please confirm\n\nhello\n"
        f"--{boundary}--\n"
    )
    return message(
        body,
        From="Mail Delivery System <MAILER-DAEMON@mx.example.org>",
        Subject="Undelivered Mail Returned to Sender",
        Content_Type=f'multipart/report; report-type=delivery-status; boundary="{boundary}"',
        Auto_Submitted="auto-replied",
    )
