"""Merges: two proposals that ask for the same become one, and can be parted again."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.models import Edition, User
from network.models.consent import same_person
from network.models.undone import Undone
from opengov_portal.lib.errors import Refused
from proposals.models.proposal import Proposal
from proposals.models.step import Step
from proposals.models.support import Support, SupportQuerySet

BATCH = 500  # supports carried over in one statement


def destinations(numbers: Collection[int]) -> dict[int, list[int]]:
    """By key of each that was merged: what into, and what that was merged into since."""
    into: dict[int, int] = {}
    level = set(numbers)
    while level:
        merged = Proposal.objects.filter(pk__in=level, merged_into__isnull=False)
        found: dict[int, Any] = dict(merged.values_list("pk", "merged_into"))
        level = set(found.values()) - into.keys() - found.keys()
        into |= found
    return {number: list(_ahead(number, into)) for number in numbers if number in into}


def _ahead(number: int, into: Mapping[int, int]) -> Iterator[int]:
    while number in into:
        number = into[number]
        yield number


def known_as(addresses: Iterable[str]) -> set[str]:
    """All that these people stand in the records as, erased or not."""
    return {name for address in addresses if address for name in same_person(address)}


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> Self:
        return self.filter(undone_at__isnull=True)

    def to_be_told(self) -> Self:
        """Those of which the supporters do not know yet, and that can be undone no more quietly."""
        then = timezone.now() - Proposal.UNDO_WITHIN
        return self.standing().filter(told_at__isnull=True, at__lte=then)

    def undoing_to_be_told(self) -> Self:
        """Those undone after supporters were told of them."""
        return self.filter(undone_at__isnull=False, told_to__gt=0, untold_at__isnull=True)


class Merge(Undone):
    """That a moderator merged a proposal into another that asks for the same.

    Both addresses live on. Who supports the one supports the other from then on, once:
    their support is carried over as a copy (`Support.carried_from`). Undoing takes the
    copies away; who withdrew their support meanwhile has withdrawn it from both.
    """

    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.CASCADE,
        related_name="merges",
        verbose_name=gettext_lazy("proposal"),
    )
    into = models.ForeignKey(
        Proposal,
        on_delete=models.CASCADE,
        related_name="merges_here",
        verbose_name=gettext_lazy("merged into"),
    )
    step = models.OneToOneField(
        Step, on_delete=models.CASCADE, related_name="merge", verbose_name=gettext_lazy("step")
    )
    at = models.DateTimeField(gettext_lazy("when"), default=timezone.now)
    carried = models.PositiveIntegerField(gettext_lazy("supporters carried over"), default=0)
    # How far the letters to supporters have come: the last support that was told.
    told_to = models.PositiveBigIntegerField(default=0, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    untold_to = models.PositiveBigIntegerField(default=0, editable=False)
    untold_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("merge")
        verbose_name_plural = gettext_lazy("merges")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(undone_at__isnull=True), name="merge_one_stands"
            ),
            models.CheckConstraint(condition=~Q(proposal=F("into")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} → {self.into_id}"

    # --- Verbs -----------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def make(
        cls, proposal: Proposal, into: Proposal, *, by: User, seen: int | None = None
    ) -> "Merge":
        """A moderator merges a public proposal into another that is public."""
        proposal._ask(by, seen)
        rows = cls._locked(proposal, into)
        target = rows.get(into.pk)
        if target is None or target.pk == proposal.pk or not target.is_public:
            raise Refused(_("A proposal is merged into another one that is public."))
        if proposal.responses.exists():
            raise Refused(_("This proposal has its answer already, so it is not merged."))
        step = proposal._decide(
            Proposal.State.MERGED, (Proposal.State.PUBLISHED,), by=by, merged_into=target
        )
        merge = cls.objects.create(proposal=proposal, into=target, step=step, at=step.at)
        merge.carried = merge._carry()
        merge.save(update_fields=["carried"])
        return merge

    @transaction.atomic
    def undo(self, *, by: User, seen: int | None = None) -> Step:
        """Any moderator parts them again, at any time; both have what was theirs.

        Within an hour it is as if it had not been; later it is a step of its own.
        """
        proposal = self.proposal
        proposal._ask(by, seen)
        self._locked(proposal, self.into)
        now = timezone.now()
        mine = Merge.objects.standing().filter(pk=self.pk)
        if not mine.update(undone_at=now, undone_by=by):
            raise Refused(_("Someone else has just undone this."))
        self.undone_at, self.undone_by = now, by
        target = Proposal.objects.get(pk=self.into_id)
        if target.state == Proposal.State.MERGED:
            raise Refused(_("What it was merged into is merged itself: undo that first."))
        self._part()
        if not proposal._move(Proposal.State.PUBLISHED, merged_into=None):
            raise Refused(proposal._who_was_first())
        proposal._tell(Proposal.State.MERGED)
        Edition.advance()
        proposal._reopen(by=by)
        if self.step.can_be_undone:
            self.step.mark_undone(by=by)
            return self.step
        after = {"before": Proposal.State.MERGED, "after": Proposal.State.PUBLISHED}
        step: Step = proposal.steps.create(by=by, **after)
        return step

    @staticmethod
    def _locked(*proposals: Proposal) -> dict[int, Proposal]:
        """Both rows, so that no support comes in between; always in one order."""
        keys = [proposal.pk for proposal in proposals]
        rows = Proposal.objects.select_for_update().filter(pk__in=keys).order_by("pk")
        return {row.pk: row for row in rows}

    def _carry(self) -> int:
        """Copy the supports that the other one does not have; how many people's."""
        theirs = Support.objects.filter(proposal_id=self.into_id)
        people = known_as(
            [*theirs.of_people().values_list("address", flat=True), self.into.address]
        )
        organizations = set(theirs.values_list("organization_id", flat=True))
        carried, copies = 0, []
        for support in Support.objects.confirmed().filter(proposal_id=self.proposal_id):
            if support.organization_id is None:
                if not people.isdisjoint(same_person(support.address)):
                    continue
                carried += 1
            elif support.organization_id in organizations:
                continue
            copies.append(
                Support(
                    proposal_id=self.into_id,
                    carried_from_id=self.proposal_id,
                    **{
                        field.attname: getattr(support, field.attname)
                        for field in Support._meta.concrete_fields
                        if field.name not in {"id", "proposal", "carried_from"}
                    },
                )
            )
        Support.objects.bulk_create(copies, batch_size=BATCH)
        Proposal.objects.filter(pk=self.into_id).update(supporters=F("supporters") + carried)
        return carried

    def _part(self) -> None:
        """Take the copies away; and whoever is not with the other any more, from this one too.

        The author of the other never was among those who support it.
        """
        there = Support.objects.confirmed().filter(proposal_id=self.into_id)
        mine = Support.objects.confirmed().filter(
            proposal_id=self.proposal_id, asked_at__lte=self.at
        )
        left = self._take_away(mine.of_people(), there.of_people())
        groups = there.of_organizations().values("organization_id")
        mine.of_organizations().exclude(organization_id__in=groups).delete()
        copies = there.filter(carried_from_id=self.proposal_id)
        back, _models = copies.of_people().delete()
        copies.of_organizations().delete()
        Proposal.objects.filter(pk=self.into_id).update(supporters=F("supporters") - back)
        Proposal.objects.filter(pk=self.proposal_id).update(supporters=F("supporters") - left)

    def _take_away(self, mine: SupportQuerySet, there: SupportQuerySet) -> int:
        """Whose address is not among those there, nor its mark once its owner was erased."""
        missed = mine.exclude(address__in=there.values("address"))
        others = list(missed.exclude(address=self.into.address).values_list("pk", "address"))
        if not others:
            return 0
        people = known_as([*there.values_list("address", flat=True), self.into.address])
        gone = [pk for pk, address in others if people.isdisjoint(same_person(address))]
        for start in range(0, len(gone), BATCH):
            mine.filter(pk__in=gone[start : start + BATCH]).delete()
        return len(gone)

    # --- For the letters to supporters --------------------------------------------

    def reach(self, support: int | None, *, undone: bool) -> bool:
        """Everyone up to this support was told; None: everyone was. False if another was ahead."""
        at, to = ("untold_at", "untold_to") if undone else ("told_at", "told_to")
        rows = Merge.objects.filter(**{"pk": self.pk, at: None, to: getattr(self, to)})
        facts = {at: timezone.now()} if support is None else {to: support}
        if not undone:
            rows = rows.standing()
        if not rows.update(**facts):
            return False
        for name, value in facts.items():
            setattr(self, name, value)
        return True
