"""The headers of a message that came in. Whatever they hold, nothing here raises."""

import re
from binascii import Error as BadBase64
from binascii import a2b_base64, a2b_qp
from codecs import lookup
from collections.abc import Iterable
from email.message import Message

from django.utils.encoding import punycode

from opengov_portal.lib.mail import ADDRESS, ADDRESS_LENGTH

FIELDS = 500  # header fields that are looked at
VALUE_LENGTH = 8000  # characters of one of them
IDS = 100  # Message-IDs of a thread that are looked at
REPEATS = 10  # fields of one name in which addresses are looked for
ADDRESSES_LENGTH = 2000  # characters of such a field

# Text of letters only: some codecs that Python knows are no character sets, and
# some of those take their time.
CHARSETS = re.compile(
    r"utf-?8(-sig)?|utf-?16(-[lb]e)?|ascii|iso-?8859-?\d+|cp\d{3,5}|koi8-[rut]|mac-\w+|gb\w+"
    r"|big5\w*|shift_jis\w*|euc_\w+|iso2022_\w+|tis-620|hz"
)
ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\s]*)\?=")
BETWEEN_ENCODED_WORDS = re.compile(r"(\?=)\s+(=\?)")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
COMMENT = re.compile(r"\([^()]*\)")
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Marks that turn the direction of what follows, and others that cannot be seen.
UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,250}>", re.ASCII)
NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’\-]){0,59}")


def one_line(text: str) -> str:
    """Without control characters, marks of direction and runs of spaces."""
    return " ".join(UNSEEN.sub("", CONTROLS.sub(" ", storable(text))).split())


def storable(text: str) -> str:
    """Without what no database keeps: halves of characters."""
    return text.encode("utf-8", "replace").decode()


def in_charset(data: bytes, charset: str) -> str:
    """What the bytes say, though the character set may be unknown, missing or a lie."""
    for name in (charset, "utf-8"):
        try:
            known = lookup(name.strip() or "utf-8").name
            if CHARSETS.fullmatch(known):
                return data.decode(known)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def unescaped(value: object) -> str:
    """A header as it came, one line of VALUE_LENGTH at most; raw bytes are read as UTF-8."""
    text = str(value)[:VALUE_LENGTH]
    return one_line(in_charset(text.encode("utf-8", "surrogateescape"), "utf-8"))


def decoded(value: str) -> str:
    """A header with its encoded words (RFC 2047) as its reader sees them."""

    def word(found: re.Match[str]) -> str:
        charset, way, data = found.groups()
        try:
            raw = a2b_base64(data + "==") if way in "bB" else a2b_qp(data, header=True)
        except (BadBase64, ValueError):
            return found[0]
        return in_charset(raw, charset.partition("*")[0])

    return one_line(ENCODED_WORD.sub(word, BETWEEN_ENCODED_WORDS.sub(r"\1\2", value)))


class Headers:
    """The fields of a message by their names in small letters, each with all its values."""

    def __init__(self, message: Message) -> None:
        self.fields: dict[str, list[str]] = {}
        for name, value in list(message.raw_items())[:FIELDS]:
            self.fields.setdefault(name.lower(), []).append(unescaped(value))

    def all(self, name: str) -> list[str]:
        return self.fields.get(name, [])

    def first(self, name: str) -> str:
        """The topmost of a name, empty where there is none."""
        return next(iter(self.all(name)), "")

    def addresses(self, *names: str) -> Iterable[str]:
        """Those of some fields, in their order, without the names beside them."""
        for name in names:
            for value in self.all(name)[:REPEATS]:
                for each in unquoted(value).split(","):
                    address = bare(each)
                    if address:
                        yield address

    @property
    def ids(self) -> list[str]:
        """The messages that it says it answers, the one meant first."""
        value = " ".join([*self.all("in-reply-to"), *reversed(self.all("references"))])
        return list(dict.fromkeys(MESSAGE_ID.findall(value)))[:IDS]

    @property
    def message_id(self) -> str:
        found = MESSAGE_ID.search(self.first("message-id"))
        return found[0] if found else ""

    def sender(self) -> tuple[str, str]:
        """Name and address of the one who wrote it; no address where they are not one."""
        values = self.all("from")
        if len(values) != 1:
            return "", ""
        plain = unquoted(values[0])
        if plain.count("<") > 1 or "," in plain or ";" in plain:
            return "", ""
        name = decoded(values[0].partition("<")[0].strip().strip('"')) if "<" in plain else ""
        return name, bare(plain)


def unquoted(value: str) -> str:
    """What is left of a field of addresses without quoted names and comments."""
    return COMMENT.sub("", QUOTED.sub("", value[:ADDRESSES_LENGTH]))


def bare(text: str) -> str:
    """The address in `Name <address>` or by itself; empty where that is none."""
    address = text.rpartition("<")[2].partition(">")[0] if "<" in text else text
    address = address.strip()
    return address if len(address) <= ADDRESS_LENGTH and ADDRESS.fullmatch(address) else ""


def exact(address: str) -> str:
    """An address as mail servers tell it from another: case and spelling of the domain aside."""
    name, _at, domain = address.strip().rpartition("@")
    try:
        domain = punycode(domain.casefold())
    except UnicodeError:
        domain = domain.casefold()
    return f"{name.casefold()}@{domain.rstrip('.')}"


def a_name(text: str) -> str:
    """What a person is called, if that is all it says; else nothing (SECURITY.md A6)."""
    name = one_line(text)
    return name if NAME.fullmatch(name) else ""
