"""All that the page of one commitment shows, in a constant number of queries.

It is a room of its own because it puts together what five nouns know, and
because the page, its picture and its tests ask for the same thing. What the page
repeats, such as milestones, is handed to it as rows of plain values.
"""

import json
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.cards import Cards
from commitments.catalogue import Catalogue, Entry
from commitments.facets import Option
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
from commitments.voices import Voice, voices_of
from opengov_portal.lib.dates import PartialDate
from opengov_portal.lib.languages import Words, pick
from opengov_portal.lib.queries import at_once

USES: dict[str, str | Promise] = {
    "due dates": gettext_lazy("due dates"),
    "indicators": gettext_lazy("indicators"),
    "irm": gettext_lazy("the IRM’s ratings"),
    "leads": gettext_lazy("leads"),
    "leads_fr": gettext_lazy("leads (French names)"),
    "milestone and indicator counts": gettext_lazy("counts of milestones and indicators"),
    "milestones": gettext_lazy("milestones"),
    "number": gettext_lazy("number"),
    "ogp_values_government": gettext_lazy("OGP values the government claims"),
    "pillar": gettext_lazy("theme"),
    "status": gettext_lazy("the government’s status"),
    "status wording_fr": gettext_lazy("the status in French"),
    "summary": gettext_lazy("summary"),
    "title_en": gettext_lazy("English title"),
    "title_fr": gettext_lazy("French title"),
    "tracker status": gettext_lazy("the tracker’s status"),
}


JSON_IN_HTML = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


class Dossier:
    """One commitment with everything around it."""

    def __init__(self, slug: str, number: int) -> None:
        """Raises Http404 when the plan has no commitment of that number."""
        # Before the rows, so that no part drawn of older rows is kept for its edition.
        self.catalogue = Catalogue.current()
        found = at_once(EVERYTHING, slug, min(number, LARGEST))
        if not found[0]:
            raise Http404
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
        """All of it, by name, as its page is drawn from.

        Known beforehand: what a template has worked out on its way costs it more.
        """
        named = [name for name, fact in vars(Dossier).items() if isinstance(fact, cached_property)]
        return vars(self) | {name: getattr(self, name) for name in named}

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
        return reverse(f"commitments:{view}", args=[self.slug, self.commitment.number])

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
        return reverse("commitments:plan", args=[self.slug])

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
    def led_by(self) -> list[SafeString]:
        """Those that lead it, drawn."""
        return [self.cards.part("_lead", lead.pk, lead) for lead in self.leads]

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
            step.parent = steps[step.parent_id] if step.parent_id else None
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
        """Each source's address, and in words which facts are from it."""
        return [
            (source.url, ", ".join(str(USES.get(use, use)) for use in source.used_for))
            for source in self.pages
        ]

    @cached_property
    def subjects(self) -> list[Option]:
        return self.catalogue.subjects_of(self.commitment.pk)

    @cached_property
    def related(self) -> list[SafeString]:
        """Commitments of other plans on the same subjects, drawn."""
        found = self.catalogue.related(self.commitment.pk, most=6)
        return [self.cards.part("_near", near.address, near) for near in found]

    @cached_property
    def neighbours(self) -> tuple[Entry | None, Entry | None]:
        """The one before it and the one after it in its plan."""
        return self.catalogue.neighbours(self.commitment.pk)

    @cached_property
    def unknowns(self) -> tuple[str, ...]:
        """What the sources do not tell, in sentences: not known is never “no”."""
        commitment, steps = self.commitment, self.milestones
        complete = commitment.milestones_complete_list
        gaps = [
            (gettext_lazy("Its official title in French."), not commitment.title_fr),
            (
                gettext_lazy("A summary in plain words: we have not written one yet."),
                not self.summary,
            ),
            (gettext_lazy("Who leads it."), not self.leads),
            (gettext_lazy("Its milestones."), not steps),
            (
                gettext_lazy("Whether the list of milestones is complete."),
                steps and complete is None,
            ),
            (
                gettext_lazy("The rest of its milestones: the list here is not complete."),
                steps and complete is False,
            ),
            (
                gettext_lazy(
                    "The wording of its milestones: "
                    "only their codes, leads and dates are copied here."
                ),
                steps and not any(step.label for step in steps),
            ),
            (
                gettext_lazy("When its milestones are due."),
                steps and not any(step.due for step in steps),
            ),
            (
                gettext_lazy("Where some of its milestones stand."),
                any(not step.status for step in steps),
            ),
            (gettext_lazy("Its indicators and their targets."), not self.indicators),
            (
                gettext_lazy("Which proposals led to it: none is recorded here."),
                not self.origins,
            ),
            (gettext_lazy("Its record at the OGP."), not commitment.ogp_id),
        ]
        return tuple(str(sentence) for sentence, missing in gaps if missing)

    # How it is told elsewhere

    @cached_property
    def changed_on(self) -> date:
        return localtime(self.commitment.changed_at).date()

    @cached_property
    def citation(self) -> str:
        """A ready-made citation in the reader's language."""
        return _("“%(title)s”, commitment %(number)s, %(plan)s. OpenGov Portal. %(url)s") % {
            "title": self.title,
            "number": self.commitment.number,
            "plan": self.plan_title,
            "url": self.url,
        }

    @cached_property
    def picture_text(self) -> str:
        """What the picture says, for who cannot see it."""
        return ". ".join([str(self.title), *self.picture_lines])

    @cached_property
    def picture_lines(self) -> list[str]:
        """The foot of the picture: each assessor and its finding."""
        return [
            _("%(assessor)s: %(finding)s")
            % {
                "assessor": voice.assessor.short,
                "finding": voice.main.label if voice.main else _("not found in the sources"),
            }
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
