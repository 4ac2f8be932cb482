"""Made-up calls for ideas at each point of their life, and what each verb begins with."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import make_call

WHY = {"reason_en": "An election was called.", "reason_fr": "Des élections sont déclenchées."}
DAY = timedelta(days=1)


def now():
    return timezone.now()


def make_draft(**fields):
    """Opens in three weeks, for a month."""
    dates = {"opens_at": now() + 21 * DAY, "closes_at": now() + 51 * DAY, "published_at": None}
    return make_call(**{"short_notice_en": "", "short_notice_fr": ""} | dates | fields)


def make_closed(**fields):
    return make_call(**{"closes_at": now() - DAY} | fields)


def make_paused(**fields):
    return make_call(**{"paused_at": now() - 3 * DAY} | fields)


def make_concluded(**fields):
    return make_closed(concluded_at=now() - timedelta(hours=1), **fields)


# What each verb begins with, and how it is asked for.
VERBS = {
    "publish": (make_draft, lambda call: {}),
    "extend": (make_call, lambda call: WHY | {"closes_at": call.closes_at + 7 * DAY}),
    "pause": (make_call, lambda call: WHY),
    "resume": (make_paused, lambda call: {}),
    "conclude": (make_closed, lambda call: {}),
    "reopen": (make_concluded, lambda call: WHY),
}


def ask(verb, call, by):
    said = VERBS[verb][1](call)
    return getattr(call, verb)(by=by, **said)
