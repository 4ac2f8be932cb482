"""Putting an idea forward: asking for it, confirming it, and what becomes of one's own."""

from collections.abc import Mapping, Set
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from network.actions import ask_to_confirm, refuse_blocked
from network.models import Confirmation, Edition, User
from opengov_portal.lib.languages import active
from opengov_portal.lib.mail import canonical
from opengov_portal.lib.seals import new_token
from proposals.emails import answering, moderating, referring
from proposals.emails import forwarding as emails
from proposals.models import Brief, Consultation, Draft, Proposal
from proposals.search import indexing

TWIN_WITHIN = timedelta(days=1)
AGAIN_WITHIN = timedelta(minutes=1)
State = Proposal.State


@transaction.atomic
def put_forward(
    email: str, said: Mapping[str, Any], *, origin: str = "", here: Confirmation | None = None
) -> Confirmation:
    """Someone who has yet to confirm their address puts an idea forward.

    `said` is as the form has it. Of two that say the same within a day, the second
    finds the first; also when both come at once, since they wait for one another here.
    """
    call = hold(said["call"])
    twin = twins(email, said).filter(state=State.UNCONFIRMED).first()
    made = twin or make(email, said, call, origin=origin)

    def hang(confirmation: Confirmation) -> None:
        if confirmation.secret or made.confirmation_id is None:
            made.confirmation = confirmation
            made.save(update_fields=["confirmation"])

    return ask_to_confirm(email, language=active(), origin=origin, here=here, hang=hang)


@transaction.atomic
def put_forward_at_once(
    user: User, email: str, said: Mapping[str, Any], *, origin: str = ""
) -> Proposal:
    """Someone who is signed in puts an idea forward: their address is known to be theirs.

    Raises Refused where it is blocked, or its network.
    """
    refuse_blocked(email, origin)
    Edition.take_turn()
    call = hold(said["call"])
    twin = twins(email, said).exclude(state=State.WITHDRAWN).first()
    if twin and twin.state != State.UNCONFIRMED:
        return twin
    made = twin or make(email, said, call, origin=origin)
    settle(made, user)
    return made


def hold(call: Consultation | None) -> Consultation:
    """The call that takes an idea now; who puts another in the same call waits until the end."""
    taken = Consultation.that_takes(call)
    return Consultation.objects.select_for_update(no_key=True).get(pk=taken.pk)


def twins(email: str, said: Mapping[str, Any]) -> QuerySet[Proposal]:
    """What this address said in the same words within a day."""
    since = timezone.now() - TWIN_WITHIN
    mine = Proposal.objects.filter(address=canonical(email), created_at__gt=since)
    return mine.filter(title=said["title"], problem=said["problem"]).order_by("pk")


def is_said_again(email: str, said: Mapping[str, Any], *, origin: str) -> bool:
    """Whether someone there said just this a minute ago: they pressed the button twice."""
    since = timezone.now() - AGAIN_WITHIN
    mine = twins(email, said).exclude(state=State.WITHDRAWN)
    return bool(origin) and mine.filter(origin=origin, created_at__gt=since).exists()


def make(email: str, said: Mapping[str, Any], call: Consultation, *, origin: str) -> Proposal:
    words = said["words"]
    plain = ("title", "problem", "ask", "gain", "language", "links")
    made = Proposal.objects.create(
        consultation=call,
        email=email,
        address=canonical(email),
        name=said["name"],
        name_shown=said["name_shown"],
        organization=said["organization"],
        letters_language=active(),
        origin=origin,
        consent=words.text,
        consent_version=words.version,
        consent_language=words.language,
        **{name: said[name] for name in plain},
    )
    made.issues.set(said["issues"])
    made.commitments.set(said["commitments"])
    if said["brief"]:
        Brief.objects.filter(pk=said["brief"].pk, proposal=None).update(proposal=made, draft=None)
    draft = Draft.objects.with_secret(said["draft"]) if said["draft"] else None
    if draft:
        Draft.objects.filter(pk=draft.pk).update(proposal=made)
    return made


@transaction.atomic
def keep_draft(email: str, data: dict[str, Any], *, brief: Brief | None) -> Draft:
    """Keep what someone has begun to write, and write them where it is; whoever they are."""
    draft = Draft.keep(email, language=active(), data=data)
    if brief:
        Brief.objects.filter(pk=brief.pk, proposal=None).update(draft=draft)
    emails.draft_kept(draft)
    return draft


# --- What the room does with a confirmation ---------------------------------------------


def hanging(confirmation: Confirmation) -> QuerySet[Proposal]:
    mine = Proposal.objects.filter(confirmation=confirmation, state=State.UNCONFIRMED)
    return mine.order_by("pk")


def asked(confirmation: Confirmation) -> list[str]:
    line = _("Put this idea forward: “%(title)s”")
    return [line % {"title": one.title} for one in hanging(confirmation)]


def confirm(confirmation: Confirmation, *, origin: str = "") -> str:
    """Its owner said yes: what hangs on it goes to the moderators. Their own page of it."""
    mine = list(hanging(confirmation))
    if not mine:
        return ""
    Edition.take_turn()
    user = account_of(confirmation.email)
    pages = []
    for one in mine:
        said = {"title": one.title, "problem": one.problem}
        same = twins(one.email, said).exclude(state__in=[State.UNCONFIRMED, State.WITHDRAWN])
        twin = same.first()
        if twin:
            one.delete()
        else:
            settle(one, user)
        pages.append(yours(twin or one))
    return pages[0]


def account_of(email: str) -> User | None:
    """The account of an address that is shown to be its owner's, and of no other.

    `ada+x@` may be somebody else's than `ada@` (docs/decisions/0016), who speaks for others.
    """
    return User.objects.filter(email__iexact=email.strip(), is_active=True).first()


def yours(proposal: Proposal) -> str:
    """The author's own page, in the language that is read now."""
    return reverse("proposals:yours", args=[proposal.secret])


@transaction.atomic
def settle(proposal: Proposal, user: User | None) -> bool:
    """A confirmed idea goes on its way, and the letters that tell of it are written.

    False where too many of its author's wait: it is kept, and its page sends it later.
    """
    Edition.take_turn()
    call = Consultation.that_takes(proposal.consultation)
    moved = call != proposal.consultation
    if moved:
        proposal.consultation = call
        proposal.save(update_fields=["consultation"])
    named = proposal.organization
    if not proposal.settle(user):
        if proposal.state == State.UNCONFIRMED:
            emails.too_many(proposal, moved=moved)
        return False
    proposal.drafts.all().delete()
    emails.received(proposal, moved=moved, unlisted=None if proposal.organization else named)
    if proposal.state == State.VOUCHING:
        emails.vouching_waits(proposal)
    return True


@transaction.atomic
def send_on(proposal: Proposal) -> bool:
    """Its author asks again for what was kept because too many of theirs waited."""
    return settle(proposal, account_of(proposal.email))


@transaction.atomic
def withdraw(proposal: Proposal) -> None:
    """Its author takes it back, and is told what stays; nobody finds it any more.

    A letter that has not left, of what it was until now, goes to nobody.
    """
    before = proposal.state
    organization = None if proposal.is_denied else proposal.organization
    proposal.withdraw()
    for step in proposal.steps.standing().filter(at__gt=timezone.now() - Proposal.UNDO_WITHIN):
        moderating.take_back(step)
    answering.to_its_author(proposal).take_back()
    referring.unsaid(proposal)
    emails.withdrawn(proposal, was_public=before == State.PUBLISHED)
    if before == State.VOUCHING and organization:
        emails.vouching_over(proposal, organization)
    indexing.refresh(proposal)


@transaction.atomic
def speak_for_oneself(proposal: Proposal) -> None:
    """Its author takes the organization's name away; they are told, and whoever it waited for."""
    organization, waited = proposal.organization, not proposal.is_denied
    proposal.speak_for_oneself()
    if organization:
        emails.own_name(proposal, organization)
        if waited:
            emails.vouching_over(proposal, organization)


@transaction.atomic
def vouch(proposal: Proposal, *, by: User) -> None:
    """The organization confirms it; its author is told."""
    proposal.vouch(by=by)
    emails.vouched(proposal)


@transaction.atomic
def deny(proposal: Proposal, *, by: User) -> None:
    """The organization does not; its author is told, and chooses."""
    proposal.deny(by=by)
    emails.denied(proposal)


# --- What is held of people, and what is forgotten --------------------------------------


def of_person(addresses: Set[str], users: Any) -> QuerySet[Proposal]:
    return Proposal.objects.filter(Q(address__in=addresses) | Q(user__in=users)).order_by("pk")


def held(addresses: Set[str], users: QuerySet[User]) -> dict[str, QuerySet[Any]]:
    mine = of_person(addresses, users)
    return {
        "proposals": mine.prefetch_related("issues", "commitments"),
        "briefs": Brief.objects.light().filter(proposal__in=mine).order_by("pk"),
        "drafts": Draft.objects.filter(address__in=addresses).order_by("pk"),
    }


def forget(addresses: Set[str], user: User | None) -> None:
    """What was never public goes; of what was, all that tells whose it is."""
    mine = of_person(addresses, [user] if user else [])
    Draft.objects.filter(address__in=addresses).delete()
    mine.filter(published_at__isnull=True).delete()
    for proposal in mine:
        Proposal.objects.filter(pk=proposal.pk).update(
            email="", address="", user=None, name="", name_shown=False, origin="",
            confirmation=None, token=new_token(),
        )  # fmt: skip


def move(old: str, new: str) -> None:
    """An account has another address: its ideas go along, so that their answers reach it."""
    Proposal.objects.filter(address=canonical(old)).update(email=new, address=canonical(new))
    Draft.objects.filter(address=canonical(old)).update(email=new, address=canonical(new))


def forget_briefs(now: datetime) -> int:
    """Those that nobody came back to, and what was in those that moderators took off."""
    return Brief.delete_taken_off() + forget_all(Brief.objects.light().stale())


def forget_drafts(now: datetime) -> int:
    return forget_all(Draft.objects.stale())


def forget_unconfirmed(now: datetime) -> int:
    """Ideas that nobody confirmed."""
    old = now - Confirmation.KEPT
    return forget_all(Proposal.objects.filter(state=State.UNCONFIRMED, created_at__lte=old))


def forget_origins(now: datetime) -> int:
    """From which network ideas came: that was kept against floods alone."""
    old = Proposal.objects.filter(created_at__lte=now - Confirmation.KEPT)
    return old.exclude(origin="").update(origin="")


def forget_all(rows: QuerySet[Any]) -> int:
    """Delete them, some hundreds at a time so that nobody waits long."""
    forgotten = 0
    while some := list(rows.values_list("pk", flat=True)[:500]):
        rows.model._default_manager.filter(pk__in=some).delete()
        forgotten += len(some)
    return forgotten
