"""What one assessor says of one commitment. Assessors are never merged."""

from collections.abc import Iterable
from typing import NamedTuple

from commitments.models import Assessment, Assessor
from commitments.models.assessment import standings
from opengov_portal.lib.languages import Words


class Voice(NamedTuple):
    """One assessor on one commitment: its main finding, the others, and the gaps."""

    assessor: Assessor
    main: Assessment | None
    others: list[Assessment]
    missing: list[Assessment]

    @property
    def notes(self) -> list[tuple[str, Words]]:
        """Each note on these findings once, after the phase that first bears it."""
        heard = [*filter(None, [self.main]), *self.others, *self.missing]
        notes: dict[str, tuple[str, Words]] = {}
        for one in heard:
            if note := one.note:
                notes.setdefault(str(note), (one.phase_name, note))
        return list(notes.values())

    @property
    def wording(self) -> Words | None:
        """What it published, where that is not what we say anyway."""
        if not self.main:
            return None
        wording = self.main.wording
        return wording if wording.text.lower() != self.main.label.lower() else None


def voices_of(findings: Iterable[Assessment]) -> list[Voice]:
    """The assessors of one commitment, side by side, none merged with another."""
    heard = sorted(findings, key=Assessment.sort_key)
    return [
        Voice(
            assessor,
            main,
            others=[
                one for one in heard if one.assessor == assessor and one.code and one is not main
            ],
            missing=[one for one in heard if one.assessor == assessor and not one.code],
        )
        for assessor, main in standings(heard)
    ]
