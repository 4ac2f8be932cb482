"""A moderator at the desk, and what they decide about."""

from datetime import timedelta

from django.contrib.auth.models import Permission

from network.models import Letter
from proposals.models import Appeal, Proposal, Step
from proposals.moderating import refuse
from tests.factories import make_proposal, make_staff

WHY = {"reason": "off_topic", "words": "It is about <bees>."}


def make_moderator(**fields):
    """Staff with the one permission, and no other right."""
    person = make_staff(**{"is_superuser": False} | fields)
    person.user_permissions.add(Permission.objects.get(codename="change_proposal"))
    return type(person).objects.get(pk=person.pk)


def waiting(**fields):
    return make_proposal(**{"state": Proposal.State.WAITING} | fields)


def refused(by=None, **fields):
    proposal = waiting(**fields)
    refuse(proposal, by=by or make_moderator(), **WHY)
    return proposal


def appealed(by=None, **fields):
    """A refused proposal whose author appealed."""
    proposal = refused(by, **fields)
    return Appeal.put(proposal.last_step, words="Bees are <open> data.")


def later(**time):
    """So much time passes since all that was decided."""
    by = timedelta(**time)
    for step in Step.objects.all():
        step.at -= by
        step.save()
    for letter in Letter.objects.exclude(next_try_at=None):
        letter.next_try_at -= by
        letter.save()


def again(thing):
    """The same row, as the database has it now."""
    return type(thing).objects.get(pk=thing.pk)


def letters(name):
    return Letter.objects.filter(template=f"proposals/emails/{name}")
