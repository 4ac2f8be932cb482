"""Reading a query: its words, what is known of them, and what was probably meant."""

from dataclasses import dataclass

from commitments.search.folding import Word, tidy, words
from commitments.search.vocabulary import Vocabulary

LONGEST_QUERY = 300
MOST_TERMS = 10


@dataclass(frozen=True)
class Term:
    """A word looked for: any of its tokens will do; without tokens nothing has it."""

    typed: str
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """How a query was read.

    `meant` is the whole query with misspellings put right, empty where none was.
    `too_long` says that only its first words were taken.
    """

    typed: str
    terms: tuple[Term, ...] = ()
    meant: str = ""
    too_long: bool = False

    @property
    def unknown(self) -> list[str]:
        """The words that no commitment has."""
        return [term.typed for term in self.terms if not term.tokens]


def read(text: str, vocabulary: Vocabulary, *, exact: bool = False) -> Reading:
    """Read any text at all. With `exact`, nothing is put right or completed."""
    typed = tidy(text)[: LONGEST_QUERY + 1].strip()
    found = list(words(typed[:LONGEST_QUERY]))
    terms: dict[tuple[str, ...] | str, Term] = {}
    meant = typed
    for word in reversed(found[:MOST_TERMS]):
        term, right = understand(word, vocabulary, exact)
        terms[term.tokens or word.folded] = term
        meant = meant[: word.start] + right + meant[word.end :]
    return Reading(
        typed=typed,
        terms=tuple(reversed(terms.values())),
        meant=meant if meant != typed else "",
        too_long=len(found) > MOST_TERMS or len(typed) > LONGEST_QUERY,
    )


def understand(word: Word, vocabulary: Vocabulary, exact: bool) -> tuple[Term, str]:
    """The term a word stands for, and the word as it should have been written."""
    if tokens := vocabulary.tokens_of(word.folded):
        return Term(word.written, tokens), word.written
    if exact:
        return Term(word.written, ()), word.written
    if tokens := vocabulary.completions(word.folded):
        return Term(word.written, tokens), word.written
    if near := vocabulary.nearest(word.folded):
        return Term(near.written, near.tokens), near.written
    return Term(word.written, ()), word.written
