"""A made-up idea as the form takes it, and made-up files."""

from proposals import forwarding
from proposals.consent import ForwardingWords

NEW = "/en/proposals/new/"
SAID = {
    "title": ["Count the bees"],
    "problem": ["Nobody knows how many bees there are."],
    "ask": ["Publish a count each year."],
    "email": ["ada@example.org"],
    "shown": ["no"],
    "consent": ["on"],
}


def a_pdf(size=0, before=b"", after=b""):
    """A small and whole PDF; padded to a size with a comment."""
    body = before + b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    body += b"%" + b"x" * max(0, size - len(body) - 200) + b"\n"
    table = (
        b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R >>\n"
    )
    end = b"startxref\n%d\n%%%%EOF\n" % len(body)
    return body + table + end + after


def said(**other):
    """As the form has it once it is valid."""
    return {
        "title": "Count the bees",
        "problem": "Nobody knows how many bees there are.",
        "ask": "Publish a count each year.",
        "gain": "",
        "language": "en",
        "links": [],
        "name": "",
        "name_shown": False,
        "organization": None,
        "call": None,
        "issues": [],
        "commitments": [],
        "words": ForwardingWords.current("en"),
        "brief": None,
        "draft": "",
    } | other


def put(email="ada@example.org", **other):
    return forwarding.put_forward(email, said(**other), origin="192.0.2.7")
