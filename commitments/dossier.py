"""All that the page of one commitment shows, in a constant number of queries.

It is a room of its own because it puts together what five nouns know, and
because the page, its picture and its tests ask for the same thing. What the page
repeats, such as milestones, is handed to it as rows of plain values.
"""

import json
from datetime import date
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from commitments.cards import Cards, joined
from commitments.catalogue import Catalogue, Entry
from commitments.drawing import Rows
from commitments.facets import Option
from commitments.gone import no_commitment
from commitments.models import (
    Assessment,
    Assessor,
    Commitment,
    Indicator,
    Institution,
    Lead,
    Milestone,
    Source,
    ValueClaim,
)
from commitments.pictures import Timeline, timeline
from commitments.rows import EVERYTHING, LARGEST, Origin
from commitments.sentences import gaps_in_words, in_one_line, uses
from commitments.voices import Voice, voices_of
from opengov_portal.lib.addresses import address
from opengov_portal.lib.dates import PartialDate
from opengov_portal.lib.languages import Words, active, pick
from opengov_portal.lib.queries import at_once

JSON_IN_HTML = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


class Dossier:
    """One commitment with everything around it."""

    def __init__(self, slug: str, number: int) -> None:
        """Raises Http404 where the plan has no commitment of that number, Gone where it had."""
        # Before the rows, so that no part drawn of older rows is kept for its edition.
        self.catalogue = Catalogue.current()
        found = at_once(EVERYTHING, slug, min(number, LARGEST))
        if not found[0]:
            raise no_commitment(slug, min(number, LARGEST))
        self.commitment: Commitment = found[0][0]
        self.slug = slug
        # Any: they bear what the query annotates, `role` and `leader`.
        self.institutions: list[Any] = found[1]
        self.steps: list[Any] = found[2]
        self.findings: list[Assessment] = found[3]
        self.claims: list[ValueClaim] = found[4]
        self.indicators: list[Indicator] = found[5]
        self.pages: list[Source] = found[6]
        self.lineages: list[Any] = found[7]
        self.cards = Cards(self.catalogue)

    def page(self) -> dict[str, object]:
        """All that its page is drawn from, by name.

        Worked out beforehand: what a template works out on its way costs it more.
        """
        commitment, official, plan_official = (
            self.commitment,
            self.official_text,
            self.plan_official_url,
        )
        return {
            "commitment": commitment,
            "number": commitment.number,
            "slug": self.slug,
            "title": self.title,
            "official_title": commitment.official_other_title if self.title.ours else "",
            "summary": self.summary,
            "about": self.summary or self.plan_title,
            "theme": self.theme or "",
            "official_url": official,
            "official_lang": official.lang if official and official.foreign else "",
            "place_is_inferred": commitment.plan_section_anchor_inferred,
            "plan_official_url": plan_official,
            "plan_official_lang": (
                plan_official.lang if plan_official and plan_official.foreign else ""
            ),
            "plan_url": self.plan_url,
            "plan_title": self.plan_title,
            "plan_runs": self.plan_runs,
            "url": self.url,
            "page_url": self.url,  # however its number was written in the address
            "feed_url": self.feed_url,
            "history_url": self.history_url,
            "picture_url": self.picture_url,
            "picture_text": self.picture_text,
            "structured_data": self.structured_data,
            "citation": self.citation,
            "changed_on": self.changed_on,
            "mail_link": self.mail_link,
            "drawn": self.drawn(),
        }

    def drawn(self) -> dict[str, SafeString]:
        """The rows of its page, by the list they are in."""
        rows, part, commitment = Rows(), self.cards.part, self.commitment
        helpers = [part("_support", one.pk, one) for one in self.supports]
        if helpers or commitment.other_supporting_en:
            helpers += [rows.supporter(name) for name in commitment.other_supporting]
        return {
            "voices": joined("\n    ", map(rows.voice, self.voices)),
            "milestones": joined(
                "\n  ", [rows.milestone(one, self.leaders_of(one)) for one in self.milestones]
            ),
            "timeline": rows.timeline(self.timeline) if self.timeline else SafeString(),
            "indicators": joined("\n    ", map(rows.indicator, self.indicators)),
            "led_by": joined("", [part("_lead", one.pk, one) for one in self.leads]),
            "supported_by": joined("\n        ", helpers),
            "values": joined("", [rows.value(*claimed) for claimed in self.values]),
            "subjects": joined("", [part("_tag", one.value, one) for one in self.subjects]),
            "origins": joined("\n    ", map(rows.origin, self.origins)),
            "related": joined("", self.related),
            "sources": joined("\n    ", [rows.source(*source) for source in self.sources]),
            "unknowns": rows.unknowns(self.unknowns),
            "neighbours": rows.neighbours(*self.neighbours),
        }

    def leaders_of(self, step: Milestone) -> SafeString:
        """Who leads a milestone, drawn, where its wording is not known."""
        if step.label:
            return SafeString()
        return joined(", ", [self.cards.part("_leader", one.pk, one) for one in step.led_by])

    # The plan, the theme and the text

    @cached_property
    def url(self) -> str:
        return settings.SITE_URL + self.address("commitment")

    @cached_property
    def picture_url(self) -> str:
        return settings.SITE_URL + self.address("picture")

    @cached_property
    def feed_url(self) -> str:
        return self.address("commitment_feed")

    @cached_property
    def history_url(self) -> str:
        return self.address("history")

    def address(self, view: str) -> str:
        return address(f"commitments:{view}", self.slug, self.commitment.number)

    @cached_property
    def title(self) -> Words:
        return self.commitment.title

    @cached_property
    def summary(self) -> Words:
        return self.commitment.summary

    @cached_property
    def official_text(self) -> Words:
        """The address of its own section of the plan."""
        return self.commitment.plan_section_url

    @cached_property
    def plan_official_url(self) -> Words:
        return pick(self.commitment, "plan_official_url")

    @cached_property
    def plan_url(self) -> str:
        return address("commitments:plan", self.slug)

    @cached_property
    def plan_title(self) -> Words:
        return pick(self.commitment, "plan_title")

    @cached_property
    def plan_runs(self) -> tuple[PartialDate | None, ...]:
        """Its plan's first and last day."""
        return self.commitment.plan_starts, self.commitment.plan_ends

    @cached_property
    def theme(self) -> Words | None:
        return pick(self.commitment, "theme_name") if self.commitment.theme_id else None

    # Who answers for it

    @cached_property
    def leads(self) -> list[Institution]:
        return [one for one in self.institutions if one.role == Lead.Role.LEAD]

    @cached_property
    def supports(self) -> list[Institution]:
        return [one for one in self.institutions if one.role == Lead.Role.SUPPORTING]

    # What it takes

    @cached_property
    def milestones(self) -> list[Milestone]:
        """In the plan's order, each with `led_by`: the institutions that lead it.

        One query: a row for each milestone and institution, put together here,
        the institutions being those that answer for the commitment as a whole.
        """
        known = {one.pk: one for one in self.institutions}
        steps: dict[int, Milestone] = {}
        for row in self.steps:
            step = steps.setdefault(row.pk, row)
            step.led_by = [*getattr(step, "led_by", []), *filter(None, [known.get(row.leader)])]
        for step in steps.values():
            if step.parent_id:
                step.parent = steps[step.parent_id]
        return list(steps.values())

    @cached_property
    def timeline(self) -> Timeline | None:
        return timeline(self.milestones)

    # How it is going

    @cached_property
    def voices(self) -> list[Voice]:
        """The three assessors, side by side, none merged with another."""
        return voices_of(self.findings)

    @cached_property
    def values(self) -> list[tuple[Assessor, str]]:
        """The OGP values each assessor counts it towards, only where some were found."""
        found = [
            (assessor, [claim.value for claim in self.claims if claim.assessor == assessor])
            for assessor in Assessor
        ]
        return [
            (assessor, ", ".join(sorted(str(ValueClaim.OgpValue(one).label) for one in values)))
            for assessor, values in found
            if values
        ]

    # What surrounds it

    @cached_property
    def origins(self) -> list[Origin]:
        """The proposals that led to it; of one that is not public nothing is said."""
        return [Origin.of(one) for one in self.lineages if one.state == "published"]

    @cached_property
    def sources(self) -> list[tuple[str, str]]:
        """Each source's address, and in words which facts are from it.

        A source was read for more than it told: of what is not here, none is from it.
        """
        here = {
            "title_fr": self.commitment.title_fr,
            "milestones": self.milestones,
            "indicators": self.indicators,
            "ogp_values_government": [
                claim for claim in self.claims if claim.assessor == Assessor.GOVERNMENT
            ],
        }
        return [
            (page.url, uses(active(), tuple(use for use in page.used_for if here.get(use, True))))
            for page in self.pages
        ]

    @cached_property
    def subjects(self) -> list[Option]:
        return self.catalogue.subjects_of(self.commitment.pk)

    @cached_property
    def related(self) -> list[SafeString]:
        """Commitments of other plans on the same subjects, drawn."""
        return self.cards.each("_near", self.catalogue.related(self.commitment.pk, most=6))

    @cached_property
    def neighbours(self) -> tuple[Entry | None, Entry | None]:
        """The one before it and the one after it in its plan."""
        return self.catalogue.neighbours(self.commitment.pk)

    @cached_property
    def unknowns(self) -> tuple[str, ...]:
        """What the sources do not tell, in sentences: not known is never “no”."""
        commitment, steps = self.commitment, self.milestones
        complete = commitment.milestones_complete_list
        missing = {
            "title_fr": not commitment.title_fr,
            "summary": not self.summary,
            "leads": not self.leads,
            "milestones": not steps,
            "whether all": steps and complete is None,
            "the rest": steps and complete is False,
            "wording": steps and not any(step.label for step in steps),
            "due": steps and not any(step.due for step in steps),
            "status": any(not step.status for step in steps),
            "indicators": not self.indicators,
            "proposals": not self.origins,
            "ogp_id": not commitment.ogp_id,
        }
        gaps = tuple([gap for gap, is_missing in missing.items() if is_missing])
        return gaps_in_words(active(), gaps)

    # How it is told elsewhere

    @cached_property
    def changed_on(self) -> date:
        return localtime(self.commitment.changed_at).date()

    @cached_property
    def citation(self) -> str:
        """A ready-made citation in the reader's language."""
        words = _("“%(title)s”, commitment %(number)s, %(plan)s. OpenGov Portal. %(url)s")
        if self.title.ours:
            words = _(
                "“%(title)s” (our wording), commitment %(number)s, %(plan)s. OpenGov Portal. "
                "%(url)s"
            )
        return words % {
            "title": self.title,
            "number": self.commitment.number,
            "plan": self.plan_title,
            "url": self.url,
        }

    @cached_property
    def picture_text(self) -> str:
        """What the picture says, for who cannot see it."""
        return ". ".join([*self.picture_head[::-1], *self.picture_lines])

    @property
    def picture_head(self) -> tuple[str, str]:
        """The head of the picture: which commitment it is, and its title."""
        words = _("Commitment %(number)s · %(plan)s")
        if self.title.ours:
            words = _("Commitment %(number)s · %(plan)s · title in our wording")
        return words % {"number": self.commitment.number, "plan": self.slug}, str(self.title)

    @cached_property
    def picture_lines(self) -> list[str]:
        """The foot of the picture: each assessor and its finding."""
        return [
            in_one_line(
                active(), voice.assessor, voice.main and (voice.main.scale, voice.main.code)
            )
            for voice in self.voices
            if voice.main or voice.assessor != Assessor.NETWORK
        ]

    @cached_property
    def structured_data(self) -> SafeString:
        """The page in schema.org's words, as JSON that cannot close its element."""
        commitment = self.commitment
        facts = {
            "@context": "https://schema.org",
            "@type": "WebPage",
            "url": self.url,
            "name": str(self.title),
            "description": str(self.summary or self.plan_title),
            "inLanguage": self.title.lang,
            "identifier": [commitment.code, *filter(None, [commitment.ogp_id])],
            "dateModified": commitment.changed_at.date().isoformat(),
            "image": self.picture_url,
            "isPartOf": {"@type": "CreativeWork", "name": str(self.plan_title)},
            "keywords": [subject.label for subject in self.subjects],
            "about": [
                {"@type": "GovernmentOrganization", "name": str(lead.name)} for lead in self.leads
            ],
        }
        return mark_safe(json.dumps(facts, ensure_ascii=False).translate(JSON_IN_HTML))  # noqa: S308

    @cached_property
    def mail_link(self) -> str:
        """A `mailto:` address that shares the page by the reader's own mail program."""
        return f"mailto:?subject={quote(str(self.title))}&body={quote(self.url)}"
