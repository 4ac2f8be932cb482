"""Concluding a call, and the letters to those whose ideas go on in the one that never closes."""

from django.db import transaction

from network.models import User
from proposals.emails import forwarding as emails
from proposals.models import Consultation


@transaction.atomic
def conclude(call: Consultation, *, by: User) -> None:
    """No idea of it waits for an answer; whose still waits for an organization is told."""
    for proposal in call.conclude(by=by):
        emails.moved(proposal)
