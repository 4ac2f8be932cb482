"""Organizations: the verb of the noun, and the letter that tells of it, in one.

The letter of what staff decide waits for the hour in which it can be undone; that of what
a representative decides on the site goes at once.
"""

from django.db import transaction

from network import emails
from network.models import Affiliation, Decision, Letter, Member, Organization, Revision, User


def hold(letter: Letter | None, decision: Decision | None) -> None:
    if decision:
        decision.hold(letter)


@transaction.atomic
def publish_organization(organization: Organization, *, by: User) -> None:
    """A moderator agrees; whoever put it in is told."""
    decision = organization.publish(by=by)
    hold(emails.organization_public(organization), decision)


@transaction.atomic
def refuse_organization(organization: Organization, *, by: User, reason: str, words: str) -> None:
    """A moderator says no, and why; whoever put it in is told."""
    decision = organization.refuse(by=by, reason=reason, words=words)
    hold(emails.organization_refused(organization), decision)


@transaction.atomic
def apply_revision(revision: Revision, *, by: User) -> None:
    """A moderator agrees to a change; whoever proposed it is told."""
    decision = revision.apply(by=by)
    hold(emails.revision_applied(revision), decision)


@transaction.atomic
def refuse_revision(revision: Revision, *, by: User, reason: str, words: str) -> None:
    """A moderator says no to a change, and why; whoever proposed it is told."""
    decision = revision.refuse(by=by, reason=reason, words=words)
    hold(emails.revision_refused(revision), decision)


@transaction.atomic
def claim_affiliation(organization: Organization, *, by: Member, represent: bool) -> Affiliation:
    """A member says that they belong; those who speak for it are asked to confirm."""
    affiliation = organization.claim(by=by, represent=represent)
    if affiliation.waits:
        emails.affiliation_waits(affiliation)
    return affiliation


@transaction.atomic
def confirm_affiliation(affiliation: Affiliation, *, by: User, represents: bool) -> None:
    """Somebody there, or staff, confirms what a member is; the member is told."""
    was = affiliation.state
    decision = affiliation.confirm(by=by, represents=represents)
    hold(emails.role_confirmed(affiliation, was=was), decision)


@transaction.atomic
def refuse_affiliation(affiliation: Affiliation, *, by: User, words: str) -> None:
    """Somebody there, or staff, does not confirm it, and says why; the member is told."""
    was = affiliation.state
    decision = affiliation.refuse(by=by, words=words)
    hold(emails.role_refused(affiliation, was=was), decision)
