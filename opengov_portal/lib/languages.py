"""Text that is kept in two languages, and the reader's choice between them."""

import unicodedata
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

LANGUAGES = ("en", "fr")


def active() -> str:
    """`en` or `fr`, whichever the reader reads."""
    return "fr" if (get_language() or "en").startswith("fr") else "en"


def other(language: str) -> str:
    return "en" if language == "fr" else "fr"


def alphabet_key(text: object) -> str:
    """Sorts as a dictionary does, on every database: case and accents aside."""
    letters = unicodedata.normalize("NFKD", str(text).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@dataclass(frozen=True)
class Words:
    """Some words, the language they are in, and whether they are the portal's own.

    `ours` marks our wording where the official one in that language is not known.
    """

    text: str
    lang: str
    ours: bool = False

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def foreign(self) -> bool:
        """Whether the reader reads another language than these words are in."""
        return self.lang != active()

    def __html__(self) -> SafeString:
        """Marked with `lang=` where the page around is in the other language."""
        if self.foreign and self.text:
            return format_html('<span lang="{}">{}</span>', self.lang, self.text)
        return format_html("{}", self.text)


def pick(thing: object, field: str) -> Words:
    """`field` of a thing in the reader's language, else in the other, marked.

    Reads the columns `<field>_en` and `<field>_fr`.
    """
    mine = active()
    for language in (mine, other(mine)):
        text = getattr(thing, f"{field}_{language}")
        if text:
            return Words(text, language)
    return Words("", mine)
