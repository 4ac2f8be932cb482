"""The catalogue: which commitments have what, held in memory for one edition.

Filtering, counting and paging ten thousand commitments in the database costs
tens of milliseconds a page; here it costs microseconds. It is read afresh when
the edition advances, and gives keys only: pages fetch their own few rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, reduce
from operator import or_
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from commitments.facets import Faceted, Option, hyphened, options
from commitments.masks import levels, mask_of, places_in
from commitments.models import (
    ActionPlan,
    Assessment,
    Assessor,
    Change,
    Commitment,
    Institution,
    Lead,
    SubjectTag,
    Theme,
    ValueClaim,
    Word,
)
from commitments.models.assessment import order_of, point_of
from commitments.models.change import News
from commitments.models.commitment import shown_title
from commitments.models.scale import HEADLINES, SCALES, Point
from commitments.search.folding import fold
from commitments.search.vocabulary import Vocabulary
from commitments.search.wording import Tier
from network.editions import OfEdition
from network.models import Subject
from opengov_portal.lib.addresses import address
from opengov_portal.lib.languages import Words, active

NOT_FOUND = "not-found"


class Entry(NamedTuple):
    """A commitment as a link to it needs it."""

    plan_slug: str
    number: int
    title: Words

    @property
    def url(self) -> str:
        return address("commitments:commitment", self.plan_slug, self.number)


class Catalogue(OfEdition, Faceted):
    """Every commitment's place, newest plan first, and every filter's options as masks.

    `keys[place]` is a commitment's primary key. `facets` gives each filter's
    options by their name in addresses, in the order they are shown in when
    none counts more than another. By key, `leads` and `tags` give the keys of a
    commitment's institutions and subjects, and by key and assessor `standings`
    gives the scale and code of its latest finding.
    """

    TIERS = Tier

    def __init__(self, edition: int) -> None:
        OfEdition.__init__(self, edition)
        rows = list(
            Commitment.objects.in_plan_order().values_list(
                "pk",
                "plan_id",
                "theme_id",
                "title_en",
                "title_fr",
                "label_en",
                "label_fr",
                "plan__slug",
                "number",
            )
        )
        Faceted.__init__(self, Commitment, [row[0] for row in rows], known_words)
        self._titles = {
            "en": [shown_title("en", row[3], row[5], row[4]) for row in rows],
            "fr": [shown_title("fr", row[4], row[6], row[3]) for row in rows],
        }
        self._plan_of = [row[1] for row in rows]
        self._theme_of: list[int | None] = [row[2] for row in rows]
        self._address = [(row[7], row[8]) for row in rows]
        self.facets: dict[str, dict[str, Option]] = {
            "plan": self._plans(),
            "theme": self._themes(self._theme_of),
            "lead": self._leads(),
            "tag": self._subjects(),
            "value": self._values(),
            **self._standings(),
        }
        # Drawn of this edition, and put here by whoever draws them (commitments.cards).
        self.cards: dict[tuple[str, int], SafeString] = {}

    # Questions

    def entry(self, place: int) -> Entry:
        """The commitment at a place, with the title a reader of the active language is shown."""
        slug, number = self._address[place]
        return Entry(slug, number, self._titles[active()][place])

    def entries(self, keys: Iterable[int]) -> list[Entry]:
        """Those with these primary keys, in that order; strangers are left out."""
        return [self.entry(self.place[key]) for key in keys if key in self.place]

    def in_plan(self, slug: str) -> list[int]:
        """Where the commitments of a plan are, by its own numbers."""
        plan = self.facets["plan"].get(slug)
        return places_in(plan.mask) if plan else []

    def theme(self, place: int) -> int | None:
        """The primary key of the theme that the plan has a commitment under."""
        return self._theme_of[place]

    def standing(self, place: int, assessor: Assessor) -> Point | None:
        """What an assessor last found of the commitment at a place (see `Commitment.standing`)."""
        finding = self.standings.get((self.keys[place], assessor))
        return point_of(*finding) if finding else None

    def neighbours(self, key: int) -> tuple[Entry | None, Entry | None]:
        """The one before and the one after it in its plan, by the plan's own numbers."""
        here = self.place.get(key)
        if here is None:  # it has come or gone since the edition was read
            return None, None
        around = [
            self.entry(place)
            if 0 <= place < self.size and self._plan_of[place] == self._plan_of[here]
            else None
            for place in (here - 1, here + 1)
        ]
        return around[0], around[1]

    def subjects_of(self, key: int) -> list[Option]:
        """The subjects it is tagged with, each with everyone who has it."""
        tags, order = self.tags.get(key, ()) if key in self.place else (), self._subject_order
        options = self.facets["tag"]
        return [options[self.subjects[pk].slug] for pk in sorted(tags, key=order.__getitem__)]

    def related(self, key: int, most: int) -> list[int]:
        """Where commitments of other plans are that share its subjects, the most shared first."""
        tags = [option.mask for option in self.subjects_of(key)]
        if not tags:
            return []
        plan = self._address[self.place[key]][0]
        elsewhere = reduce(or_, tags, 0) & ~self.facets["plan"][plan].mask
        found: list[int] = []
        for _shared, part in levels(tags, elsewhere):
            found += places_in(part, 0, most - len(found))
            if len(found) >= most:
                break
        return found

    # What few pages tell, read once an edition

    @cached_property
    def plans(self) -> list[ActionPlan]:
        """The newest first."""
        return list(ActionPlan.objects.newest())

    @cached_property
    def departments(self) -> list[Institution]:
        """Each with how many commitments it leads and supports."""
        return list(Institution.objects.with_counts())

    @cached_property
    def lately(self) -> list[News]:
        """What changed lately, newest first."""
        return Change.objects.lately()

    @cached_property
    def popular_subjects(self) -> list[Option]:
        """The subjects with the most commitments first."""
        return sorted(self.facets["tag"].values(), key=lambda option: -option.count)

    # Orders: every place once

    @cached_property
    def oldest_first(self) -> list[int]:
        """Oldest plan first; within a plan, still by its own numbers."""
        runs: dict[int, list[int]] = defaultdict(list)
        for place, plan in enumerate(self._plan_of):
            runs[plan].append(place)
        return [place for run in reversed(runs.values()) for place in run]

    @cached_property
    def _by_title(self) -> dict[str, list[int]]:
        return {}

    def by_title(self, language: str) -> list[int]:
        """A to Z by the title a reader of that language is shown."""
        if language not in self._by_title:
            folded = [" ".join(map(fold, title.text.split())) for title in self._titles[language]]
            self._by_title[language] = sorted(range(self.size), key=folded.__getitem__)
        return self._by_title[language]

    # How the filters are read

    def _masks(self, pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
        """By the second of each pair, the set of the commitments whose keys are the first."""
        holders: dict[int, list[int]] = defaultdict(list)
        place = self.place
        for key, thing in pairs:
            if key in place:
                holders[thing].append(place[key])
        return {thing: mask_of(places, self.size) for thing, places in holders.items()}

    def _plans(self) -> dict[str, Option]:
        masks = self._masks(zip(self.keys, self._plan_of, strict=True))
        rows = ActionPlan.objects.newest().values_list("pk", "slug", "title_en", "title_fr")
        return options((slug, en, fr, masks.get(pk, 0)) for pk, slug, en, fr in rows)

    def _themes(self, theme_of: list[int | None]) -> dict[str, Option]:
        """Themes of one name in addresses are one option, under its newest plan's name."""
        masks = self._masks(
            (key, theme) for key, theme in zip(self.keys, theme_of, strict=True) if theme
        )
        rows = Theme.objects.order_by("-plan__ordinal", "order", "pk")
        return options(
            (slug, en, fr, masks.get(pk, 0))
            for pk, slug, en, fr in rows.values_list("pk", "slug", "name_en", "name_fr")
        )

    def _leads(self) -> dict[str, Option]:
        leads = Lead.objects.filter(role=Lead.Role.LEAD).order_by("order", "pk")
        pairs = list(leads.values_list("commitment_id", "institution_id"))
        masks = self._masks(pairs)
        self.institutions = {row.pk: row for row in Institution.objects.order_by("slug")}
        self.leads = grouped(pair for pair in pairs if pair[1] in self.institutions)
        return options(
            (row.slug, row.name_en, row.name_fr, masks.get(pk, 0))
            for pk, row in self.institutions.items()
        )

    def _subjects(self) -> dict[str, Option]:
        tags = SubjectTag.objects.order_by("pk")
        pairs = list(tags.values_list("content_object_id", "tag_id"))
        masks = self._masks(pairs)
        self.subjects = {row.pk: row for row in Subject.objects.order_by("slug")}
        self.tags = grouped(pair for pair in pairs if pair[1] in self.subjects)
        self._subject_order = {pk: number for number, pk in enumerate(self.subjects)}
        return options(
            (row.slug, row.name, row.name_fr, masks.get(pk, 0)) for pk, row in self.subjects.items()
        )

    def _values(self) -> dict[str, Option]:
        claims = ValueClaim.objects.order_by().values_list("commitment_id", "value")
        holders: dict[str, list[int]] = defaultdict(list)
        for key, value in claims:
            holders[value].append(self.place[key])
        return options(
            (hyphened(value), value.label, value.label, mask_of(holders[value], self.size))
            for value in map(ValueClaim.OgpValue, ValueClaim.OgpValue.values)
        )

    def _standings(self) -> dict[str, dict[str, Option]]:
        """By assessor, who stands where on its headline scales (see `Commitment.standing`)."""
        findings = Assessment.objects.headlines().values_list(
            "commitment_id", "assessor", "scale", "code", "phase", "as_of"
        )
        latest: dict[tuple[int, str], tuple[tuple[int, str, int], str, str]] = {}
        for key, assessor, scale, code, phase, as_of in findings:
            when = order_of(phase, getattr(as_of, "value", ""), scale)
            held = latest.get((key, assessor))
            if held is None or when > held[0]:
                latest[key, assessor] = (when, scale, code)
        self.standings = {whose: (scale, code) for whose, (_when, scale, code) in latest.items()}
        holders: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for (key, assessor), (_when, scale, code) in latest.items():
            if key in self.place:
                holders[assessor, scale, code].append(self.place[key])
        return {
            str(assessor.value): self._standing_options(assessor, holders) for assessor in Assessor
        }

    def _standing_options(
        self,
        assessor: Assessor,
        holders: Mapping[tuple[str, str, str], list[int]],
    ) -> dict[str, Option]:
        found = options(
            (
                hyphened(point.code),
                point.label,
                point.label,
                mask_of(holders[assessor, scale, point.code], self.size),
                point.mark,
            )
            for scale in HEADLINES
            if SCALES[scale].assessor == assessor
            for point in reversed(SCALES[scale].points)
            if (assessor, scale, point.code) in holders
        )
        rest = self.everything & ~reduce(or_, (option.mask for option in found.values()), 0)
        none = (
            _("Not assessed yet") if assessor == Assessor.NETWORK else _("Not found in the sources")
        )
        return found | options([(NOT_FOUND, none, none, rest, "unknown")])


def known_words() -> Vocabulary:
    return Vocabulary(Word.all_known())


def grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    """By the first of each pair, the seconds, in their order."""
    found: dict[int, tuple[int, ...]] = {}
    for key, thing in pairs:
        found[key] = (*found.get(key, ()), thing)
    return found
