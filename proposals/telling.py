"""Telling supporters of a merge, in batches, once it can be undone no more.

Each is told once, whoever else runs this at the same time: the key of a letter names the
merge and the address.
"""

import time
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils.functional import cached_property

from network.models import Letter, Member
from opengov_portal.lib.mail import BadLetter
from proposals.emails.moderating import in_words
from proposals.models import Merge, Support

BATCH = 200  # supporters told in one transaction


class Round:
    """The letters of one merge, or of its undoing, to those who supported what was merged."""

    def __init__(self, merge: Merge, *, undone: bool) -> None:
        self.merge, self.undone = merge, undone
        self.name = "supporter_parted" if undone else "supporter_merged"

    @property
    def reached(self) -> int:
        return self.merge.untold_to if self.undone else self.merge.told_to

    def run(self, until: float) -> int:
        """Write until all are told or time is up; how many letters."""
        count = 0
        while time.monotonic() < until:
            supports = self.next_supports()
            letters = [letter for support in supports if (letter := self.letter(support))]
            with transaction.atomic():
                if not self.merge.reach(supports[-1].pk if supports else None, undone=self.undone):
                    break
                Letter.objects.bulk_create(letters, ignore_conflicts=True)
            count += len(letters)
            if not supports:
                break
        return count

    def next_supports(self) -> list[Support]:
        """The next people in line who supported it before it was merged.

        Not the author of the other: their support was not carried over, and they know.
        """
        merge = self.merge
        ahead = Support.objects.of_people().filter(
            proposal_id=merge.proposal_id, pk__gt=self.reached, confirmed_at__lte=merge.at
        )
        if self.undone:
            ahead = ahead.filter(pk__lte=merge.told_to)
        ahead = ahead.exclude(email="").exclude(address=merge.into.address)
        return list(ahead.select_related("confirmation").order_by("pk")[:BATCH])

    def letter(self, support: Support) -> Letter | None:
        """The letter to one supporter; None for an address that nothing can be sent to."""
        asked = support.confirmation  # forgotten after a month
        language = asked.language if asked else self.merge.proposal.language
        language = self.languages.get(support.address, language)
        try:
            return Letter.build(
                f"proposals/emails/{self.name}",
                to=support.email,
                language=language,
                key=f"{self.name}-{self.merge.pk}-{support.pk}",
                context=self.words[language],
                user=support.user,
            )
        except BadLetter:
            return None

    @cached_property
    def words(self) -> dict[str, dict[str, object]]:
        """What the letters say of the two, once a language."""
        said = {}
        for language, _name in settings.LANGUAGES:
            reader = self.merge.proposal
            reader.letters_language = language
            said[language] = in_words(self.merge, reader)
        return said

    @cached_property
    def languages(self) -> dict[str, str]:
        """In which language members among them are written to.

        Others in the one they asked for when they supported it, else in that of the idea.
        """
        theirs = Support.objects.of_people().filter(proposal_id=self.merge.proposal_id)
        members = Member.objects.filter(address__in=theirs.values("address"))
        return dict(members.values_list("address", "language"))


def rounds() -> Iterable[Round]:
    """What is to be told, oldest first."""
    related = ("proposal", "into", "step")
    for merge in Merge.objects.to_be_told().select_related(*related).order_by("pk"):
        yield Round(merge, undone=False)
    for merge in Merge.objects.undoing_to_be_told().select_related(*related).order_by("pk"):
        yield Round(merge, undone=True)


def tell(seconds: float = float("inf")) -> int:
    """Write to the supporters of merges that are an hour old, for so long at most; how many."""
    until = time.monotonic() + seconds
    return sum(each.run(until) for each in rounds())
