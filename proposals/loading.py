"""Loading what ships with the portal: earlier ideas, with their sources; all of it or nothing.

What is there already is left as it is, so that what staff have done to it since stays.
"""

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import DatabaseError, transaction
from django.utils import timezone

from commitments.loading.problems import BadFile, Place
from commitments.loading.reading import read_json
from commitments.models import ActionPlan, Commitment
from network.models import Edition
from opengov_portal.lib.dates import PartialDate
from proposals.models import Consultation, Lineage, Proposal
from proposals.models.proposal import WHOLE_LENGTH

CALL = ("slug", "held", "title_en", "title_fr", "body_en", "body_fr", "source_url", "plan")
IDEA = ("call", "key", "title", "language", "dated", "source_url", "led_to")
ORIGIN = ("commitment", "note_en", "note_fr", "source_url")
# In characters: not every database counts them by itself.
LONGEST = {
    "slug": 80,
    "key": 100,
    "title_en": 200,
    "title_fr": 200,
    "title": 300,
    "source_url": 500,
}
LANGUAGES = {code for code, _label in settings.LANGUAGES}


def load(path: Path) -> int:
    """Adds what the file has and the portal lacks; how many ideas that were.

    Raises BadFile, and adds nothing, when any of it cannot be loaded.
    """
    file = Place(path.name)
    said = read_json(path)
    try:
        with transaction.atomic():
            Edition.take_turn()
            calls = dict(_calls(said, file))
            added = sum(_idea(facts, place, calls) for place, facts in _each(said, file))
            if added:
                Edition.advance()
            return added
    except DatabaseError as error:
        reason = str(error).splitlines()[0]
        raise BadFile(f"{path.name}: the database refuses it: {reason}.") from error


def _records(said: dict[str, Any], key: str, file: Place) -> list[dict[str, Any]]:
    found = said.get(key)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        file.refuse(key, "must be a list of objects.")
    return found


def _each(said: dict[str, Any], file: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    for facts in _records(said, "proposals", file):
        place = file.at("proposal", facts.get("key"))
        yield place, _checked(facts, IDEA, place)


def _checked(facts: dict[str, Any], names: tuple[str, ...], place: Place) -> dict[str, Any]:
    """The facts, all there and of their kinds. Raises BadFile."""
    for name in facts.keys() - set(names):
        place.refuse(name, "is not known here.")
    for name in names:
        value = facts.get(name)
        if name == "led_to":
            continue
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            place.refuse(name, "must be a text, and not an empty one.")
        if len(value) > LONGEST.get(name, WHOLE_LENGTH):
            place.refuse(name, f"is longer than {LONGEST.get(name, WHOLE_LENGTH):,} characters.")
    if not is_web_address(facts["source_url"]):
        place.refuse("source_url", "is not a web address.")
    return facts


def is_web_address(url: str) -> bool:
    """Whether it is whole, and a page can lead there."""
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        return False
    return True


def _date(text: str, name: str, place: Place) -> PartialDate:
    try:
        return PartialDate.parse(text)
    except ValueError:
        place.refuse(name, "is not a date, such as 2016 or 2016-07-15.")


def first_moment(day: PartialDate) -> datetime:
    return timezone.make_aware(datetime.combine(day.first_day, time()))


def put_forward_elsewhere(dated: PartialDate, language: str) -> dict[str, Any]:
    """What is true of each idea of an earlier call: public there, and so here.

    Its moments only say where it stands in a list.
    """
    moment = first_moment(dated)
    return {
        "language": language,
        "letters_language": language,
        "dated": dated,
        "state": Proposal.State.PUBLISHED,
        "created_at": moment,
        "confirmed_at": moment,
        "published_at": moment,
    }


def _calls(said: dict[str, Any], file: Place) -> Iterator[tuple[str, Consultation]]:
    """Each call of the file, as it stands or newly made: closed since, whose days are not known."""
    for told in _records(said, "calls", file):
        place = file.at("call", told.get("slug"))
        facts = dict(_checked(told, CALL, place))
        held = _date(facts.pop("held"), "held", place)
        plan = ActionPlan.objects.filter(slug=facts.pop("plan")).first()
        if plan is None:
            place.refuse("plan", "is not loaded: run load_plans first.")
        begun = first_moment(held)
        facts |= {"held": held, "plan": plan, "published_at": begun, "opens_at": begun}
        facts["closes_at"] = timezone.make_aware(datetime.combine(held.last_day, time(23, 59)))
        call, _new = Consultation.objects.get_or_create(slug=facts.pop("slug"), defaults=facts)
        yield call.slug, call


def _idea(facts: dict[str, Any], place: Place, calls: dict[str, Consultation]) -> bool:
    """Adds one idea and what it led to; False where it is there already."""
    call = calls.get(facts["call"])
    if call is None:
        place.refuse("call", "is not a call of this file.")
    if facts["language"] not in LANGUAGES:
        place.refuse("language", "must be en or fr.")
    dated = _date(facts["dated"], "dated", place)
    idea, new = Proposal.objects.get_or_create(
        consultation=call,
        import_key=facts["key"],
        defaults={
            "title": facts["title"],
            "source_url": facts["source_url"],
            **put_forward_elsewhere(dated, facts["language"]),
        },
    )
    if new:
        _led_to(idea, facts["led_to"], place)
    return new


def _led_to(idea: Proposal, led_to: Any, place: Place) -> None:
    if not isinstance(led_to, list) or not all(isinstance(one, dict) for one in led_to):
        place.refuse("led_to", "must be a list of objects.")
    for told in led_to:
        facts = dict(_checked(told, ORIGIN, place.at("led to", told.get("commitment"))))
        promise = Commitment.objects.filter(code=facts.pop("commitment")).first()
        if promise is None:
            place.refuse("led_to", "names a commitment that is not loaded: run load_plans first.")
        Lineage.objects.create(proposal=idea, commitment=promise, **facts)
