"""Whether a file is a PDF: looked at by what it holds, whatever its name or its sender say."""

import re

HEADER = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)[\r\n \t]")
TRAILER = re.compile(rb"startxref[\r\n \t]+(\d{1,10})[\r\n \t]+%%EOF[\r\n \t\0]*\Z")
# What a table of cross references begins with, or an object that holds one.
TABLE = re.compile(rb"[\r\n \t]*(?:xref[\r\n \t]|\d{1,10}[\r\n \t]+\d{1,5}[\r\n \t]+obj)")
TAIL = 2048  # bytes in which the trailer stands
ARCHIVE_END, ARCHIVE_END_SIZE, COMMENT_MOST = b"PK\x05\x06", 22, 65_535


def is_pdf(content: bytes) -> bool:
    """Whether it begins, ends and refers to itself as a PDF does, and is no archive besides.

    Stricter than readers are: nothing before the header, nothing after the end.
    """
    if not HEADER.match(content):
        return False
    end = TRAILER.search(content[-TAIL:])
    if end is None:
        return False
    begins = int(end[1])
    if begins >= len(content) or not TABLE.match(content, begins):
        return False
    return not is_archive(content)


def is_archive(content: bytes) -> bool:
    """Whether it is read as a ZIP file too, from its end: a comment reaches to the last byte."""
    at = len(content)
    least = max(0, at - ARCHIVE_END_SIZE - COMMENT_MOST)
    while (at := content.rfind(ARCHIVE_END, least, at)) >= 0:
        length = int.from_bytes(content[at + 20 : at + 22], "little")
        if at + ARCHIVE_END_SIZE + length <= len(content):
            return True
    return False
