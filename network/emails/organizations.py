"""Letters on organizations, and on who speaks for them."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from network.emails.words import language_of, stamp
from network.models import Affiliation, Letter, Organization, Revision, User


def about_organization(
    name: str, organization: Organization, user: User | None, key: str, **context: Any
) -> Letter | None:
    """A letter on an organization; none where whoever it concerns is gone."""
    if user is None or not user.is_active:
        return None
    language = language_of(user)
    with override(language):
        page = settings.SITE_URL + organization.get_absolute_url()
        named = " ".join(organization.name.text.split())
    return Letter.write(
        f"network/emails/{name}",
        to=user.email,
        language=language,
        key=f"{name}-{key}",
        context={"organization": organization, "name": named, "page_url": page, **context},
        user=user,
    )


def organization_public(organization: Organization) -> Letter | None:
    """To whoever put an organization in: it is listed, and perhaps their role has yet to be."""
    key, user = f"{organization.pk}-{stamp(organization.decided_at)}", organization.proposed_by
    waits = organization.affiliations.waiting().filter(member__user=user).exists()
    return about_organization("organization_public", organization, user, key, waits=waits)


def organization_refused(organization: Organization) -> Letter | None:
    """To whoever put an organization in: it is not listed, and why."""
    key = f"{organization.pk}-{stamp(organization.decided_at)}"
    return about_organization("organization_refused", organization, organization.proposed_by, key)


def revision_applied(revision: Revision) -> Letter | None:
    """To the representative: the page now says what they wanted."""
    key = f"{revision.pk}-{stamp(revision.decided_at)}"
    return about_organization(
        "revision_applied", revision.organization, revision.proposed_by, key, revision=revision
    )


def revision_refused(revision: Revision) -> Letter | None:
    """To the representative: the page stays as it is, and why."""
    key = f"{revision.pk}-{stamp(revision.decided_at)}"
    return about_organization(
        "revision_refused", revision.organization, revision.proposed_by, key, revision=revision
    )


def role_confirmed(affiliation: Affiliation, *, was: str) -> Letter | None:
    """To a member: they belong to an organization, or speak for it; `was` is what stood before."""
    key = f"{affiliation.pk}-{stamp(affiliation.decided_at)}"
    return about_organization(
        "role_confirmed",
        affiliation.organization,
        affiliation.member.user,
        key,
        affiliation=affiliation,
        represented=was == Affiliation.State.REPRESENTATIVE,
    )


def role_refused(affiliation: Affiliation, *, was: str) -> Letter | None:
    """To a member: nobody confirms, or no longer, that they belong to an organization."""
    key = f"{affiliation.pk}-{stamp(affiliation.decided_at)}"
    return about_organization(
        "role_refused",
        affiliation.organization,
        affiliation.member.user,
        key,
        affiliation=affiliation,
        was_confirmed=was in {Affiliation.State.MEMBER, Affiliation.State.REPRESENTATIVE},
    )


def affiliation_waits(affiliation: Affiliation) -> None:
    """To each who speaks for an organization: someone waits to be confirmed. Once a day.

    It names nobody: who is a member is told on the page, after signing in.
    """
    organization = affiliation.organization
    there = organization.affiliations.representatives().exclude(pk=affiliation.pk)
    for each in there.select_related("member__user"):
        key = f"{organization.pk}-{each.pk}-{timezone.localdate():%Y%m%d}"
        about_organization("affiliation_waits", organization, each.member.user, key)
