"""Markdown becomes HTML that can do no harm, and plain text that can be read."""

from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from opengov_portal.lib.markdown import TAGS, html, plain

HARMFUL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<p style='color:red' onclick='x()'>x</p>",
    "<iframe src=https://elsewhere.example></iframe>",
    "![a picture](https://elsewhere.example/pixel.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//elsewhere.example/)",
    "[x](/en/account/logout/)",
    "[x](http://elsewhere.example/)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    '```"onclick=alert(1)\nx\n```',
    '[x](https://example.org "onclick=alert(1)")',
]


class Tags(HTMLParser):
    def __init__(self, made):
        super().__init__()
        self.found = []
        self.feed(made)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


@pytest.mark.parametrize("text", HARMFUL)
def test_nothing_that_acts_or_loads_gets_through(text):
    for tag, attributes in Tags(html(text)).found:
        assert tag in TAGS
        assert attributes.keys() <= {"href", "rel"}
        assert attributes.get("href", "https://").startswith(("https://", "mailto:"))


@pytest.mark.parametrize("text", HARMFUL)
def test_nor_does_it_where_markdown_lets_it_through(text, monkeypatch):
    """Two locks: the one that cleans holds by itself."""
    trusting = MarkdownIt("commonmark", {"html": True})
    trusting.validateLink = lambda url: True
    monkeypatch.setattr("opengov_portal.lib.markdown.MARKDOWN", trusting)

    test_nothing_that_acts_or_loads_gets_through(text)


def test_html_is_shown_as_it_was_typed():
    assert "&lt;b&gt;" in html("a <b>word</b>")


def test_links_are_to_https_and_mail_and_vouch_for_nobody():
    made = html("[ours](https://example.org/a?b=c&d=e) and <hello@example.org>")

    assert 'href="https://example.org/a?b=c&amp;d=e"' in made
    assert 'href="mailto:hello@example.org"' in made
    assert made.count('rel="nofollow noopener"') == 2


@pytest.mark.parametrize(
    ("typed", "levels"),
    [(("#", "##", "######"), "236"), (("##", "###"), "23"), (("###",), "2"), (("##", "#"), "32")],
)
def test_headings_begin_below_the_pages_own_and_leave_no_step_out(typed, levels):
    made = html("\n\n".join(f"{each} Heading" for each in typed))

    assert "".join(tag[1] for tag, _attributes in Tags(made).found) == levels


def test_what_a_letter_needs_is_there():
    made = html("*soft* **loud** `code`\n\n> said\n\n1. one\n2. two\n\n- a\n- b\n\n---\n")

    for tag in ("em", "strong", "code", "blockquote", "ol", "ul", "li", "hr"):
        assert f"<{tag}>" in made


def test_plain_text_reads_as_a_letter_does():
    text = """# Dear *friends*

We meet **soon**, at
[the hall](https://example.org/hall)\\
at noon; write to <hello@example.org>, or see <https://example.org/>.

- bread
- wine
  - red

3. third
4. fourth

> Said once.
>
> Said twice.

---

    as typed <b>
"""
    assert plain(text) == (
        "Dear friends\n\n"
        "We meet soon, at the hall (https://example.org/hall)\n"
        "at noon; write to hello@example.org, or see https://example.org/.\n\n"
        "- bread\n- wine\n  - red\n\n"
        "3. third\n4. fourth\n\n"
        "> Said once.\n> \n> Said twice.\n\n"
        "* * *\n\n"
        "as typed <b>"
    )


@pytest.mark.parametrize("text", ["", " ", "\0", "#", "[", "- " * 500, "> " * 500, "*" * 5000])
def test_any_text_is_taken(text):
    assert isinstance(html(text), str)
    assert isinstance(plain(text), str)
