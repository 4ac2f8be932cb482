"""All that the page of one commitment shows, in a constant number of queries.

It is a room of its own because it puts together what five nouns know, and
because the page, its picture and its tests ask for the same thing.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from django.conf import settings
from django.db.models import F, Prefetch
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.catalogue import Catalogue, Entry, Option
from commitments.models import (
    Assessment,
    Assessor,
    Commitment,
    Lead,
    Milestone,
    Source,
    ValueClaim,
)
from commitments.pictures import Timeline, timeline
from opengov_portal.lib.languages import Words

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


LARGEST = 32_767  # what a PositiveSmallIntegerField holds; a longer address finds nothing
JSON_IN_HTML = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Voice:
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
            if one.note:
                notes.setdefault(str(one.note), (one.phase_name, one.note))
        return list(notes.values())


class Dossier:
    """One commitment with everything around it."""

    def __init__(self, slug: str, number: int) -> None:
        """Raises Http404 when the plan has no commitment of that number."""
        found = (
            Commitment.objects.filter(plan__slug=slug, number=min(number, LARGEST))
            .select_related("plan", "theme")
            .prefetch_related(
                Prefetch("leads", Lead.objects.select_related("institution").order_by("order")),
                "assessments",
                Prefetch("sources", Source.objects.order_by("order")),
                "value_claims",
                "indicators",
            )
            .first()
        )
        if found is None:
            raise Http404
        self.commitment = found
        self.catalogue = Catalogue.current()

    @cached_property
    def leads(self) -> list[Lead]:
        return [lead for lead in self.commitment.leads.all() if lead.role == Lead.Role.LEAD]

    @cached_property
    def supports(self) -> list[Lead]:
        return [lead for lead in self.commitment.leads.all() if lead.role == Lead.Role.SUPPORTING]

    @cached_property
    def milestones(self) -> list[Milestone]:
        """In the plan's order, each with `led_by`: the institutions that lead it.

        One query: a row for each milestone and institution, put together here,
        the institutions being those that lead the commitment as a whole.
        """
        known = {lead.institution_id: lead.institution for lead in self.commitment.leads.all()}
        rows = self.commitment.milestones.annotate(leader=F("institutions"))
        steps: dict[int, Milestone] = {}
        for row in rows.order_by("order", "pk"):
            step = steps.setdefault(row.pk, row)
            step.led_by = [*getattr(step, "led_by", []), *filter(None, [known.get(row.leader)])]
        for step in steps.values():
            step.parent = steps[step.parent_id] if step.parent_id else None
        return list(steps.values())

    @cached_property
    def timeline(self) -> Timeline | None:
        return timeline(self.milestones)

    @cached_property
    def voices(self) -> list[Voice]:
        """The three assessors, side by side, none merged with another."""
        return [self._voice(assessor) for assessor in Assessor]

    def _voice(self, assessor: Assessor) -> Voice:
        main = self.commitment.standing(assessor)
        heard = sorted(self.commitment.assessments.all(), key=Assessment.sort_key)
        said = [one for one in heard if one.assessor == assessor]
        return Voice(
            assessor,
            main,
            others=[one for one in said if one.code and one is not main],
            missing=[one for one in said if not one.code],
        )

    @cached_property
    def values(self) -> list[tuple[str, list[str]]]:
        """The OGP values each assessor counts it towards, only where some were found."""
        claims = self.commitment.value_claims.all()
        found = [
            (
                str(assessor.label),
                sorted(
                    str(ValueClaim.OgpValue(one.value).label)
                    for one in claims
                    if one.assessor == assessor
                ),
            )
            for assessor in Assessor
        ]
        return [(assessor, values) for assessor, values in found if values]

    @cached_property
    def sources(self) -> list[tuple[str, str]]:
        """Each source's address, and in words which facts are from it."""
        return [
            (source.url, ", ".join(str(USES.get(use, use)) for use in source.used_for))
            for source in self.commitment.sources.all()
        ]

    @cached_property
    def subjects(self) -> list[Option]:
        return self.catalogue.subjects_of(self.commitment.pk)

    @cached_property
    def related(self) -> list[Entry]:
        """Commitments of other plans on the same subjects."""
        return self.catalogue.related(self.commitment.pk, most=6)

    @cached_property
    def neighbours(self) -> tuple[Entry | None, Entry | None]:
        """The one before it and the one after it in its plan."""
        return self.catalogue.neighbours(self.commitment.pk)

    @cached_property
    def unknowns(self) -> list[str]:
        """What the sources do not tell, in sentences: not known is never “no”."""
        commitment, steps = self.commitment, self.milestones
        gaps = {
            _("Its official title in French."): not commitment.title_fr,
            _("A summary in plain words: we have not written one yet."): not commitment.summary,
            _("Who leads it."): not self.leads,
            _("Its milestones."): not steps,
            _("Whether the list of milestones is complete."): bool(steps)
            and commitment.milestones_complete_list is None,
            _("The rest of its milestones: the list here is not complete."): bool(steps)
            and commitment.milestones_complete_list is False,
            _(
                "The wording of its milestones: only their codes, leads and dates are copied here."
            ): (bool(steps) and not any(step.label for step in steps)),
            _("When its milestones are due."): bool(steps) and not any(step.due for step in steps),
            _("Where some of its milestones stand."): any(not step.status for step in steps),
            _("Its indicators and their targets."): not self.commitment.indicators.all(),
            _("Its record at the OGP."): not commitment.ogp_id,
        }
        return [sentence for sentence, missing in gaps.items() if missing]

    @cached_property
    def url(self) -> str:
        return settings.SITE_URL + self.commitment.get_absolute_url()

    @cached_property
    def citation(self) -> str:
        """A ready-made citation in the reader's language."""
        commitment = self.commitment
        return _("“%(title)s”, commitment %(number)s, %(plan)s. OpenGov Portal. %(url)s") % {
            "title": commitment.title,
            "number": commitment.number,
            "plan": commitment.plan.title,
            "url": self.url,
        }

    @cached_property
    def picture_url(self) -> str:
        """The picture other sites show beside a link to this page."""
        commitment = self.commitment
        return settings.SITE_URL + reverse(
            "commitments:picture", args=[commitment.plan.slug, commitment.number]
        )

    @cached_property
    def picture_text(self) -> str:
        """What the picture says, for who cannot see it."""
        return ". ".join([str(self.commitment.title), *self.picture_lines])

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
        commitment, plan = self.commitment, self.commitment.plan
        facts = {
            "@context": "https://schema.org",
            "@type": "WebPage",
            "url": self.url,
            "name": str(commitment.title),
            "description": str(commitment.summary or plan.title),
            "inLanguage": commitment.title.lang,
            "identifier": [commitment.code, *filter(None, [commitment.ogp_id])],
            "dateModified": commitment.changed_at.date().isoformat(),
            "image": self.picture_url,
            "isPartOf": {"@type": "CreativeWork", "name": str(plan.title)},
            "keywords": [subject.label for subject in self.subjects],
            "about": [
                {"@type": "GovernmentOrganization", "name": str(lead.institution.name)}
                for lead in self.leads
            ],
        }
        return mark_safe(json.dumps(facts, ensure_ascii=False).translate(JSON_IN_HTML))  # noqa: S308

    @cached_property
    def mail_link(self) -> str:
        """A `mailto:` address that shares the page by the reader's own mail program."""
        return f"mailto:?subject={quote(str(self.commitment.title))}&body={quote(self.url)}"
