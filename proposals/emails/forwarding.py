"""The letters of putting an idea forward: to authors, and to who speaks for an organization."""

from django.conf import settings
from django.utils import timezone

from network.emails.words import language_of, url_in
from network.models import Letter
from proposals.emails import to_author
from proposals.models import Draft, Proposal


def private_url(proposal: Proposal) -> str:
    """The author's own page of their idea, which only they are told."""
    return url_in(proposal.letters_language, "proposals:yours", proposal.secret)


def received(proposal: Proposal) -> Letter | None:
    """To its author: it is in, what happens next and by when, and their private page."""
    return to_author(
        "received",
        proposal,
        proposal.state,
        yours_url=private_url(proposal),
        days=settings.MODERATION_DAYS,
        waits_for_organization=proposal.state == Proposal.State.VOUCHING,
    )


def too_many(proposal: Proposal) -> Letter | None:
    """To its author: it is kept, and can go to the moderators once others were read."""
    return to_author("too_many", proposal, "1", yours_url=private_url(proposal))


def vouched(proposal: Proposal) -> Letter | None:
    """To its author: the organization confirmed it."""
    days, yours = settings.MODERATION_DAYS, private_url(proposal)
    return to_author("vouched", proposal, "1", yours_url=yours, days=days)


def denied(proposal: Proposal) -> Letter | None:
    """To its author: the organization did not confirm it, and what they can do now."""
    key = f"{proposal.denied_at:%Y%m%d%H%M%S}"
    return to_author("denied", proposal, key, yours_url=private_url(proposal))


def vouching_waits(proposal: Proposal) -> None:
    """To each who speaks for the organization: an idea waits for their word. Once a day.

    It names nobody and quotes nothing: that is told on the page, after signing in.
    """
    organization = proposal.organization
    if organization is None:
        return
    for each in organization.affiliations.representatives().select_related("member__user"):
        user = each.member.user
        if not user.is_active:
            continue
        language = language_of(user)
        Letter.write(
            "proposals/emails/vouching_waits",
            to=user.email,
            language=language,
            key=f"vouching-waits-{organization.pk}-{each.pk}-{timezone.localdate():%Y%m%d}",
            context={
                "name": " ".join(organization.name.text.split()),
                "page_url": url_in(language, "proposals:vouch", str(proposal.pk)),
            },
            user=user,
        )


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
