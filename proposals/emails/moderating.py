"""The letters of moderators' decisions, held back for the hour in which one can be undone."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from network.models import Letter
from opengov_portal.lib.mail import Words, written
from proposals.emails import to_author
from proposals.models import Appeal, Merge, Proposal, Step

# Each is `<name>-<proposal>-<step>` by its key.
OF_DECISIONS = (
    "published", "refused", "hidden", "restored", "merged", "merged_here",
    "appeal_granted", "appeal_denied", "brief_off", "brief_new",
)  # fmt: skip


def held(letter: Letter | None, step: Step) -> Letter | None:
    """The letter, due once its decision can be undone no more."""
    if letter:
        Letter.objects.filter(pk=letter.pk).hold(step.undo_until)
    return letter


def take_back(step: Step) -> bool:
    """What tells of a decision is not sent after all. Whether some of it has left already."""
    told_of = {step.proposal_id, *Merge.objects.filter(step=step).values_list("into_id", flat=True)}
    keys = [f"{name}-{pk}-{step.pk}" for name in OF_DECISIONS for pk in told_of]
    return Letter.objects.filter(key__in=keys).take_back()


def again(step: Step) -> Letter | None:
    """The letter of a move that stands again; nothing new where it is there, or has left."""
    proposal, state = step.proposal, Proposal.State
    if Appeal.objects.filter(decision=step).exists():
        is_granted = step.after == state.PUBLISHED
        return (appeal_granted if is_granted else appeal_denied)(proposal, step)
    wrote = {
        (state.WAITING, state.PUBLISHED): published,
        (state.REFUSED, state.PUBLISHED): published,
        (state.HIDDEN, state.PUBLISHED): restored,
        (state.WAITING, state.REFUSED): refused,
        (state.PUBLISHED, state.HIDDEN): hidden,
    }
    write = wrote.get((state(step.before), state(step.after)))
    return write(proposal, step) if write else None


def url_in(language: str, name: str, *args: Any) -> str:
    with override(language):
        return settings.SITE_URL + reverse(name, args=args)


def published(proposal: Proposal, step: Step) -> Letter | None:
    """To its author: everyone can read it."""
    return held(to_author("published", proposal, str(step.pk), step=step), step)


def appeal_url(proposal: Proposal, step: Step) -> str:
    return url_in(proposal.letters_language, "proposals:appeal", Appeal.token_for(step))


def refused(proposal: Proposal, step: Step) -> Letter | None:
    """To its author: it is not published, why, and the one click that appeals, once."""
    appealed = Appeal.objects.filter(proposal=proposal).exists()
    link = "" if appealed else appeal_url(proposal, step)
    return held(to_author("refused", proposal, str(step.pk), step=step, appeal_url=link), step)


def hidden(proposal: Proposal, step: Step) -> Letter | None:
    """To its author: it can no longer be read, and why."""
    return held(to_author("hidden", proposal, str(step.pk), step=step), step)


def restored(proposal: Proposal, step: Step) -> Letter | None:
    """To its author: it can be read again."""
    return held(to_author("restored", proposal, str(step.pk), step=step), step)


def appeal_granted(proposal: Proposal, step: Step) -> Letter | None:
    """To who appealed: another moderator agreed, and it is published."""
    return held(to_author("appeal_granted", proposal, str(step.pk), step=step), step)


def appeal_denied(proposal: Proposal, step: Step) -> Letter | None:
    """To who appealed: another moderator came to the same decision, and why."""
    return held(to_author("appeal_denied", proposal, str(step.pk), step=step), step)


def brief_off(proposal: Proposal, step: Step) -> Letter | None:
    """To its author: the file is off the site, why, and how to send a cleaned one."""
    return held(to_author("brief_off", proposal, str(step.pk), step=step), step)


def brief_new(proposal: Proposal, step: Step) -> Letter | None:
    """To its author: the cleaned file is in its place."""
    return held(to_author("brief_new", proposal, str(step.pk), step=step), step)


def undone(proposal: Proposal, step: Step) -> Letter | None:
    """To its author, should the letter of a decision have left: it no longer holds."""
    return to_author("undone", proposal, str(step.pk), step=step)


def merged(merge: Merge) -> None:
    """To both authors: what the two proposals are now."""
    step, key = merge.step, str(merge.step_id)
    held(to_author("merged", merge.proposal, key, **in_words(merge, merge.proposal)), step)
    if merge.into.address != merge.proposal.address:
        held(to_author("merged_here", merge.into, key, **in_words(merge, merge.into)), step)


def parted(merge: Merge) -> None:
    """To both authors, where they were told of the merge: each stands by itself again."""
    key = str(merge.step_id)
    to_author("parted", merge.proposal, key, **in_words(merge, merge.proposal))
    if merge.into.address != merge.proposal.address:
        to_author("parted", merge.into, key, **in_words(merge, merge.into))


def in_words(merge: Merge, reader: Proposal) -> dict[str, Any]:
    """The two proposals of a merge, and their pages, in a reader's language."""
    with override(reader.letters_language):
        return {
            "merged": merge.proposal,
            "merged_url": settings.SITE_URL + merge.proposal.get_absolute_url(),
            "into": merge.into,
            "into_url": settings.SITE_URL + merge.into.get_absolute_url(),
        }


def preview(name: str, proposal: Proposal, **context: Any) -> Words | None:
    """The letter to the author as it would be written; None where nobody is written to."""
    if not proposal.email:
        return None
    language = proposal.letters_language
    letter = Letter(language=language, kind=Letter.Kind.ANSWER)
    with override(language):
        page_url = settings.SITE_URL + proposal.get_absolute_url()
        said = {**letter.surroundings(), "proposal": proposal, "page_url": page_url, **context}
        return written(f"proposals/emails/{name}", language, said)
