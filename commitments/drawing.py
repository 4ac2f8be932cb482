"""What the page of a commitment repeats, drawn: voices, milestones, indicators, sources.

The templates say of each row which words it has, once for each shape of it; what the row
at hand says is filled in (`opengov_portal.lib.moulds`).
"""

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString

from commitments.cards import Cards, joined
from commitments.catalogue import Entry
from commitments.models import ActionPlan, Assessment, Assessor, Indicator, Milestone
from commitments.pictures import Bar, Segment, Strip, Timeline
from commitments.rows import Origin
from commitments.voices import Voice
from opengov_portal.lib.languages import Words, active, pick
from opengov_portal.lib.moulds import Part

VOICE = Part("commitments/_voice.html")
OTHER = Part("commitments/_voice_other.html")
NOTE = Part("commitments/_voice_note.html")
MILESTONE = Part("commitments/_milestone.html")
TIMELINE = Part("commitments/_timeline.html")
BAR = Part("commitments/_timeline_bar.html")
INDICATOR = Part("commitments/_indicator.html")
SUPPORTER = Part("commitments/_supporter.html")
VALUE = Part("commitments/_value.html")
ORIGIN = Part("commitments/_origin.html")
SOURCE = Part("commitments/_source.html")
UNKNOWNS = Part("commitments/_unknowns.html")
NEIGHBOURS = Part("commitments/_neighbours.html")
STRIP = Part("commitments/_strip.html")
SEGMENT = Part("commitments/_strip_segment.html")
LEGEND = Part("commitments/_strip_legend.html")
ROW = Part("commitments/_strip_row.html")
PLAN = Part("commitments/_plan_card.html")
INSTITUTION = Part("commitments/_institution_row.html")


class Rows:
    """Draws rows in the active language."""

    def __init__(self) -> None:
        self.language = active()

    def words(self, thing: object, field: str) -> SafeString:
        """A thing's words in that language, else in the other and marked so."""
        return pick(thing, field, self.language).marked(self.language)

    # Who says what

    def voice(self, voice: Voice) -> SafeString:
        main, wording = voice.main, voice.wording
        return VOICE.drawn(
            (self.language, voice.assessor.value, main and (main.scale, main.code, main.phase)),
            {
                "wording": wording or "",
                "wording_lang": wording.lang if wording else "",
                "as_of": (main and main.as_of) or "",
                "source_url": main.source_url if main else "",
                "others": joined("", [self.other(one, main) for one in voice.others]),
                "missing": ", ".join(
                    one.phase_name if one.is_headline else one.scale_name for one in voice.missing
                ),
                "notes": joined("", [self.note(*told) for told in voice.notes]),
            },
            assessor=voice.assessor,
            main=main,
        )

    def other(self, one: Assessment, main: Assessment | None) -> SafeString:
        """A finding beside the main one, with its source where that is another."""
        elsewhere = main is None or one.source_url != main.source_url
        return OTHER.drawn(
            (self.language, one.scale, one.code, one.phase),
            {"as_of": one.as_of, "source_url": one.source_url if elsewhere else ""},
            one=one,
        )

    def note(self, phase: str, note: Words) -> SafeString:
        return NOTE.drawn(self.language, {"phase": phase, "note": note.marked(self.language)})

    # What it takes

    def milestone(self, step: Milestone, led_by: SafeString) -> SafeString:
        """One step; `led_by` is shown where its wording is not known."""
        due, begins = step.due, step.due_from
        return MILESTONE.drawn(
            (
                self.language,
                step.status,
                step.status_inferred,
                step.text_seen == "partial",
                step.indicator_count,
            ),
            {
                "code": step.code,
                "part_of": step.parent.code if step.parent else "",
                "label": self.words(step, "label"),
                "led_by": led_by,
                "as_of": step.status_as_of,
                "source_url": step.status_source_url,
                "due_text": self.words(step, "due_text"),
                "due_from": begins if begins != due else "",
                "due": due,
                "note": self.words(step, "note"),
            },
            step=step,
        )

    def timeline(self, timeline: Timeline) -> SafeString:
        return TIMELINE.drawn(
            (self.language, timeline.years, timeline.height),
            {"bars": joined("\n  ", map(self.bar, timeline.bars))},
            timeline=timeline,
        )

    def bar(self, bar: Bar) -> SafeString:
        values = {"code": bar.code, "x": bar.x, "y": bar.y, "width": bar.width}
        return BAR.drawn(bar.is_span, values, is_span=bar.is_span)

    def indicator(self, indicator: Indicator) -> SafeString:
        return INDICATOR.drawn(
            self.language,
            {
                "label": self.words(indicator, "label"),
                "target": self.words(indicator, "target"),
                "latest": self.words(indicator, "latest"),
                "as_of": indicator.latest_as_of,
                "source_url": indicator.source_url,
            },
        )

    # What stands beside it and around it

    def supporter(self, name: Words) -> SafeString:
        """One outside the federal government."""
        return SUPPORTER.drawn(self.language, {"name": name.marked(self.language)})

    def value(self, assessor: Assessor, values: str) -> SafeString:
        shape = (self.language, assessor.value)
        return VALUE.drawn(shape, {"values": values}, assessor=assessor)

    def origin(self, origin: Origin) -> SafeString:
        return ORIGIN.drawn(
            self.language,
            {
                "url": origin.url,
                "title": origin.title.marked(self.language),
                "note": origin.note.marked(self.language),
                "source_url": origin.source_url,
            },
        )

    def source(self, url: str, uses: str) -> SafeString:
        return SOURCE.drawn(self.language, {"url": url, "uses": uses})

    def unknowns(self, sentences: Sequence[str]) -> SafeString:
        if not sentences:
            return SafeString()
        return UNKNOWNS.drawn(tuple(sentences), {}, unknowns=sentences)

    def neighbours(self, before: Entry | None, after: Entry | None) -> SafeString:
        if not (before or after):
            return SafeString()
        return NEIGHBOURS.drawn(
            self.language,
            {
                "before": before.url if before else "",
                "before_title": self.numbered(before) if before else "",
                "after": after.url if after else "",
                "after_title": self.numbered(after) if after else "",
            },
        )

    def numbered(self, entry: Entry) -> SafeString:
        return SafeString(f"{entry.number}. {entry.title.marked(self.language)}")


class Strips:
    """Draws the strips of a plan; the links to its commitments are drawn once an edition."""

    def __init__(self, cards: Cards) -> None:
        self.cards = cards

    def drawn(self, strips: Sequence[Strip]) -> SafeString:
        return joined("", map(self.strip, strips))

    def strip(self, strip: Strip) -> SafeString:
        return STRIP.drawn(
            (self.cards.language, strip.assessor.value, strip.is_blank),
            {
                "segments": joined("", map(self.segment, strip.segments)),
                "legend": joined("", map(self.legend, strip.segments)),
                "rows": ""
                if strip.is_blank
                else joined("\n        ", map(self.row, strip.segments)),
            },
            strip=strip,
        )

    def segment(self, segment: Segment) -> SafeString:
        at = {"x": segment.x, "width": segment.width}
        return SEGMENT.drawn(None, {"mark": segment.mark, "count": segment.count, **at})

    def legend(self, segment: Segment) -> SafeString:
        return LEGEND.drawn(
            self.cards.language,
            {"mark": segment.mark, "label": segment.label, "count": segment.count},
        )

    def row(self, segment: Segment) -> SafeString:
        """Which commitments, by their numbers."""
        links = joined(", ", self.cards.each("_strip_link", segment.places))
        return ROW.drawn(None, {"label": segment.label, "count": segment.count, "links": links})


def plan_card(plan: ActionPlan, language: str) -> SafeString:
    """A plan as the list of plans shows it."""
    return PLAN.drawn(
        (language, plan.commitment_count),
        {
            "number": plan.ordinal,
            "url": plan.get_absolute_url(),
            "title": plan.title.marked(language),
            "starts": plan.starts,
            "ends": plan.ends,
            "summary": plan.summary.marked(language),
        },
        count=plan.commitment_count,
    )


def institution_row(institution: Any, language: str) -> SafeString:
    """An institution as their table shows it; with `led` and `supported` (`with_counts`)."""
    return INSTITUTION.drawn(
        language,
        {
            "url": institution.get_absolute_url(),
            "name": institution.name.marked(language),
            "short": institution.short,
            "led": institution.led,
            "supported": institution.supported,
        },
    )
