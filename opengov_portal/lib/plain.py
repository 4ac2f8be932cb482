"""HTML of others made into plain text: paragraphs and lists are line breaks, text is text."""

import html
import re
from html.parser import HTMLParser

import nh3

from opengov_portal.lib.names import TURNING

# What stands on lines of its own, and what has an empty line around it too.
LINES = {"dd", "div", "dt", "figcaption", "li", "section", "tr"}
PARAGRAPHS = {
    "article", "blockquote", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p",
    "pre", "table", "ul",
}  # fmt: skip
CELLS = {"td", "th"}
KEPT = LINES | PARAGRAPHS | CELLS | {"a", "br", "tbody", "thead", "tfoot"}
INLINE = {
    "abbr", "b", "body", "center", "code", "em", "font", "head", "html", "i", "iframe", "img",
    "meta", "object", "s", "script", "small", "span", "strong", "style", "sub", "sup", "title", "u",
}  # fmt: skip
DROPPED = {"head", "iframe", "noscript", "object", "script", "style", "svg", "template", "title"}
# A tag that HTML has, so that “a < b” and “x<y>z” stay what they are.
TAG = re.compile(rf"<!--|</?(?:{'|'.join(sorted(KEPT | INLINE))})(?:[\s/][^<>]*)?>", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# What a page neither shows nor keeps: controls but for tabs and line breaks.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufeff\ud800-\udfff]")
# Reading takes as long as the square of how deep tags lie in each other: a second for these.
MOST_TAGS = 8000
BREAKS = re.compile("\r\n?|\x85|\u2028|\u2029|\n")


def plain(text: str) -> str:
    """The text that a reader of this HTML sees; what is no HTML stays, its entities decoded.

    A link is followed by its address. Nothing of it runs, and nothing of it is markup.
    Raises ValueError where there is more HTML than can be read in good time.
    """
    text = _seen(text)
    if TAG.search(text):
        if len(re.findall("</?[a-zA-Z]", text)) > MOST_TAGS:
            raise ValueError(f"holds more than {MOST_TAGS:,} tags of HTML")
        text = _Reader.read(text)
    else:
        text = ENTITY.sub(lambda found: html.unescape(found[0]), text)
    # Entities too can stand for what is not seen.
    lines = [line.rstrip() for line in _seen(text).split("\n")]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()


def line(text: str) -> str:
    """The same in one line."""
    return " ".join(plain(text).split())


def _seen(text: str) -> str:
    return TURNING.sub("", UNSEEN.sub("", BREAKS.sub("\n", text)))


class _Reader(HTMLParser):
    """Reads what nh3 left: few tags, well nested, and no scripts."""

    def __init__(self, *, keep_breaks: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.keep_breaks = keep_breaks
        self.said: list[str] = []
        self.ends = 2  # nothing stands before the first line
        self.lists: list[int | None] = []  # the number of the last item; None: has no numbers
        self.link, self.link_begun = "", 0

    @classmethod
    def read(cls, text: str) -> str:
        clean = nh3.clean(
            text,
            tags=KEPT,
            clean_content_tags=DROPPED,
            attributes={"a": {"href"}},
            url_schemes={"http", "https"},
            link_rel=None,
        )
        # Where nothing makes lines, the line breaks of the text itself are meant.
        reader = cls(keep_breaks=not re.search("<(?:br|p|div|li|td)[ >]", clean))
        reader.feed(clean)
        reader.close()
        return re.sub(" *\n *", "\n", "".join(reader.said))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ol", "ul"):
            self.lists.append(0 if tag == "ol" else None)
        if tag == "a":
            self.link, self.link_begun = dict(attrs).get("href") or "", len(self.said)
        if tag == "br":
            self._say("\n")
        else:
            self._break(tag)
        if tag == "li":
            self._say(self._bullet())

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ol", "ul") and self.lists:
            self.lists.pop()
        if tag == "a" and self.link:
            if self.link not in "".join(self.said[self.link_begun :]):
                self._say(f" ({self.link})")
            self.link = ""
        self._break(tag)

    def handle_data(self, data: str) -> None:
        self._say(data if self.keep_breaks else re.sub("[ \t\n\f\r]+", " ", data))

    def _break(self, tag: str) -> None:
        """Begin a line where one has not just begun; a list within a list has no empty line."""
        if tag in CELLS:
            self._say(" ")
        elif tag in LINES or (tag in ("ol", "ul") and self.lists):
            self._say("\n" * (1 - min(self.ends, 1)))
        elif tag in PARAGRAPHS:
            self._say("\n" * (2 - min(self.ends, 2)))

    def _say(self, text: str) -> None:
        """`ends` is how many line breaks what was said ends with."""
        if not text:
            return
        self.said.append(text)
        bare = text.rstrip(" ")
        breaks = len(bare) - len(bare.rstrip("\n"))
        self.ends = breaks if bare.strip("\n") else self.ends + breaks

    def _bullet(self) -> str:
        number = self.lists[-1] if self.lists else None
        if number is None:
            return "- "
        self.lists[-1] = number + 1
        return f"{number + 1}. "
