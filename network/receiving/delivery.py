"""Taking a message: it is kept before anything else is done with it."""

import re
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO

from django.conf import settings
from django.db import DatabaseError

from network.models import InboundMessage
from network.receiving.headers import one_line
from network.receiving.judging import judge
from network.receiving.machines import NULL_SENDER
from opengov_portal.lib.mail import ADDRESS_LENGTH

CHUNK = 1 << 16
HEADER_SIZE = 1 << 18  # bytes in which a Message-ID is looked for
END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
MESSAGE_ID = re.compile(rb"(?im)^message-id:\s{0,200}(<[^<>\s]{1,400}>)")
FROM = re.compile(rb"(?im)^from:([^\r\n]{0,2000})")


def take(
    message: bytes | BinaryIO,
    *,
    way: InboundMessage.Way,
    envelope_sender: str | None = None,
    recipient: str = "",
    size: int | None = None,
) -> InboundMessage:
    """Keep a message, then judge it: the one end of all ways in.

    Taking it twice, or two at once, keeps and does everything once. `envelope_sender`
    is the sender on the line: empty for a report of delivery, None where the server
    does not say. `size` is that of the whole, where only its beginning is given.
    Raises DatabaseError where it cannot be kept; once it is kept, nothing.
    """
    raw, read = beginning(BytesIO(message) if isinstance(message, bytes) else message)
    size = size or read
    key = key_of(raw, size)
    row = InboundMessage(
        key=key,
        way=way,
        raw=raw,
        size=size,
        is_partial=size > len(raw),
        envelope_sender=on_the_line(envelope_sender),
        recipient=one_line(recipient)[:ADDRESS_LENGTH],
    )
    InboundMessage.objects.bulk_create([row], ignore_conflicts=True)
    kept = InboundMessage.objects.get(key=key)
    judge(kept.pk)
    with suppress(DatabaseError):
        kept.refresh_from_db()
    return kept


def beginning(stream: BinaryIO) -> tuple[bytes, int]:
    """As much as is kept, and the size of the whole: the rest is read and let go."""
    kept, size = bytearray(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        kept += chunk[: max(0, settings.INBOUND_RAW_BYTES - len(kept))]
    return bytes(kept), size


def key_of(raw: bytes, size: int) -> str:
    """Under which the same message is found again, whichever way it comes.

    Servers on the way add headers and end lines differently. Its ID alone is not
    enough: anyone may send another message under an ID that they saw or guessed,
    and would keep the true one from being read.
    """
    headers, *rest = END_OF_HEADERS.split(raw, maxsplit=1)
    headers = headers[:HEADER_SIZE]
    found = MESSAGE_ID.search(headers)
    if not found:
        return sha256(b"%d\n" % size + raw).hexdigest()
    sender = FROM.search(headers)
    body = b"".join(rest).replace(b"\r\n", b"\n").strip()
    said = [b"message-id", found[1], sender[1].strip() if sender else b"", body]
    return sha256(b"\n".join(said)).hexdigest()


def on_the_line(sender: str | None) -> str:
    if sender is None:
        return ""
    return one_line(sender).strip("<>")[:ADDRESS_LENGTH] or NULL_SENDER
