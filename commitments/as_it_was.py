"""The page of a commitment as it was at a moment, drawn from the record."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models

from commitments.cards import Cards
from commitments.catalogue import Catalogue
from commitments.dictionary import COMMITMENT, PARTS
from commitments.dossier import Dossier
from commitments.facets import Option
from commitments.history import state_at
from commitments.models import Commitment, Institution, Theme
from commitments.rows import PLAN, THEME, origins
from network.models import Deed, Subject
from opengov_portal.lib.differences import State


class AsItWas(Dossier):
    """One commitment with what hung on it then; what stands around it is as it is today.

    Its plan, institutions and subjects are called as they are called now, and what other
    plans have on its subjects is of today: the record of a commitment tells of it alone.
    """

    def __init__(self, commitment: Commitment, moment: datetime, state: State) -> None:
        plan = commitment.plan
        self.moment = moment
        self.state = state
        self.catalogue = Catalogue.current()
        self.cards = Cards(self.catalogue)
        self.slug = plan.slug
        self.commitment = row_of(Commitment, state, COMMITMENT.fields, pk=commitment.pk, plan=plan)
        earlier = Deed.objects.about(commitment).done().filter(at__lte=moment).newest()
        last = earlier.values_list("at", flat=True).first()
        self.commitment.changed_at = last or min(commitment.changed_at, moment)
        theme = Theme.objects.filter(plan=plan, slug=state["theme"] or "").first()
        self.commitment.theme = theme
        for column in PLAN:
            setattr(self.commitment, f"plan_{column}", getattr(plan, column))
        for column in THEME:
            setattr(self.commitment, f"theme_{column}", getattr(theme, column, ""))
        self.known = {one.slug: one for one in Institution.objects.all()}
        self.institutions = list(self._institutions())
        self.steps = list(self._steps())
        self.findings = self._rows("assessments")
        self.claims = self._rows("value_claims")
        self.indicators = self._rows("indicators")
        self.pages = self._rows("sources")
        self.lineages = list(origins(plan.slug, commitment.number))

    @classmethod
    def at(cls, commitment: Commitment, moment: datetime) -> "AsItWas | None":
        """None where it had not been added yet."""
        state = state_at(commitment, moment)
        return None if state is None else cls(commitment, moment, state)

    def page(self) -> dict[str, object]:
        return super().page() | {"as_it_was": self.moment}

    def _rows(self, part: str) -> list[Any]:
        """The rows of one kind, numbered as they were in order."""
        record = PARTS[part]
        return [
            row_of(record.model, row, record.fields, pk=number)
            for number, row in enumerate(in_order(self.state.get(part)), 1)
        ]

    def _institutions(self) -> Any:
        """Each that led or supported it, with its `role`."""
        for row in in_order(self.state.get("leads")):
            known = self.known.get(row["institution"])
            if known:
                one: Any = Institution.objects.model(
                    **{
                        field.attname: getattr(known, field.attname)
                        for field in Institution._meta.concrete_fields
                    }
                )
                one.role = row["role"]
                yield one

    def _steps(self) -> Any:
        """A row for each milestone and institution that led it, as the page is drawn from."""
        steps = self._rows("milestones")
        numbers = {step.code: step.pk for step in steps}
        for step, row in zip(steps, in_order(self.state.get("milestones")), strict=True):
            step.parent_id = numbers.get(row["parent"])
            for slug in row["institutions"] or [""]:
                step.leader = getattr(self.known.get(slug), "pk", None)
                yield _with(step)

    @cached_property
    def subjects(self) -> list[Option]:
        """In the order of every page; those that nothing is tagged with any more come last."""
        then = set(self.state["subjects"])
        known = [one for one in self.catalogue.facets["tag"].values() if one.value in then]
        gone = Subject.objects.filter(slug__in=then - {one.value for one in known})
        return [*known, *(Option(one.slug, one.name, one.name_fr, 0) for one in gone)]


def in_order(rows: Any) -> list[State]:
    return sorted((rows or {}).values(), key=lambda row: row.get("order") or 0)


def _with(step: Any) -> Any:
    """The same milestone once more; it bears one leader at a time."""
    twin = type(step)()
    twin.__dict__.update(step.__dict__)
    return twin


def row_of(model: type[models.Model], facts: State, columns: tuple[str, ...], **known: Any) -> Any:
    """A row of that kind as the record says it; one that is nowhere kept."""
    made: dict[str, Any] = {}
    for name in columns:
        column: Any = model._meta.get_field(name)
        if column.is_relation or name not in facts:
            continue
        value = facts[name]
        empty = None if column.null else column.get_default()
        made[name] = empty if value is None else column.to_python(value)
    return model(**made | known)
