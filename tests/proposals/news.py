"""News of what is followed, and the letters that tell it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from network.models import Letter
from proposals.happenings import Kind, record
from proposals.models import Response
from tests.factories import make_organization, make_response, make_support

TORONTO = ZoneInfo("America/Toronto")
MONDAY = datetime(2026, 11, 23, 7, tzinfo=TORONTO)


def letters():
    return list(Letter.objects.filter(kind="list").order_by("pk"))


def answer(proposal, **said):
    response = make_response(proposal, **{"outcome": Response.Outcome.ADOPTED} | said)
    record(Kind.ANSWERED, proposal=proposal)
    return response


def supported(proposal, **named):
    """An organization says that it supports it."""
    friends = make_organization(**named)
    make_support(proposal, organization=friends)
    record(Kind.SUPPORTED, proposal=proposal, organization=friends)
