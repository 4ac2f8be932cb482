"""Following: being told by mail of what becomes of a proposal, a call, a commitment, an issue."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from commitments.models import Change, Commitment
from network.models import (
    Confirmation,
    Consent,
    ConsentWords,
    Letter,
    Purpose,
    Stop,
    Subject,
    User,
)
from network.models.consent import BREAKS
from opengov_portal.lib.languages import Words
from opengov_portal.lib.mail import canonical
from proposals.models import Consultation, Follow, Follower, Happening, Proposal
from proposals.models.follow import heading_of

LARGEST = 32_767  # what the number of a commitment can be


def consent_words(language: str) -> ConsentWords:
    """The words that ask for consent to be written to, as they stand today."""
    with override(language):
        text = render_to_string(
            "proposals/consent_following.txt",
            {
                "sender_name": (
                    settings.SENDER_NAME_FR if language == "fr" else settings.SENDER_NAME
                ),
                "mailing_address": settings.MAILING_ADDRESS,
                "contact_address": settings.CONTACT_ADDRESS,
            },
        )
    return ConsentWords(language, " ".join(filter(None, BREAKS.split(text))))


# --- What can be followed ------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """One thing that can be followed, and which of a Follow's four it is."""

    kind: str
    thing: Any

    @property
    def heading(self) -> Words:
        return heading_of(self.thing)

    @property
    def may_bring_news(self) -> bool:
        """Whether something may still come of it; of an earlier call nothing does."""
        return not isinstance(self.thing, Consultation) or self.thing.may_bring_news

    @property
    def query(self) -> dict[str, str]:
        """How the page of following is asked for it."""
        if isinstance(self.thing, Commitment):
            return {"commitment": f"{self.thing.plan.slug}/{self.thing.number}"}
        if isinstance(self.thing, Proposal):
            return {"proposal": str(self.thing.pk)}
        name = "call" if isinstance(self.thing, Consultation) else "issue"
        return {name: self.thing.slug}

    @property
    def follow_url(self) -> str:
        return reverse("proposals:follow", query=self.query)

    @property
    def feed_url(self) -> str:
        """Its Atom feed."""
        if isinstance(self.thing, Commitment):
            where = [self.thing.plan.slug, self.thing.number]
            return reverse("commitments:commitment_feed", args=where)
        if isinstance(self.thing, Proposal):
            return reverse("proposals:proposal_feed", args=[self.thing.pk])
        view = "call_feed" if isinstance(self.thing, Consultation) else "issue_feed"
        return reverse(f"proposals:{view}", args=[self.thing.slug])


def target_in(asked: Mapping[str, Any]) -> Target:
    """What an address names by `proposal`, `call`, `commitment` or `issue`; raises Http404."""
    said = {name: str(value).replace("\0", "") for name, value in asked.items()}
    if number := said.get("proposal"):
        found = Proposal.objects.public().filter(pk=int(number) if is_number(number) else 0)
        return Target("proposal", get_object_or_404(found))
    if slug := said.get("call"):
        return Target("consultation", get_object_or_404(Consultation.objects.public(), slug=slug))
    if place := said.get("commitment"):
        plan, _sign, number = place.partition("/")
        if not is_number(number) or int(number) > LARGEST:
            raise Http404
        promises = Commitment.objects.select_related("plan")
        return Target("commitment", get_object_or_404(promises, plan__slug=plan, number=number))
    return Target("subject", get_object_or_404(Subject, slug=said.get("issue", "")))


def is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


# --- Asking and confirming -----------------------------------------------------------


def hang(
    confirmation: Confirmation,
    target: Target,
    *,
    email: str,
    language: str,
    rhythm: str,
    words: ConsentWords,
) -> None:
    """The wish to follow waits for this confirmation."""
    Follow.objects.update_or_create(
        confirmation=confirmation,
        follower=None,
        **{target.kind: target.thing},
        defaults={
            "email": email,
            "address": canonical(email),
            "language": language,
            "rhythm": rhythm,
            "words": words.text,
            "words_language": words.language,
            "asked_at": timezone.now(),
        },
    )


def asked(confirmation: Confirmation) -> list[str]:
    """What hangs on a confirmation, a line each."""
    mine = confirmation.follows.waiting().with_target().order_by("pk")
    lines = []
    for follow in mine:
        title = heading_of(follow.target).text
        words = _("Follow “%(title)s” by mail, %(rhythm)s")
        often = _("each morning") if follow.rhythm == "daily" else _("each Monday")
        lines.append(words % {"title": title or "…", "rhythm": often})
    return lines


def confirm(confirmation: Confirmation, *, origin: str = "") -> str:
    """Its owner said yes: they are told from now on; the address of their private page."""
    follower = None
    for follow in confirmation.follows.waiting().order_by("pk"):
        follower = begin(follow, origin=origin)
    return page_of(follower) if follower else ""


@transaction.atomic
def follow_at_once(
    target: Target, email: str, *, user: User, origin: str = "", **asked: Any
) -> Follower:
    """Someone signed in follows something; `asked` is what `hang` takes."""
    words: ConsentWords = asked.pop("words")
    follow = Follow.objects.create(
        email=email,
        address=canonical(email),
        words=words.text,
        words_language=words.language,
        **{target.kind: target.thing},
        **asked,
    )
    return begin(follow, origin=origin, user=user, how=Consent.How.MEMBER)


def begin(
    follow: Follow,
    *,
    origin: str,
    user: User | None = None,
    how: Consent.How = Consent.How.FORM,
) -> Follower:
    """A follow that waited counts from now: on record, and for all of this address.

    The follower's row is held before it is asked how far the logs go, as it is when a
    digest is written: so no news falls between the two.
    """
    follower = follower_of(follow, user)
    twins = follower.follows.filter(**{follow.kind: follow.target})
    if twins.exists():
        follow.delete()
    else:
        now = timezone.now()
        Follow.objects.filter(pk=follow.pk).update(
            follower=follower, confirmed_at=now, confirmation=None, **log_ends()
        )
    words = ConsentWords(follow.words_language, follow.words)
    Consent.record(
        Consent.Act.GIVEN,
        [Purpose.FOLLOWING],
        user=user,
        email=follow.email,
        language=follow.words_language,
        how=how,
        words=words,
        origin=origin,
        asked_at=follow.asked_at,
    )
    Stop.lift(follow.address)
    return follower


def follower_of(follow: Follow, user: User | None) -> Follower:
    """The follower of its address, held; as it now wants to be written to.

    A new one has been told of all that came before: none of it is read again for them.
    """
    wanted: dict[str, Any] = {
        "email": follow.email,
        "language": follow.language,
        "rhythm": follow.rhythm,
    }
    if user:
        wanted["user"] = user
    ends = log_ends()
    begun = {"told_happening": ends["since_happening"], "told_change": ends["since_change"]}
    follower, _made = Follower.objects.select_for_update().update_or_create(
        address=follow.address, defaults=wanted, create_defaults=wanted | begun
    )
    return follower


def log_ends() -> dict[str, int]:
    """How far each of the two logs goes now."""
    happened = Happening.objects.aggregate(last=Max("pk"))["last"] or 0
    changed = Change.objects.aggregate(last=Max("pk"))["last"] or 0
    return {"since_happening": happened, "since_change": changed}


def page_of(follower: Follower) -> str:
    return reverse("proposals:followed", args=[follower.seal])


def listed(follower: Follower | None) -> list[tuple[Follow, Target]]:
    """All that is followed, as its page lists it."""
    if follower is None:
        return []
    rows = follower.follows.with_target().oldest()
    return [(row, Target(row.kind, row.target)) for row in rows]


# --- Changing and stopping -----------------------------------------------------------


def change(follower: Follower, *, rhythm: str, language: str) -> None:
    """How often, and in which language, from the next letter on."""
    Follower.objects.filter(pk=follower.pk).update(rhythm=rhythm, language=language)


@transaction.atomic
def stop(follower: Follower, number: int, *, origin: str = "") -> None:
    """No longer follow one thing; with the last of them the follower goes."""
    rows = Follower.objects.select_for_update().filter(pk=follower.pk)
    if rows.first() is None:
        return
    follower.follows.filter(pk=number).delete()
    if not follower.follows.exists():
        stop_all(follower, how=Consent.How.PAGE, origin=origin)


@transaction.atomic
def stop_all(follower: Follower, *, how: Consent.How, origin: str = "") -> None:
    """No longer follow anything, on record; a second time nothing changes."""
    if not Follower.objects.filter(pk=follower.pk).delete()[0]:
        return
    Consent.record(
        Consent.Act.WITHDRAWN,
        [Purpose.FOLLOWING],
        user=follower.user,
        email=follower.email,
        language=follower.language,
        how=how,
        origin=origin,
    )
    # What is written and was not posted goes no more (SECURITY.md C4).
    unposted = Letter.objects.owed().exclude(state=Letter.State.CLAIMED)
    unposted.filter(address=follower.address, template=DIGEST).delete()


DIGEST = "proposals/emails/digest"


def leave(letter: Letter, *, how: Consent.How = Consent.How.ONE_CLICK) -> None:
    """The reader of a letter to many wants no more of its kind."""
    follower = Follower.objects.filter(address=letter.address).first() or moved_since(letter)
    if follower:
        stop_all(follower, how=how)


def moved_since(letter: Letter) -> Follower | None:
    """Whoever a letter was written to, where they follow with another address by now."""
    number = letter.key.removeprefix("digest-").partition("-")[0]
    written_to = Q(user=letter.user) if letter.user else Q(pk__in=[])
    if letter.template == DIGEST and number.isdecimal():
        written_to |= Q(pk=number)
    return Follower.objects.filter(written_to).order_by("pk").first()


# --- People's records ----------------------------------------------------------------


def held(addresses: Set[str], users: QuerySet[User]) -> dict[str, QuerySet[Any]]:
    """What a person follows."""
    theirs = Q(address__in=addresses)
    return {
        "following": Follower.objects.filter(theirs | Q(user__in=users)).order_by("pk"),
        "follows": Follow.objects.filter(theirs | Q(follower__user__in=users)).order_by("pk"),
    }


def forget(addresses: Set[str], user: User | None) -> None:
    """Someone leaves: they follow nothing any more."""
    mine = Q(address__in=addresses) | Q(user__in=[user] if user else [])
    for follower in Follower.objects.filter(mine):
        stop_all(follower, how=Consent.How.MEMBER)
    Follow.objects.filter(address__in=addresses).delete()


def move(old: str, new: str) -> None:
    """An account has another address: what it follows goes along, unless that one follows too."""
    if not Follower.objects.filter(address=canonical(new)).exists():
        mine = Follower.objects.filter(address=canonical(old))
        Follow.objects.filter(follower__in=mine).update(email=new, address=canonical(new))
        mine.update(email=new, address=canonical(new))


def forget_unconfirmed(now: datetime) -> int:
    """Delete what was asked for and never confirmed."""
    stale = now - Confirmation.KEPT
    return Follow.objects.waiting().filter(asked_at__lte=stale).delete()[0]
