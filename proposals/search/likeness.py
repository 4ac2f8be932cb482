"""What people have said before that is like a text: proposals, and commitments."""

from dataclasses import dataclass

from commitments.catalogue import Catalogue as Commitments
from commitments.catalogue import Entry as CommitmentEntry
from commitments.search.likeness import likest
from proposals.catalogue import Catalogue, Entry
from proposals.models import Proposal


@dataclass(frozen=True)
class Similar:
    """What is like a text, most alike first; false where nothing is."""

    proposals: list[Entry]
    commitments: list[CommitmentEntry]

    def __bool__(self) -> bool:
        return bool(self.proposals or self.commitments)


def similar(text: str, language: str, *, most: int = 5, but: Proposal | None = None) -> Similar:
    """Public proposals and commitments like a text in that language, at most so many of each.

    `but` is left out: a proposal is like itself. Any text at all may be asked.
    """
    shelf, promises = Catalogue.current(), Commitments.current()
    itself = shelf.mask_of([but.pk]) if but and but.pk else 0
    return Similar(
        [shelf.entry(at) for at in likest(text, language, shelf, most=most, without=itself)],
        [promises.entry(at) for at in likest(text, language, promises, most=most)],
    )
