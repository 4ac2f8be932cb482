"""News: what happened, in one line, as a digest and a feed tell it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from commitments.dictionary import words_for
from commitments.models import Change, Commitment
from network.models import Organization
from opengov_portal.lib.languages import Words
from proposals.happenings import Kind
from proposals.models import Happening, Proposal, Response, Support

# Told of a proposal that is not to be read any more, without a word of it.
OF_THE_REMOVED = {Kind.HIDDEN, Kind.WITHDRAWN}


@dataclass(frozen=True)
class News:
    """One thing that happened: when, what, to what, and where to read of it."""

    at: datetime
    label: str
    title: Words
    path: str
    name: tuple[str, int]  # in which log, and its number there

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.path

    @property
    def line(self) -> str:
        """All of it, where its parts cannot be marked."""
        return f"{self.title}: {self.label}" if self.title else self.label


def prepared(happenings: Iterable[Happening]) -> list[Happening]:
    """With all that their lines say, in a constant number of queries."""
    found = list(happenings)
    standing = Prefetch("proposal__responses", Response.objects.current(), to_attr="standing")
    named = Prefetch("proposal__supports", Support.objects.of_organizations(), to_attr="named")
    prefetch_related_objects(
        found,
        "consultation",
        "organization",
        "commitment__plan",
        "proposal__merged_into",
        standing,
        named,
    )
    return found


def each_publication_once(happenings: Sequence[Happening]) -> list[Happening]:
    """Without a proposal's earlier publications: undone within the hour, and done again."""
    last = {row.proposal_id: row for row in happenings if row.kind == Kind.PUBLISHED}
    return [row for row in happenings if row.kind != Kind.PUBLISHED or row is last[row.proposal_id]]


def of_happening(happening: Happening) -> News | None:
    """In the reader's language; None for what may not be told any more."""
    call, proposal = happening.consultation, happening.proposal
    kind, name = Kind(happening.kind), ("happenings", happening.pk)
    if call:
        label = str(kind.label)
        return News(happening.at, label, call.title, call.get_absolute_url(), name)
    if proposal is None:
        return None
    page = proposal.get_absolute_url()
    if proposal.state not in {Proposal.State.PUBLISHED, Proposal.State.MERGED}:
        if kind not in OF_THE_REMOVED:
            return None
        label = {
            Kind.HIDDEN: _("A proposal you follow was removed; its page says why"),
            Kind.WITHDRAWN: _("A proposal you follow was withdrawn by its author"),
        }[kind]
        return News(happening.at, label, Words("", proposal.language), page, name)
    label = label_of(happening, proposal)
    return News(happening.at, label, proposal.heading, page, name) if label else None


def label_of(happening: Happening, proposal: Proposal) -> str:
    """What happened to a proposal that may be read; empty where it is no longer so."""
    kind = Kind(happening.kind)
    if kind in {Kind.ANSWERED, Kind.REANSWERED}:
        return of_answer(proposal, changed=kind == Kind.REANSWERED)
    if kind == Kind.MERGED:
        into = proposal.merged_into
        if into and into.is_gone:  # what is hidden is named nowhere
            return str(kind.label)
        return _("Merged into “%(title)s”") % {"title": into.title} if into else ""
    if kind == Kind.BECAME:
        promise = happening.commitment
        if promise is None:
            return ""
        facts = {"number": promise.number, "plan": promise.plan.title}
        return _("Became commitment %(number)d of %(plan)s") % facts
    if kind == Kind.SUPPORTED:
        return of_organization(happening, proposal)
    return str(kind.label)


def of_answer(proposal: Proposal, *, changed: bool) -> str:
    """The outcome that stands now."""
    standing: list[Response] = getattr(proposal, "standing", [])
    words = _("Its answer was changed: %(outcome)s") if changed else _("Answered: %(outcome)s")
    return words % {"outcome": standing[0].get_outcome_display()} if standing else ""


def of_organization(happening: Happening, proposal: Proposal) -> str:
    """Who supports it, while it does and is public."""
    who: Organization | None = happening.organization
    named: list[Support] = getattr(proposal, "named", [])
    if who is None or not who.is_public or who.pk not in {row.organization_id for row in named}:
        return ""
    return _("Supported by %(organization)s") % {"organization": who.name}


def of_change(change: Change, commitment: Commitment) -> News:
    """A change to a commitment, in the reader's language."""
    label = change.get_kind_display()
    if change.fields:
        fields = "; ".join(words_for(field, model=Commitment) for field in change.fields)
        label = _("What changed: %(fields)s") % {"fields": fields}
    page = commitment.get_absolute_url()
    return News(change.at, label, commitment.title, page, ("changes", change.pk))
