"""What the page of a call says."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate
from django.utils.translation import gettext

from commitments.dossier import JSON_IN_HTML
from opengov_portal.lib import markdown
from opengov_portal.lib.dates import written
from proposals.catalogue import Catalogue
from proposals.models import Consultation, Turn
from proposals.pictures import timeline


def shown(call: Any) -> dict[str, Any]:
    """Its words, its timetable, what was done to it, and how many ideas it brought."""
    turns = list(call.turns.newest())
    brought = Catalogue.current().brought(call)
    call.is_all_answered = brought.is_all_answered
    moved = (turn for turn in turns if turn.act == Turn.Act.EXTENDED)
    paused = (turn for turn in turns if turn.act == Turn.Act.PAUSED)
    return {
        "call": call,
        "body": markdown.html(call.body.text),
        "afterwards": markdown.html(call.afterwards.text),
        "timeline": timeline(call),
        "turns": turns,
        "paused": next(paused, None) if call.paused_at else None,
        "extended": next(moved, None) if call.concluded_at is None else None,
        "total": brought.total,
        "answered": brought.answered,
        "not_found": brought.not_found if call.is_past_elsewhere else 0,
        "structured_data": structured_data(call),
    }


def structured_data(call: Consultation) -> SafeString:
    """The call in schema.org's words, as JSON that cannot close its element."""
    url = settings.SITE_URL + call.get_absolute_url()
    status = "EventPostponed" if call.paused_at else "EventScheduled"
    facts = {
        "@context": "https://schema.org",
        "@type": "Event",
        "url": url,
        "name": str(call.title),
        "description": call.excerpt,
        "inLanguage": ["en", "fr"],
        "startDate": call.opens_at.isoformat(timespec="seconds"),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": url},
        "isAccessibleForFree": True,
    }
    if call.held:  # its days are not known
        facts["startDate"] = facts["endDate"] = call.held.first_day.isoformat()[
            : len(call.held.value)
        ]
    elif call.closes_at:
        facts["endDate"] = call.closes_at.isoformat(timespec="seconds")
    return mark_safe(json.dumps(facts, ensure_ascii=False).translate(JSON_IN_HTML))  # noqa: S308


def announcement_of(call: Consultation, language: str) -> dict[str, str]:
    """The first words of a letter that tells of a call, in the active language."""
    url = settings.SITE_URL + call.get_absolute_url()
    closes, due = call.closes_at, call.answers_due
    facts = {
        "opens": written(localdate(call.opens_at)),
        "closes": written(localdate(closes)) if closes else "",
        "due": written(due) if due else "",
    }
    lines = [
        gettext("A call for ideas is announced: anyone can put one forward, without an account."),
        gettext("It opens on %(opens)s and closes on %(closes)s.") % facts if closes else "",
        gettext("Each idea has a public answer by %(due)s.") % facts if due else "",
        f"[{call.title.text}]({url})",
    ]
    return {
        f"title_{language}": gettext("Call for ideas: %(title)s") % {"title": call.title.text},
        f"words_{language}": "\n\n".join(filter(None, lines)),
    }
