"""The letters of putting an idea forward: to authors, and to who speaks for an organization."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from network.emails.words import language_of, url_in
from network.models import Affiliation, Letter, Organization
from proposals.emails import to_author
from proposals.models import Draft, Proposal


def private_url(proposal: Proposal) -> str:
    """The author's own page of their idea, which only they are told."""
    return url_in(proposal.letters_language, "proposals:yours", proposal.secret)


def received(
    proposal: Proposal, *, moved: bool = False, unlisted: Organization | None = None
) -> Letter | None:
    """To its author: it is in, what happens next and by when, and their private page.

    Where it was meant for a call that takes none now, it is `moved` to the one that does.
    Where the organization they named is listed no more, it goes on in their own name.
    """
    return to_author(
        "received",
        proposal,
        proposal.state,
        yours_url=private_url(proposal),
        days=settings.MODERATION_DAYS,
        waits_for_organization=proposal.state == Proposal.State.VOUCHING,
        moved=moved,
        unlisted=unlisted,
    )


def too_many(proposal: Proposal, *, moved: bool = False) -> Letter | None:
    """To its author: it is kept, and can go to the moderators once others were read.

    `moved` as in `received`, which they get once they send it.
    """
    return to_author("too_many", proposal, "1", yours_url=private_url(proposal), moved=moved)


def moved(proposal: Proposal) -> Letter | None:
    """To its author: its call is over, and it waits on in the one that is always open."""
    return to_author("moved", proposal, "1", yours_url=private_url(proposal))


def vouched(proposal: Proposal) -> Letter | None:
    """To its author: the organization confirmed it."""
    days, yours = settings.MODERATION_DAYS, private_url(proposal)
    return to_author("vouched", proposal, "1", yours_url=yours, days=days)


def denied(proposal: Proposal) -> Letter | None:
    """To its author: the organization did not confirm it, and what they can do now."""
    key = f"{proposal.denied_at:%Y%m%d%H%M%S}"
    return to_author("denied", proposal, key, yours_url=private_url(proposal))


def withdrawn(proposal: Proposal, *, was_public: bool) -> Letter | None:
    """To its author: they took it back, and what stays of it."""
    yours = private_url(proposal)
    return to_author("withdrawn", proposal, "1", was_public=was_public, yours_url=yours)


def own_name(proposal: Proposal, organization: Organization) -> Letter | None:
    """To its author: it no longer waits for the organization, and goes on in their own name."""
    return to_author(
        "own_name",
        proposal,
        "1",
        organization=organization,
        yours_url=private_url(proposal),
        days=settings.MODERATION_DAYS,
    )


# --- To who speaks for an organization ---------------------------------------------------


def vouching_waits(proposal: Proposal) -> None:
    """To each who speaks for the organization: an idea waits for their word. Once a day.

    It names nobody and quotes nothing: that is told on the page, after signing in.
    """
    organization = proposal.organization
    if organization is None:
        return
    for each in speakers(organization):
        page = url_in(language_of(each.member.user), "proposals:vouch", str(proposal.pk))
        to_speaker("vouching_waits", organization, each, page_url=page)


def vouching_over(proposal: Proposal, organization: Organization) -> None:
    """To each who was told that it waits: it no longer does. Once a day, and as discreetly.

    Where nothing else waits, a letter that has not left is taken back instead.
    """
    waiting = Proposal.objects.filter(
        organization=organization, state=Proposal.State.VOUCHING, denied_at=None
    )
    other = waiting.order_by("created_at", "pk").first()
    told_on = timezone.localdate(proposal.confirmed_at)
    for each in speakers(organization):
        told = Letter.objects.filter(
            key=speakers_key("vouching_waits", organization, each, told_on)
        )
        unsent = told.filter(state=Letter.State.OWED, attempts=0)
        if other is None and unsent.delete()[0]:
            continue
        if told.exists() and not unsent.exists():
            language = language_of(each.member.user)
            page = url_in(language, "proposals:vouch", str(other.pk)) if other else ""
            to_speaker("vouching_over", organization, each, page_url=page)


def speakers(organization: Organization) -> Iterable[Affiliation]:
    """Who speaks for it and may still sign in."""
    found = organization.affiliations.representatives().filter(member__user__is_active=True)
    return found.select_related("member__user")


def speakers_key(name: str, organization: Organization, each: Affiliation, day: date) -> str:
    """Of the one such letter that each of them gets in a day."""
    return f"{name.replace('_', '-')}-{organization.pk}-{each.pk}-{day:%Y%m%d}"


def to_speaker(name: str, organization: Organization, each: Affiliation, **context: Any) -> None:
    user, today = each.member.user, timezone.localdate()
    Letter.write(
        f"proposals/emails/{name}",
        to=user.email,
        language=language_of(user),
        key=speakers_key(name, organization, each, today),
        context={"name": " ".join(organization.name.text.split()), **context},
        user=user,
    )


# --- Drafts -------------------------------------------------------------------------------


def draft_kept(draft: Draft) -> Letter:
    """To whoever keeps a draft: where it is, and until when."""
    return Letter.write(
        "proposals/emails/draft_kept",
        to=draft.email,
        language=draft.language,
        key=f"draft-kept-{draft.pk}",
        kind=Letter.Kind.CONFIRM,
        context={
            "draft": draft,
            "draft_url": url_in(draft.language, "proposals:draft", draft.secret),
        },
    )
