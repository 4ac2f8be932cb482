"""What staff decide about in this room, and that they decided: each can be undone for an hour."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib.auth.models import Permission

from network import actions
from network.models import Decision, Letter, Organization, Revision
from network.receiving import answer
from tests.factories import make_member, make_organization, make_staff
from tests.network.organizations import make_affiliation
from tests.network.receiving.messages import send

WHY = {"words": "We could not reach you."}
REFUSAL = {"reason": "not_reached", "words": "We could not reach you."}


class Case(NamedTuple):
    """How one is made, how it is decided about, and who may."""

    make: Any
    decide: Any
    permission: str


def make_waiting(**said):
    return Organization.propose(by=make_member(**said), name_en="Otters of Freedonia")


def make_listed():
    return make_organization(proposed_by=make_member().user)


def make_revision():
    organization = make_organization(name_en="Otters", about_en="We swim.")
    return Revision.objects.create(
        organization=organization,
        changes={"name_en": "Beavers", "issues": []},
        proposed_by=make_member().user,
    )


def make_message():
    return send(body="When is it?", to="contact@portal.example")


ORGANIZATION, AFFILIATION = "change_organization", "change_affiliation"
CASES = {
    "an organization is published": Case(
        make_waiting, lambda one, by: actions.publish_organization(one, by=by), ORGANIZATION
    ),
    "an organization is refused": Case(
        make_waiting, lambda one, by: actions.refuse_organization(one, by=by, **REFUSAL),
        ORGANIZATION,
    ),
    "a listed one is refused": Case(
        make_listed, lambda one, by: actions.refuse_organization(one, by=by, **REFUSAL),
        ORGANIZATION,
    ),
    "a revision is agreed to": Case(
        make_revision, lambda one, by: actions.apply_revision(one, by=by), ORGANIZATION
    ),
    "a revision is refused": Case(
        make_revision, lambda one, by: actions.refuse_revision(one, by=by, **REFUSAL), ORGANIZATION
    ),
    "they represent it": Case(
        lambda: make_affiliation(state="asked"),
        lambda one, by: actions.confirm_affiliation(one, by=by, represents=True), AFFILIATION,
    ),
    "they belong to it": Case(
        lambda: make_affiliation(state="claimed"),
        lambda one, by: actions.confirm_affiliation(one, by=by, represents=False), AFFILIATION,
    ),
    "they do not belong to it": Case(
        lambda: make_affiliation(state="asked"),
        lambda one, by: actions.refuse_affiliation(one, by=by, **WHY), AFFILIATION,
    ),
    "a name is shown": Case(
        lambda: make_member(listing="waiting"), lambda one, by: one.agree_to_listing(by=by),
        "change_member",
    ),
    "a name is not shown": Case(
        lambda: make_member(listing="waiting"),
        lambda one, by: actions.refuse_name(one, by=by, **WHY),
        "change_member",
    ),
    "a message is done with": Case(
        make_message, lambda one, by: one.mark_done(by=by), "change_inboundmessage"
    ),
    "a message is answered": Case(
        make_message, lambda one, by: answer(one, text="On Monday.", language="en", by=by),
        "change_inboundmessage",
    ),
}  # fmt: skip
TOLD = [name for name in CASES if name not in {"a name is shown", "a message is done with"}]


def make_colleague(permission, *more, **fields):
    """Staff with these permissions and no other right."""
    person = make_staff(**{"is_superuser": False} | fields)
    person.user_permissions.set(Permission.objects.filter(codename__in=[permission, *more]))
    return type(person).objects.get(pk=person.pk)


def again(thing):
    """The same row, as the database has it now."""
    return type(thing).objects.get(pk=thing.pk)


def row(thing):
    """All that its row holds."""
    found = type(thing).objects.filter(pk=thing.pk).values().get()
    return {name: value for name, value in found.items() if name != "raw"}


def decided(name, by=None):
    """One of a case, decided about: it, its row before, who did it, and the letters of it."""
    case = CASES[name]
    thing = again(case.make())
    stood, letters = row(thing), set(Letter.objects.values_list("pk", flat=True))
    by = by or make_colleague(case.permission)
    case.decide(thing, by)
    return again(thing), stood, by, Letter.objects.exclude(pk__in=letters)


def later(**time):
    """So much time passes since all that was decided."""
    by = timedelta(**time)
    for decision in Decision.objects.all():
        decision.at -= by
        decision.save()
    for letter in Letter.objects.exclude(next_try_at=None):
        letter.next_try_at -= by
        letter.save()
