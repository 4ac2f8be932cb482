"""Organizations: the verb of the noun, and the letter that tells of it, in one."""

from django.db import transaction

from network import emails
from network.models import Affiliation, Member, Organization, Revision, User


@transaction.atomic
def publish_organization(organization: Organization, *, by: User) -> None:
    """A moderator agrees; whoever put it in is told."""
    organization.publish(by=by)
    emails.organization_public(organization)


@transaction.atomic
def refuse_organization(organization: Organization, *, by: User, reason: str, words: str) -> None:
    """A moderator says no, and why; whoever put it in is told."""
    organization.refuse(by=by, reason=reason, words=words)
    emails.organization_refused(organization)


@transaction.atomic
def apply_revision(revision: Revision, *, by: User) -> None:
    """A moderator agrees to a change; whoever proposed it is told."""
    revision.apply(by=by)
    emails.revision_applied(revision)


@transaction.atomic
def refuse_revision(revision: Revision, *, by: User, reason: str, words: str) -> None:
    """A moderator says no to a change, and why; whoever proposed it is told."""
    revision.refuse(by=by, reason=reason, words=words)
    emails.revision_refused(revision)


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
    affiliation.confirm(by=by, represents=represents)
    emails.role_confirmed(affiliation)


@transaction.atomic
def refuse_affiliation(affiliation: Affiliation, *, by: User) -> None:
    """Somebody there, or staff, does not confirm it; the member is told."""
    affiliation.refuse(by=by)
    emails.role_refused(affiliation)
