"""Text that is kept in two languages, and the reader's choice between them."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

LANGUAGES = ("en", "fr")


def active() -> str:
    """`en` or `fr`, whichever the reader reads."""
    return "fr" if (get_language() or "en").startswith("fr") else "en"


def other(language: str) -> str:
    return "en" if language == "fr" else "fr"


def in_each(words: Callable[[], object]) -> dict[str, str]:
    """By language: what `words` says while it is the active one."""
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = str(words())
    return said


def colon() -> str:
    """A colon as the reader's language sets it: in French after a space that does not break."""
    return "\N{NO-BREAK SPACE}:" if active() == "fr" else ":"


def quoted(words: object) -> str:
    """What somebody wrote, in the quotation marks of the reader's language."""
    return f"«\N{NO-BREAK SPACE}{words}\N{NO-BREAK SPACE}»" if active() == "fr" else f"“{words}”"


def alphabet_key(text: object) -> str:
    """Sorts as a dictionary does, on every database: case and accents aside."""
    letters = unicodedata.normalize("NFKD", str(text).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "ʼ": "'", "\0": " "})


def folded(text: str) -> str:
    """Text as it is searched in: case, accents, ligatures and the kind of apostrophe aside."""
    return " ".join(alphabet_key(text).translate(LIGATURES).split())


def typeset(text: str, language: str) -> str:
    """Text as print sets it where sources type it plainly; an address stays as it is.

    The apostrophe is a curved one, and in French the spaces around a colon, a per
    cent sign and guillemets do not break. No word is changed.
    """
    if "://" in text:
        return text
    if "'" in text:
        text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    return re.sub("(?<=«) | (?=[»:%])", "\N{NO-BREAK SPACE}", text) if language == "fr" else text


@dataclass(frozen=True)
class Words:
    """Some words, the language they are in, and whether they are the portal's own.

    `text` is as it is kept; what is shown is typeset. `ours` marks our wording
    where the official one in that language is not known.
    """

    text: str
    lang: str
    ours: bool = False

    def __str__(self) -> str:
        return typeset(self.text, self.lang)

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def foreign(self) -> bool:
        """Whether the reader reads another language than these words are in."""
        return self.lang != active()

    def __html__(self) -> SafeString:
        """Marked with `lang=` where the page around is in the other language."""
        return self.marked(active())

    def marked(self, language: str) -> SafeString:
        """As a page in that language shows them."""
        if self.lang != language and self.text:
            return SafeString(f'<span lang="{escape(self.lang)}">{escape(str(self))}</span>')
        return SafeString(escape(str(self)))


def pick(thing: object, field: str, language: str = "") -> Words:
    """`field` of a thing in the reader's language, else in the other, marked.

    Reads the columns `<field>_en` and `<field>_fr`. Who picks much asks which language
    is the reader's only once, and names it.
    """
    mine = language or active()
    for language in (mine, other(mine)):
        text = getattr(thing, f"{field}_{language}")
        if text:
            return Words(text, language)
    return Words("", mine)
