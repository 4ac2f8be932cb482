"""Reading a message that came in: its headers, what it says, what it reports.

It may be cut off, hold a thousand parts or lie about all it holds: nothing here
raises, and none of it takes long, for what is looked at has limits (SECURITY.md M6).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32
from html import unescape

from django.conf import settings

from network.receiving.headers import Headers, in_charset, one_line, storable, unescaped

BOUNDARY = re.compile(rb"boundary\s*=|message/", re.IGNORECASE)
NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]+")
PIECES = re.compile(r"<[^<>]*>|[^<]+|<")
CONTENT_LENGTH = 1000  # characters of a header that says what a part is
TAG = re.compile(r"<\s*(/?)\s*([a-zA-Z][a-zA-Z0-9]*)")
NEW_LINE = {"p", "br", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "hr", "table"}
UNREAD = {"script", "style", "head", "title"}


class Brief(Compat32):
    """Cuts off what says of a part what it is, before Python takes it apart.

    That takes as long as the square of its length: ten minutes for a megabyte.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        is_long = len(value) > CONTENT_LENGTH and name.lower().startswith("content-")
        return name, value[:CONTENT_LENGTH] if is_long else value


BRIEF = Brief()


@dataclass
class Reading:
    """A message, read."""

    headers: Headers
    text: str = ""
    kinds: list[str] = field(default_factory=list)
    reports: list[Headers] = field(default_factory=list)
    is_cut: bool = False

    @property
    def kind(self) -> str:
        """What the whole of it is, such as `multipart/report`."""
        return next(iter(self.kinds), "")


def read(raw: bytes) -> Reading:
    """A message of any bytes at all."""
    nests = sum(1 for _found in BOUNDARY.finditer(raw))
    parser = BytesParser if nests <= settings.INBOUND_NESTING else BytesHeaderParser
    try:
        message: Message = parser(policy=BRIEF).parsebytes(raw)
    except Exception:  # the parser's own faults are no reason to lose a message
        message = Message()
    reading = Reading(Headers(message), is_cut=nests > settings.INBOUND_NESTING)
    if parser is BytesParser:
        read_parts(message, reading)
    return reading


def read_parts(message: Message, reading: Reading) -> None:
    """Its words, plain before HTML, and what it reports of a delivery."""
    plain = html = None
    for number, part in enumerate(parts(message)):
        if number >= settings.INBOUND_PARTS:
            reading.is_cut = True
            break
        kind = kind_of(part)
        reading.kinds.append(kind)
        if kind == "message/delivery-status":
            inner = held(part)[: settings.INBOUND_PARTS]
            reading.reports += [Headers(each) for each in inner]
        if kind not in {"text/plain", "text/html"} or is_attached(part):
            continue
        if kind == "text/plain" and plain is None:
            plain = words(part)
        elif kind == "text/html" and html is None:
            html = words(part)
    said = plain if plain and plain.strip() else from_html(html or "")
    kept = tidied(said).encode()
    if len(kept) > settings.INBOUND_TEXT_BYTES:
        kept, reading.is_cut = kept[: settings.INBOUND_TEXT_BYTES], True
    reading.text = kept.decode("utf-8", "ignore")


def parts(message: Message) -> Iterator[Message]:
    """The parts in their order, but nothing inside a message that is passed on."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        yield part
        if kind_of(part).startswith("multipart/"):
            waiting += reversed(held(part))


def held(part: Message) -> list[Message]:
    """The parts in a part; none in one of words.

    Those are not asked for here: Python would read them as the character set that they
    name, and raises for some.
    """
    inner = part.get_payload() if part.is_multipart() else []
    return [each for each in inner if isinstance(each, Message)]


def kind_of(part: Message) -> str:
    value = unescaped(part.get("content-type", "")).partition(";")[0].strip().lower()
    if part.is_multipart() and not value.startswith(("multipart/", "message/")):
        return "multipart/mixed"
    return value if value.count("/") == 1 else "text/plain"


def is_attached(part: Message) -> bool:
    return unescaped(part.get("content-disposition", "")).lower().startswith("attachment")


def words(part: Message) -> str:
    """What a part of text says, whatever it says of its encoding."""
    charset = charset_of(part)
    del part["content-type"]  # it is we who read the bytes, as what it says or as something else
    try:
        data = part.get_payload(decode=True)
    except Exception:  # a broken encoding is read as it stands
        data = None
    if not isinstance(data, bytes):
        data = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return in_charset(data[: 2 * settings.INBOUND_TEXT_BYTES], charset)


def charset_of(part: Message) -> str:
    try:
        named = part.get_param("charset", "")
    except Exception:  # a header that Python cannot take apart
        return ""
    return one_line(named[2] if isinstance(named, tuple) else str(named))


def tidied(text: str) -> str:
    """Lines that end alike, and no character that is none."""
    lines = storable(text).replace("\r\n", "\n").replace("\r", "\n")
    return NOT_TEXT.sub("", lines).strip()


def from_html(html: str) -> str:
    """The words of HTML, in one pass; what it quotes is marked `>` as in plain letters."""
    # Each line in pieces: to lengthen a string takes as long as it is, for every piece anew.
    lines: list[list[str]] = [[]]
    depth, unread = 0, ""
    for piece in PIECES.findall(without_comments(html)):
        tag = TAG.match(piece)
        if tag is None:
            if not unread and not piece.startswith(("<!", "<?")):
                lines[-1].append(" ".join(unescape(piece).split()))
            continue
        closes, name = bool(tag[1]), tag[2].lower()
        if unread:
            unread = "" if closes and name == unread else unread
        elif name in UNREAD and not closes:
            unread = name
        elif name in NEW_LINE:
            if name == "blockquote":
                depth = max(0, depth + (-1 if closes else 1))
            lines.append([">"] if depth else [])
    return "\n".join(" ".join(line).strip() for line in lines)


def without_comments(html: str) -> str:
    kept, at = [], 0
    while (begin := html.find("<!--", at)) >= 0:
        kept.append(html[at:begin])
        end = html.find("-->", begin)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, html[at:]])
