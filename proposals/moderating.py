"""What moderators do, and the letter that tells of it, in one; and what the public sees of it.

The letter of a decision is held back for the hour in which it can be undone: undoing
takes it away unread, and so does a later decision (docs/decisions/0019).
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from network.models import User
from opengov_portal.lib.errors import Refused
from proposals.emails import answering, referring
from proposals.emails import moderating as emails
from proposals.models import Appeal, Brief, Merge, Proposal, Step, Strike
from proposals.rows import Told
from proposals.search import indexing


def found(step: Step, *others: Proposal) -> Step:
    """The step, once the search knows of it."""
    indexing.refresh(step.proposal, *others)
    return step


def instead(step: Step) -> None:
    """A letter that has not left, of what it was until now, goes to nobody."""
    earlier = step.proposal.steps.standing().moves().exclude(pk=step.pk)
    for before in earlier.filter(at__gt=step.at - Proposal.UNDO_WITHIN):
        emails.take_back(before)


def after_all(step: Step) -> None:
    """What it is again, now that a step is undone, is told: that step may have taken it back."""
    last = step.proposal.last_move
    if last and last.at > step.at - Proposal.UNDO_WITHIN:
        emails.again(last)


@transaction.atomic
def publish(proposal: Proposal, *, by: User, seen: int | None = None) -> Step:
    """A moderator agrees; its author is told."""
    step = proposal.publish(by=by, seen=seen)
    instead(step)
    emails.published(proposal, step)
    return found(step)


@transaction.atomic
def refuse(
    proposal: Proposal, *, by: User, reason: str, words: str, seen: int | None = None
) -> Step:
    """A moderator says no, and why; its author is told, with the way to appeal."""
    step = proposal.refuse(by=by, reason=reason, words=words, seen=seen)
    instead(step)
    emails.refused(proposal, step)
    return found(step)


@transaction.atomic
def hide(proposal: Proposal, *, by: User, reason: str, words: str, seen: int | None = None) -> Step:
    """A moderator takes it off the site, and says why; its author is told."""
    step = proposal.hide(by=by, reason=reason, words=words, seen=seen)
    instead(step)
    emails.hidden(proposal, step)
    answering.to_its_author(proposal).withhold()
    referring.unsaid(proposal)
    return found(step)


@transaction.atomic
def restore(proposal: Proposal, *, by: User, seen: int | None = None) -> Step:
    """A moderator puts it back; its author is told."""
    step = proposal.restore(by=by, seen=seen)
    instead(step)
    emails.restored(proposal, step)
    answering.owe(proposal, step.undo_until)
    return found(step)


@transaction.atomic
def grant(appeal: Appeal, *, by: User, seen: int | None = None) -> Step:
    """Another moderator agrees with the author; it is published, and they are told."""
    step = appeal.grant(by=by, seen=seen)
    instead(step)
    emails.appeal_granted(appeal.proposal, step)
    return found(step)


@transaction.atomic
def deny(appeal: Appeal, *, by: User, words: str, seen: int | None = None) -> Step:
    """Another moderator agrees with the refusal; the author is told why."""
    step = appeal.deny(by=by, words=words, seen=seen)
    emails.appeal_denied(appeal.proposal, step)
    return step


@transaction.atomic
def undo(proposal: Proposal, *, by: User, seen: int | None = None) -> Step:
    """Any moderator takes the last decision back; its letter is not sent.

    Should the letter have left all the same, a second one says that it no longer holds.
    """
    step = proposal.last_step
    if step and step.after == Proposal.State.MERGED and not step.brief:
        return part(Merge.objects.standing().get(step=step), by=by, seen=seen)
    step = proposal.undo(by=by, seen=seen)
    if emails.take_back(step):
        emails.undone(proposal, step)
    after_all(step)
    if proposal.is_public:
        answering.owe(proposal)
    else:
        answering.to_its_author(proposal).withhold()
    return found(step)


@transaction.atomic
def merge(proposal: Proposal, into: Proposal, *, by: User, seen: int | None = None) -> Merge:
    """A moderator merges two that ask for the same; both authors are told, then supporters.

    Supporters are written to by a task, once the hour to undo is over.
    """
    done = Merge.make(proposal, into, by=by, seen=seen)
    instead(done.step)
    emails.merged(done)
    found(done.step, into)
    return done


@transaction.atomic
def part(merge: Merge, *, by: User, seen: int | None = None) -> Step:
    """A moderator undoes a merge; who was told of it is told of this."""
    step = merge.undo(by=by, seen=seen)
    if emails.take_back(merge.step) or step.pk != merge.step_id:
        emails.parted(merge)
    if step.pk == merge.step_id:
        after_all(step)
    return found(step, merge.into)


@transaction.atomic
def strike(proposal: Proposal, *, by: User, field: str, passage: str, why: str) -> list[Strike]:
    """Staff strike personal data out; the search forgets it at once."""
    struck = Strike.out(proposal, by=by, field=field, passage=passage, why=why)
    indexing.refresh(proposal)
    return struck


@transaction.atomic
def unstrike(struck: Strike, *, by: User) -> None:
    """Staff put a passage back."""
    struck.undo(by=by)
    indexing.refresh(struck.proposal)


@transaction.atomic
def take_brief_off(
    proposal: Proposal, *, by: User, reason: str, words: str, seen: int | None = None
) -> Step:
    """A moderator takes the file off the site, and says why; its author is told."""
    step = Brief.take_off(proposal, by=by, reason=reason, words=words, seen=seen)
    emails.brief_off(proposal, step)
    return step


@transaction.atomic
def put_brief_in(proposal: Proposal, content: bytes, *, by: User, seen: int | None = None) -> Step:
    """A moderator puts a cleaned file in its place; its author is told."""
    step = Brief.put_in(proposal, content, by=by, seen=seen)
    emails.brief_new(proposal, step)
    return step


@transaction.atomic
def publish_all(proposals: Iterable[tuple[Proposal, int]], *, by: User) -> int:
    """Publish all of these, each as it was seen, or none; how many."""
    return each(proposals, lambda one, seen: publish(one, by=by, seen=seen))


@transaction.atomic
def refuse_all(
    proposals: Iterable[tuple[Proposal, int]], *, by: User, reason: str, words: str
) -> int:
    """Refuse all of these with one reason and sentence, or none; how many."""
    said = {"reason": reason, "words": words}
    return each(proposals, lambda one, seen: refuse(one, by=by, seen=seen, **said))


def each(proposals: Iterable[tuple[Proposal, int]], decide: Callable[[Proposal, int], Step]) -> int:
    """Decide about each in turn; Refused says which one stopped them all."""
    count = 0
    for proposal, seen in proposals:
        try:
            decide(proposal, seen)
        except Refused as refusal:
            raise Refused(f"“{proposal}”: {refusal}") from refusal
        count += 1
    return count


# --- What the public sees ---------------------------------------------------------------


def shown_on(told: Told) -> dict[str, Any]:
    """What its page shows of this: what it was merged into, and whom else it speaks for."""
    return {"merged_into": stands_now(told.proposal), "merged_here": told.merged_here}


def stands_now(proposal: Proposal) -> Proposal | None:
    """What a merged proposal stands in now, merge after merge; None where that is not public."""
    found, steps = proposal, 0
    while found.state == Proposal.State.MERGED and found.merged_into and steps < 10:
        found, steps = found.merged_into, steps + 1
    return found if steps and found.is_public else None
