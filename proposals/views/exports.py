"""The data files of proposals: everything public, streamed, the same for every reader."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import Count, F, Prefetch, Sum

from network.models import Edition, Organization
from opengov_portal.lib.datafiles import COMPILATION, data_file, in_both, json_file
from opengov_portal.lib.records import Record, plain
from opengov_portal.lib.spreadsheets import table
from proposals.dictionary import ANSWER, CALL, PARTS, PROPOSAL, TURN
from proposals.models import Brief, Consultation, Proposal, Response, Step, Support, Turn
from proposals.showing import credited, shown

SCHEMA_VERSION = "1.0"
BATCH = 100  # proposals fetched at a time, with all that hangs on them
LICENCE = {"compilation": COMPILATION, "words": COMPILATION}
ATTRIBUTION_EN = (
    "Our compilation is under CC BY 4.0; please name the Canadian Open Government Civil Society "
    "Network and this portal. The words of a proposal (title, problem, ask, gain) are its "
    "author's, offered under CC BY 4.0 by whoever put it forward here; please name the author "
    "where one is named. Where source_url is given, the words were brought in from there: see "
    "its terms. Answers are the institutions'. Null or empty means not known or not public; it "
    "never means no or none."
)
ATTRIBUTION_FR = (
    "Notre compilation est offerte sous licence CC BY 4.0; veuillez nommer le Réseau de la "
    "société civile canadienne pour un gouvernement ouvert et ce portail. Les mots d’une "
    "proposition (title, problem, ask, gain) sont ceux de la personne ou de l’organisme qui l’a "
    "présentée ici, sous licence CC BY 4.0; veuillez nommer qui l’a présentée, si un nom est "
    "donné. Lorsque source_url est donné, les mots en proviennent\u00a0: voyez ses conditions. "
    "Les réponses sont celles des institutions. Une valeur nulle ou vide signifie «\u00a0non "
    "connu ou non public\u00a0», jamais «\u00a0non\u00a0» ni «\u00a0aucun\u00a0»."
)
# What every row of the CSV begins with, so that it can be read alone.
COLUMNS = ("record", "proposal", "call", "page_en", "page_fr")
# Of what was removed the mark remains: that it was here, when, and why it was hidden.
REMOVED = (Proposal.State.HIDDEN, Proposal.State.WITHDRAWN)
NOT_OF_REMOVED: dict[str, Any] = {
    **dict.fromkeys(("title", "problem", "ask", "gain", "organization", "author", "source_url")),
    **dict.fromkeys(("brief", "brief_removed_at", "brief_reason")),
    "links": [],
    "issues": [],
    "commitments": [],
}
WORDS = ("title", "problem", "ask", "gain")
NEEDED = {
    *(set(PROPOSAL.fields) - {"issues", "commitments"}),
    *("name", "name_shown", "vouched_at", "import_key"),
    "consultation__slug",
    "consultation__plan__slug",
    *(f"organization__{name}" for name in ("slug", "name_en", "name_fr", "state")),
}


def edition() -> str:
    """Changes with the edition, and with each support, which changes no edition."""
    counted = Proposal.objects.public().aggregate(
        people=Sum("supporters"), whose=Sum(F("supporters") * F("pk"))
    )
    named = Support.objects.of_organizations().aggregate(count=Count("pk"), which=Sum("pk"))
    numbers = (Edition.current(), *counted.values(), *named.values())
    return "-".join([SCHEMA_VERSION, *(str(number or 0) for number in numbers)])


def put_forward() -> Iterator[dict[str, Any]]:
    """Every proposal whose address answers, with its parts, a batch of them at a time."""
    every = Proposal.objects.addressed().order_by("pk").values_list("pk", flat=True)
    ids = iter(list(every))
    while batch := list(islice(ids, BATCH)):
        yield from _batch(batch)


def _batch(ids: list[int]) -> Iterator[dict[str, Any]]:
    """Some proposals, in a constant number of queries."""
    parts = {name: _parts(part, ids) for name, part in PARTS.items()}
    removals, backers = _removals(ids), _backers(ids)
    rows = Proposal.objects.filter(pk__in=ids).only(*NEEDED).order_by("pk")
    rows = rows.select_related("consultation__plan", "organization").prefetch_related(
        Prefetch("merged", Proposal.objects.only("pk", "merged_into").order_by("pk")),
        Prefetch("brief", Brief.objects.light().select_related("taken_off")),
        "issues",
        "commitments",
    )
    for proposal in rows:
        answers = parts["answers"][proposal.pk]
        standing = [one["outcome"] for one in answers if one["replaced_at"] is None]
        facts = _facts(proposal) | {
            "supporting_organizations": backers[proposal.pk],
            "outcome": standing[0] if standing else None,
        }
        if proposal.state in REMOVED:
            facts |= NOT_OF_REMOVED | removals.get(proposal.pk, {})
        yield facts | {name: found[proposal.pk] for name, found in parts.items()}


def _facts(proposal: Proposal) -> dict[str, Any]:
    """What the files say of a proposal by itself, were it not removed."""
    call, organization = proposal.consultation, proposal.organization
    owns = proposal.speaks_for_organization and organization and organization.is_public
    facts = dict.fromkeys(PROPOSAL.names)
    facts |= {name: plain(getattr(proposal, name)) for name in PROPOSAL.fields if name in SIMPLE}
    facts |= {name: plain(str(shown(proposal, name))) for name in WORDS}
    return facts | {
        "issues": sorted(one.slug for one in proposal.issues.all()),
        "commitments": sorted(one.code for one in proposal.commitments.all()),
        "organization": organization.slug if owns and organization else None,
        "merged_into": proposal.merged_into_id,
        **_dates(proposal),
        "call": call.slug,
        "plan": call.plan.slug if call.plan else None,
        **in_both("page", "proposals:proposal", proposal.pk),
        "author": plain(credited(proposal)),
        **_brief(proposal),
        "merged": [one.pk for one in proposal.merged.all()],
    }


SIMPLE = set(PROPOSAL.fields) - {
    *WORDS,
    *("issues", "commitments", "organization", "merged_into"),
}


def _dates(proposal: Proposal) -> dict[str, Any]:
    """Its moments here; of what was put forward elsewhere, only as much as its source says."""
    facts: dict[str, Any] = {}
    if proposal.import_key:
        facts["confirmed_at"] = None
    if proposal.dated:
        facts |= dict.fromkeys(("created_at", "published_at"))
    return facts


def _brief(proposal: Proposal) -> dict[str, Any]:
    """Where the file is that came with it, if one did: it has no language of ours.

    Of one that moderators took off, when and for what reason; else nothing.
    """
    found: Brief | None = getattr(proposal, "brief", None)
    if found is None:
        return {}
    if found.taken_off:
        off = found.taken_off
        return {"brief_removed_at": plain(off.at), "brief_reason": plain(off.reason)}
    return {"brief": in_both("brief", "proposals:brief", proposal.pk)["brief_en"]}


def _parts(part: Record, ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    found = defaultdict(list)
    named: dict[int, list[str]] = defaultdict(list)
    if part is ANSWER:
        through = Response.commitments.through.objects.filter(response__proposal__in=ids)
        pairs = through.order_by("commitment__code").values_list("response", "commitment__code")
        for response, code in pairs:
            named[response].append(code)
    rows = part.model._default_manager.filter(proposal__in=ids)
    for (owner, pk), facts in part.read(rows, "proposal_id", "pk"):
        if part is ANSWER:
            facts["commitments"] = named[pk]
        found[owner].append(facts)
    return found


def _removals(ids: list[int]) -> dict[int, dict[str, Any]]:
    """When each was last hidden or withdrawn, and for what reason it was hidden."""
    steps = Step.objects.filter(proposal__in=ids, after__in=REMOVED).standing().moves()
    told = steps.oldest().values_list("proposal", "at", "after", "reason")
    return {
        proposal: {
            "removed_at": plain(at),
            "reason": plain(reason) if after == Proposal.State.HIDDEN else None,
        }
        for proposal, at, after, reason in told
    }


def _backers(ids: list[int]) -> dict[int, list[str]]:
    """The names of the organizations that support each."""
    found = defaultdict(list)
    theirs = Support.objects.of_organizations().filter(
        proposal__in=ids, organization__state=Organization.State.PUBLIC
    )
    columns = ("proposal", "organization__name_en", "organization__name_fr")
    for proposal, english, french in theirs.order_by("organization__slug").values_list(*columns):
        found[proposal].append(english or french)
    return found


@data_file("proposals.json", "application/json", tag=edition)
def proposals_json() -> Iterator[bytes]:
    """Everything, one proposal a line."""
    return json_file(_head(), "proposals", put_forward())


def _head() -> dict[str, Any]:
    turns: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for (owner,), facts in TURN.read(Turn.objects.all(), "consultation_id"):
        turns[owner].append(facts)
    calls = CALL.read(Consultation.objects.public(), "pk")
    return {
        "schema_version": SCHEMA_VERSION,
        **in_both("documentation", "data"),
        "licence": LICENCE,
        "attribution_en": ATTRIBUTION_EN,
        "attribution_fr": ATTRIBUTION_FR,
        "calls": [facts | _days(facts) | {"turns": turns[pk]} for (pk,), facts in calls],
    }


def _days(facts: dict[str, Any]) -> dict[str, Any]:
    """Of a call that was held elsewhere, none but those its source gives."""
    return dict.fromkeys(("published_at", "opens_at", "closes_at")) if facts["held"] else {}


@data_file("proposals.csv", "text/csv; charset=utf-8", tag=edition)
def proposals_csv() -> Iterator[bytes]:
    """One row a record: filter on the first column for proposals, answers, lineages."""
    return table(_rows())


def _rows() -> Iterator[list[Any]]:
    records = (PROPOSAL, *PARTS.values())
    columns = list(dict.fromkeys([*COLUMNS, *(name for one in records for name in one.names)]))
    yield columns
    for facts in put_forward():
        shared = {name: facts[name] for name in ("call", "page_en", "page_fr")}
        shared["proposal"] = facts["id"]
        told = [(PROPOSAL, facts)]
        told += [(part, row) for name, part in PARTS.items() for row in facts[name]]
        for record, row in told:
            cells = {**row, **shared, "record": record.name}
            yield [cells.get(column) for column in columns]
