"""In which encoding a file is written: what it says itself, else what its bytes can be."""

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from commitments.loading.problems import BadFile, Place

PIECE = 1 << 16  # bytes read at once
SAMPLE = 4  # pieces with letters beyond ASCII that are looked at
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Files that are often given for a text.
OTHERS = (
    (b"PK\x03\x04", "a workbook or an archive"),
    (b"\xd0\xcf\x11\xe0", "an old workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
)
# What spreadsheets on other machines write; Latin-1 is within the first.
SINGLE_BYTE = ["cp1252", "mac_roman"]


def known(encoding: str, place: Place) -> str:
    """An encoding that someone named. Raises BadFile if it is none of text."""
    try:
        "x,y".encode(encoding).decode(encoding)
    except (LookupError, UnicodeError, ValueError):
        place.refuse("", f"the encoding “{encoding}” is not known: try utf-8 or cp1252.")
    return encoding


def encoding_of(path: Path, place: Place) -> str:
    """Raises BadFile when the file cannot be read, or is no text that we know."""
    try:
        with path.open("rb") as file:
            head = file.read(PIECE)
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({error.strerror}).") from error
    if not head:
        place.refuse("", "is empty.")
    for mark, kind in OTHERS:
        if head.startswith(mark):
            place.refuse("", f"is {kind}, not a text: save the sheet as CSV (UTF-8).")
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    return _without_mark(head) or _by_all_of_it(path, place)


def _without_mark(head: bytes) -> str:
    """UTF-16 of western text has a NUL in every second byte."""
    for encoding, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if high.count(0) > len(high) * 0.6:
            return encoding
    return ""


def _by_all_of_it(path: Path, place: Place) -> str:
    """UTF-8 where all of it can be; else what its first letters beyond ASCII most look like."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    sample: list[bytes] = []
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if is_utf8:
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    is_utf8 = False
            if not piece.isascii() and len(sample) < SAMPLE:
                sample.append(piece)
            if not is_utf8 and len(sample) == SAMPLE:
                break
    if is_utf8 and not decoder.getstate()[0]:
        return "utf-8"
    return _likest(b"".join(sample), place)


def _likest(sample: bytes, place: Place) -> str:
    mended = sample.decode("utf-8", "replace")
    broken = mended.count("\N{REPLACEMENT CHARACTER}")
    whole = sum(not letter.isascii() for letter in mended) - broken
    if whole > broken:
        place.refuse("", "is UTF-8 text with other bytes in it: save it afresh as UTF-8.")
    best = from_bytes(sample, cp_isolation=SINGLE_BYTE).best()
    if best is None:
        place.refuse("", "is in an encoding that is not known: name it by --encoding.")
    return best.encoding
