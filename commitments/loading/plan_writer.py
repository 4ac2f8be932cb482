"""Writing one plan: the plan itself, its commitments, and all that hangs on them."""

from collections.abc import Iterable
from typing import Any

from commitments import history
from commitments.loading.comparing import (
    COMMITMENT_RELATIONS,
    LED_BY,
    PLAN_RELATIONS,
    Difference,
    Relation,
    compare,
    fresh,
    overwrite,
)
from commitments.loading.outcome import Load
from commitments.loading.problems import BadFile
from commitments.loading.records import Values
from commitments.loading.wanted import Rows, WantedCommitment, WantedPlan
from commitments.models import ActionPlan, Change, Commitment, Milestone, Theme
from network.models import Deed
from opengov_portal.lib.differences import State, differences

BATCH = 500


class PlanWriter:
    """Makes the portal say of one plan what the file says.

    `fields` gathers, for each commitment by its primary key, the public names of
    what changed.
    """

    def __init__(self, wanted: WantedPlan, run: Load) -> None:
        self.wanted = wanted
        self.run = run
        self.fields: dict[int, set[str]] = {}
        self.settled: set[int] = set()
        self.lines: list[str] = []

    def write(self) -> None:
        """A constant number of queries, however many commitments there are."""
        self._write_plan()
        self.themes = dict(Theme.objects.filter(plan=self.plan).values_list("slug", "pk"))
        standing = self._standing()
        self.stood = history.states([row.pk for row in standing.values()])
        self._drop([row for code, row in standing.items() if code not in self.wanted.commitments])
        self._change(standing)
        added = self._add(standing)
        self.codes = {
            row.pk: row.code for row in standing.values() if row.code in self.wanted.commitments
        }
        for relation in COMMITMENT_RELATIONS:
            self._write_rows(relation)
        self._link_milestones()
        self._tell(added)

    # --- the plan -----------------------------------------------------------

    def _write_plan(self) -> None:
        wanted = self.wanted
        settled = self.run.is_settled(f"plan {wanted.slug}", wanted.fingerprint)
        found = ActionPlan.objects.filter(slug=wanted.slug).first()
        plan = found or ActionPlan(slug=wanted.slug)
        changed = set() if found and settled else overwrite(plan, wanted.values)
        if changed:
            plan.save()
        self.plan = plan
        for relation in PLAN_RELATIONS:
            standing = relation.model._default_manager.filter(plan=plan)
            rows: dict[int, dict[tuple[Any, ...], Values]] = {
                plan.pk: {**wanted.rows[relation.name]}
            }
            difference = compare(relation, rows, standing, {plan.pk} if settled else set())
            self._apply(relation, difference, {plan.pk: f"plan {plan.slug}"})
            changed |= public_fields(relation, difference).get(plan.pk, set())
        if changed:
            fields = sorted(changed) if found else []
            kind = Change.Kind.CHANGED if found else Change.Kind.ADDED
            self.run.note(Change(kind=kind, plan=plan, code=plan.slug, fields=fields))
            if found:
                self.lines.append(f"  changed plan {plan.slug}: {', '.join(fields)}")

    # --- the commitments ----------------------------------------------------

    def _standing(self) -> dict[str, Commitment]:
        theirs = Commitment.objects.filter(plan=self.plan)
        named = Commitment.objects.filter(code__in=list(self.wanted.commitments))
        standing = {row.code: row for row in theirs | named}
        for row in standing.values():
            if row.plan_id != self.plan.pk:
                self._refuse(row.code, "id", "the portal has it in another plan.")
        return standing

    def _refuse(self, code: str, key: str, why: str) -> None:
        raise BadFile(f"{self.run.file}: plan {self.plan.slug}, commitment {code}, {key}: {why}")

    def _drop(self, gone: list[Commitment]) -> None:
        numbers = {one.values["number"]: code for code, one in self.wanted.commitments.items()}
        for row in sorted(gone, key=lambda one: one.number):
            self.run.gone(f"commitment {row.code}")
            if self.run.prune:
                deed = self._deed(row, Deed.Act.REMOVED, differences(self.stood[row.pk], {}))
                self.run.note(
                    Change(kind=Change.Kind.REMOVED, plan=self.plan, code=row.code, deed=deed)
                )
            elif row.number in numbers:
                self._refuse(
                    numbers[row.number],
                    "number",
                    f"{row.number} is that of {row.code}, which is not in the file; "
                    "--prune would remove it.",
                )
        if self.run.prune and gone:
            Commitment.objects.filter(pk__in=[row.pk for row in gone]).delete()

    def _values(self, one: WantedCommitment) -> Values:
        return one.values | {"theme_id": self.themes[one.theme] if one.theme else None}

    def _change(self, standing: dict[str, Commitment]) -> None:
        changed, columns = [], set()
        for code, one in self.wanted.commitments.items():
            settled = self.run.is_settled(f"commitment {code}", one.fingerprint)
            row = standing.get(code)
            if row is None:
                continue
            if settled:
                self.settled.add(row.pk)
                continue
            number = row.number
            if different := overwrite(row, self._values(one)):
                if "number" in different:
                    self._refuse(
                        code,
                        "number",
                        f"the address of {code} says {number}, for good; {row.number} would be "
                        "another commitment, with an id of its own.",
                    )
                changed.append(row)
                columns |= different
                self.fields[row.pk] = {
                    column.removesuffix("_id") if column == "theme_id" else column
                    for column in different
                }
        if changed:
            Commitment.objects.bulk_update(changed, sorted(columns), batch_size=BATCH)

    def _add(self, standing: dict[str, Commitment]) -> list[Commitment]:
        added = Commitment.objects.bulk_create(
            [
                Commitment(plan=self.plan, code=code, **fresh(self._values(one)))
                for code, one in self.wanted.commitments.items()
                if code not in standing
            ],
            batch_size=BATCH,
        )
        standing.update({row.code: row for row in added})
        return added

    # --- what hangs on them -------------------------------------------------

    def _write_rows(self, relation: Relation) -> None:
        wanted = {}
        for pk, code in self.codes.items():
            rows = self.wanted.commitments[code].rows.get(relation.name)
            if rows is not None:
                wanted[pk] = self._with_ids(relation, rows)
        owner = relation.owner.removesuffix("_id")
        standing = relation.model._default_manager.filter(**{f"{owner}__plan": self.plan})
        difference = compare(relation, wanted, standing, self.settled)
        self._apply(relation, difference, self.codes)
        self._gather(public_fields(relation, difference))

    def _with_ids(self, relation: Relation, rows: Rows) -> dict[tuple[Any, ...], Values]:
        """The rows by keys in which ids stand for slugs."""
        ids = [self.run.ids.get(column) for column in relation.key]
        return {
            tuple(
                by_slug[part] if by_slug else part for by_slug, part in zip(ids, key, strict=True)
            ): values
            for key, values in rows.items()
        }

    def _link_milestones(self) -> None:
        """Which milestone is part of which, and the departments that lead each."""
        milestones = Milestone.objects.filter(commitment__plan=self.plan)
        found = {
            (row.commitment_id, row.code): row
            for row in milestones
            if row.commitment_id in self.codes
        }
        moved, led_by, settled = [], {}, set()
        for (pk, code), row in found.items():
            one = self.wanted.commitments[self.codes[pk]]
            if (code,) not in one.rows["milestones"]:
                continue
            led_by[row.pk] = {
                (self.run.ids["institution_id"][slug],): Values() for slug in one.led_by[code]
            }
            if pk in self.settled:
                settled.add(row.pk)
                continue
            parent = found[pk, one.parents[code]].pk if code in one.parents else None
            if row.parent_id != parent:
                row.parent_id = parent
                moved.append(row)
        if moved:
            Milestone.objects.bulk_update(moved, ["parent_id"], batch_size=BATCH)
        standing = LED_BY.model._default_manager.filter(milestone__commitment__plan=self.plan)
        difference = compare(LED_BY, led_by, standing, settled)
        names = {
            row.pk: f"milestone {row.code} of {self.codes[pk]}" for (pk, _), row in found.items()
        }
        self._apply(LED_BY, difference, names)
        owners = {row.pk: row.commitment_id for row in found.values()}
        self._gather({row.commitment_id: {"milestones.parent"} for row in moved})
        for pk in public_fields(LED_BY, difference):
            self._gather({owners[pk]: {"milestones.institutions"}})

    def _apply(self, relation: Relation, difference: Difference, owners: dict[int, str]) -> None:
        rows = relation.model._default_manager
        rows.bulk_create(difference.added, batch_size=BATCH)
        if difference.changed:
            rows.bulk_update(difference.changed, sorted(difference.columns), batch_size=BATCH)
        for row in difference.gone:
            key = " ".join(
                self.run.names.get(column, {}).get(part, str(part))
                for column, part in zip(relation.key, relation.key_of(row), strict=True)
            )
            self.run.gone(f"{relation.noun} {key} of {owners[getattr(row, relation.owner)]}")
        if self.run.prune and difference.gone:
            rows.filter(pk__in=[row.pk for row in difference.gone]).delete()
            for row in difference.gone:
                difference.touched.setdefault(getattr(row, relation.owner), set())

    # --- telling ------------------------------------------------------------

    def _gather(self, fields: dict[int, set[str]]) -> None:
        for pk, names in fields.items():
            self.fields.setdefault(pk, set()).update(names)

    def _tell(self, added: list[Commitment]) -> None:
        new = {row.pk for row in added}
        changed = {pk: sorted(names) for pk, names in self.fields.items() if pk not in new}
        Commitment.objects.filter(pk__in=list(changed)).update(changed_at=self.run.now)
        rows = Commitment.objects.in_bulk([*new, *changed])
        stand = history.states(changed)
        for row in added:
            self._note(Change.Kind.ADDED, self._deed(rows[row.pk], Deed.Act.ADDED, []), row.pk, [])
        for pk, names in sorted(changed.items(), key=lambda one: self.codes[one[0]]):
            different = differences(self.stood[pk], stand[pk])
            deed = self._deed(rows[pk], Deed.Act.CHANGED, different)
            self._note(Change.Kind.CHANGED, deed, pk, names)
            self.lines.append(f"  changed {self.codes[pk]}: {', '.join(names)}")
        total = len(self.wanted.commitments)
        left = total - len(new) - len(changed)
        self.run.outcome.added += len(new)
        self.run.outcome.changed += len(changed)
        self.run.outcome.left += left
        self.run.say(
            f"{self.plan.slug}: {total} commitments: {len(new)} added, {len(changed)} changed, "
            f"{left} left as they were"
        )
        for line in self.lines:
            self.run.say(line)

    def _deed(self, row: Commitment, act: Deed.Act, changes: list[State]) -> Deed:
        return Deed.of(act, row, by=None, changes=changes, at=self.run.now)

    def _note(self, kind: Change.Kind, deed: Deed, pk: int, fields: Iterable[str]) -> None:
        self.run.note(
            Change(
                kind=kind,
                plan=self.plan,
                commitment_id=pk,
                code=self.codes[pk],
                fields=list(fields),
                deed=deed,
            )
        )


def public_fields(relation: Relation, difference: Difference) -> dict[int, set[str]]:
    """By owner, the public names of what changed: `milestones`, `milestones.status`."""
    return {
        owner: {f"{relation.name}.{column}" for column in columns} or {relation.name}
        for owner, columns in difference.touched.items()
    }
