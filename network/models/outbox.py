"""The outbox: which letters are owed, which are due, and which letter a token names."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models

from opengov_portal.lib.mail import canonical
from opengov_portal.lib.seals import unsealed

if TYPE_CHECKING:
    from network.models.letter import Letter

KEPT = timedelta(days=180)


class LetterQuerySet(models.QuerySet["Letter"]):
    def owed(self) -> Self:
        """Not yet posted, and not given up."""
        return self.filter(state__in=[self.model.State.OWED, self.model.State.CLAIMED])

    def stale(self, now: datetime) -> Self:
        """Done with, and kept for as long as staff or a late report may ask for them."""
        return self.exclude(state__in=[self.model.State.OWED, self.model.State.CLAIMED]).filter(
            owed_since__lte=now - KEPT
        )

    def forget(self) -> int:
        """Delete them, some hundreds at a time so that nobody waits long. Returns how many."""
        forgotten = 0
        while some := list(self.values_list("pk", flat=True)[:500]):
            self.model._default_manager.filter(pk__in=some).delete()
            forgotten += len(some)
        return forgotten

    def due(self, now: datetime) -> Self:
        """To be posted now: not those of an announcement that is paused."""
        found = self.filter(state=self.model.State.OWED, next_try_at__lte=now)
        return found.exclude(announcement__state="paused").with_announcement()

    def with_announcement(self) -> Self:
        """Each with what claiming it asks of its announcement, if it is of one."""
        announcements = self.model._meta.get_field("announcement").related_model
        asked = announcements._default_manager.only("purpose")
        return self.prefetch_related(models.Prefetch("announcement", asked))

    def lapsed(self, now: datetime) -> Self:
        """Claimed by a worker that has not been heard of since."""
        return self.filter(state=self.model.State.CLAIMED, claimed_until__lte=now)

    def failed(self) -> Self:
        return self.filter(state=self.model.State.FAILED)

    def in_posting_order(self) -> Self:
        """What someone waits for before what goes to many; then as they came due."""
        return self.order_by("kind", "next_try_at", "pk")

    # --- Letters of decisions that can still be undone ------------------------------------

    def hold(self, until: datetime) -> int:
        """Those that no worker has begun with go at that hour (docs/decisions/0019)."""
        held = self.filter(state__in=[self.model.State.OWED, self.model.State.WITHHELD], attempts=0)
        return held.update(state=self.model.State.OWED, owed_since=until, next_try_at=until)

    def take_back(self) -> bool:
        """Those that no worker has begun with do not go after all. Whether some have left."""
        self.filter(
            state__in=[self.model.State.OWED, self.model.State.WITHHELD], attempts=0
        ).delete()
        return self.exists()

    def withhold(self) -> int:
        """Those that no worker has begun with wait for a word of ours."""
        waiting = self.filter(state=self.model.State.OWED, attempts=0)
        return waiting.update(state=self.model.State.WITHHELD, next_try_at=None)

    # --- Whose -----------------------------------------------------------------------------

    def to_address(self, address: str) -> Self:
        """All those to an address, however it is typed."""
        return self.filter(address=canonical(address))

    def under_seal(self, text: str, purpose: str) -> "Letter | None":
        """The letter of a sealed token, as `sealed` made it; None where the seal is not ours."""
        token = unsealed(text, purpose)
        return self.filter(token=token).first() if token else None

    def bounced_to(self, address: str) -> "Letter | None":
        """The letter that a delivery report sent to this address is about, if it is one of ours."""
        text = address.rpartition("@")[0].partition("+")[2]
        return self.under_seal(text, "bounce")
