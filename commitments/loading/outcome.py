"""What a load has done so far, and what it has at hand while it goes on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from commitments.models import Change, Institution, Loaded
from network.models import Deed, Subject

Say = Callable[[str], None]
ASIDE = 15_000  # how far off numbers wait while others take their places


@dataclass
class Outcome:
    """Commitments added, changed and left; `gone` names what the file no longer has."""

    added: int = 0
    changed: int = 0
    left: int = 0
    gone: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    touched: bool = False


class Load:
    """One run: how it was asked for, what it did, fingerprints, ids by slug."""

    def __init__(self, *, file: str, now: datetime, prune: bool, say: Say) -> None:
        self.file = file
        self.now = now
        self.prune = prune
        self.say = say
        self.outcome = Outcome()
        self.ids: dict[str, dict[str, int]] = {}
        self.names: dict[str, dict[int, str]] = {}
        self._before = dict(Loaded.objects.values_list("thing", "digest"))
        self._after: dict[str, str] = {}

    def learn_ids(self) -> None:
        """Which column of ids stands for which slugs."""
        self.ids = {
            "institution_id": dict(Institution.objects.values_list("slug", "pk")),
            "tag_id": dict(Subject.objects.values_list("slug", "pk")),
        }
        self.names = {
            column: {pk: slug for slug, pk in ids.items()} for column, ids in self.ids.items()
        }

    def is_settled(self, thing: str, fingerprint: str) -> bool:
        """Whether the file says of a thing just what it said when last loaded."""
        if self._before.get(thing) == fingerprint:
            return True
        self._after[thing] = fingerprint
        return False

    def note(self, change: Change) -> None:
        change.at = self.now
        self.outcome.changes.append(change)
        self.outcome.touched = True

    def gone(self, what: str) -> None:
        """Tell of something the file no longer has; whoever calls this removes it or not."""
        self.outcome.gone.append(what)
        self.outcome.touched |= self.prune
        self.say(f"  gone from the file, {'removed' if self.prune else 'kept'}: {what}")

    def finish(self) -> None:
        """Keep the changes with their entries of the record, and the new fingerprints."""
        deeds = [change.deed for change in self.outcome.changes if change.deed]
        Deed.objects.bulk_create(deeds, batch_size=500)
        Change.objects.bulk_create(self.outcome.changes, batch_size=500)
        Loaded.objects.bulk_create(
            [Loaded(thing=thing, digest=digest) for thing, digest in self._after.items()],
            update_conflicts=True,
            unique_fields=["thing"],
            update_fields=["digest"],
            batch_size=500,
        )
