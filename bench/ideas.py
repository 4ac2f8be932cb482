"""Many made-up proposals and supports of a made-up country, for measuring with.

Nothing here is said of a real country. The same seed builds the same proposals.
"""

from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

from django.db import connection, transaction

from bench.made_up import PLACES, SOURCE, THINGS, VERBS, sentence
from commitments.models import Commitment, Institution
from network.models import Edition, Organization, Subject
from proposals.models import Consultation, Lineage, Proposal, Response, Support
from proposals.search.indexing import rebuild

BEGUN = datetime(2010, 1, 1, 12, tzinfo=UTC)  # past, so that every call has been announced
# Half-words of made-up words: a language has more words than a bench would list.
HALVES = [first + second for first in "bcdfghklmnprst" for second in ("a", "ei", "o", "u")]
OUTCOMES = [str(one) for one in Response.Outcome.values]
CALLS = 8
ORGANIZATIONS = 40


@transaction.atomic
def build(
    proposals: int = 10_000, supports: int = 50_000, seed: int = 1, *, index: bool = True
) -> int:
    """Make that many public proposals and supports, with all that hangs on them.

    Made-up plans stand already (`made_up.build`). Returns how many proposals were made.
    """
    chance = Random(seed)
    calls = make_calls()
    organizations = make_organizations()
    made = make_proposals(calls, organizations, proposals, chance)
    make_ties(made, chance)
    make_answers(made, chance)
    make_supports(made, organizations, supports, chance)
    Edition.advance()
    if index:
        rebuild()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(made)


def make_calls() -> list[Consultation]:
    return Consultation.objects.bulk_create(
        Consultation(
            slug=f"made-up-{n}",
            title_en=f"What should Freedonia promise in {BEGUN.year + n}?",
            title_fr=f"Que devrait promettre la Libertanie en {BEGUN.year + n} ?",
            body_en="Tell us what the next plan should promise.",
            body_fr="Dites-nous ce que devrait promettre le prochain plan.",
            published_at=BEGUN + timedelta(days=365 * n - 30),
            opens_at=BEGUN + timedelta(days=365 * n),
            closes_at=BEGUN + timedelta(days=365 * n + 300),
            answers_due=(BEGUN + timedelta(days=365 * n + 400)).date(),
        )
        for n in range(CALLS)
    )


def make_organizations() -> list[Organization]:
    made = [
        Organization(
            slug=f"made-up-{n}",
            name_en=f"Friends of {en} {n}",
            name_fr=f"Amis : {fr} {n}",
            state=Organization.State.PUBLIC,
            decided_at=BEGUN,
        )
        for n, (en, fr) in enumerate(islice([*THINGS] * 5, ORGANIZATIONS))
    ]
    for organization in made:
        organization.fold()
    return Organization.objects.bulk_create(made)


def title(chance: Random, side: int) -> str:
    return " ".join(chance.choice(some)[side] for some in (VERBS, THINGS, PLACES))


def rare_word(chance: Random) -> str:
    return "".join(chance.choice(HALVES) for _half in range(3))


def paragraph(chance: Random, side: int, sentences: int) -> str:
    """What somebody might write: some of it said by many, some by few."""
    written = []
    for _each in range(sentences):
        rare = " ".join(rare_word(chance) for _word in range(4))
        written.append(f"{sentence(chance)[side]}, {rare}.")
    return " ".join(written)


def make_proposals(
    calls: list[Consultation], organizations: list[Organization], count: int, chance: Random
) -> list[Proposal]:
    rows = []
    for n in range(count):
        call, side = calls[n % len(calls)], int(chance.random() < 0.3)
        put = call.opens_at + timedelta(minutes=n * 40 % 400_000)
        organization = chance.choice(organizations) if chance.random() < 0.1 else None
        rows.append(
            Proposal(
                consultation=call,
                title=title(chance, side),
                problem="\n\n".join(paragraph(chance, side, 3) for _each in range(3)),
                ask=paragraph(chance, side, 3),
                gain=paragraph(chance, side, 1),
                language=("en", "fr")[side],
                links=["https://example.org/freedonia"],
                email=f"author{n}@example.org",
                address=f"author{n}@example.org",
                name=f"Author {n}",
                name_shown=chance.random() < 0.5,
                organization=organization,
                vouched_at=put if organization else None,
                state=Proposal.State.PUBLISHED,
                created_at=put,
                confirmed_at=put,
                waiting_since=put,
                published_at=put + timedelta(days=3),
            )
        )
    return Proposal.objects.bulk_create(rows, batch_size=200)


def make_ties(made: list[Proposal], chance: Random) -> None:
    """Issues, and the commitments they relate to."""
    subjects = list(Subject.objects.filter(slug__startswith="made-up-").order_by("pk"))
    some = list(Commitment.objects.order_by("pk").values_list("pk", flat=True)[:2000])
    tagged, tied = Proposal.issues.through, Proposal.commitments.through
    tagged.objects.bulk_create(
        [
            tagged(proposal_id=one.pk, subject_id=subject.pk)
            for one in made
            for subject in chance.sample(subjects, min(len(subjects), chance.randint(1, 3)))
        ],
        batch_size=500,
    )
    tied.objects.bulk_create(
        [
            tied(proposal_id=one.pk, commitment_id=key)
            for one in made
            for key in chance.sample(some, min(len(some), chance.randint(0, 2)))
        ],
        batch_size=500,
    )


def make_answers(made: list[Proposal], chance: Random) -> None:
    """Two in three are answered; one in five of those led to a commitment."""
    offices = list(Institution.objects.order_by("pk")[:20])
    some = list(Commitment.objects.order_by("pk").values_list("pk", flat=True)[:2000])
    answered = [one for one in made if chance.random() < 0.66]
    Response.objects.bulk_create(
        [
            Response(
                proposal=one,
                outcome=chance.choice(OUTCOMES),
                reason_en=f"It was weighed: {sentence(chance)[0].lower()}.",
                reason_fr=f"Elle a été pesée : {sentence(chance)[1].lower()}.",
                institution=chance.choice(offices),
                office_en="Office of Answers",
                office_fr="Bureau des réponses",
                answered_on=(one.created_at + timedelta(days=chance.randint(20, 400))).date(),
            )
            for one in answered
        ],
        batch_size=500,
    )
    Lineage.objects.bulk_create(
        [
            Lineage(proposal=one, commitment_id=chance.choice(some), source_url=SOURCE)
            for one in answered
            if some and chance.random() < 0.2
        ],
        batch_size=500,
    )


def make_supports(
    made: list[Proposal], organizations: list[Organization], count: int, chance: Random
) -> None:
    """A few have most of them, as ever; one in a hundred is an organization's."""
    rows, numbers, taken = [], dict.fromkeys((one.pk for one in made), 0), set()
    for n in range(count):
        one = made[int(len(made) * chance.random() ** 3)]
        organization = chance.choice(organizations) if chance.random() < 0.01 else None
        if organization and (one.pk, organization.pk) in taken:
            organization = None
        if organization:
            taken.add((one.pk, organization.pk))
        else:
            numbers[one.pk] += 1
        rows.append(
            Support(
                proposal=one,
                email="" if organization else f"supporter{n}@example.org",
                address="" if organization else f"supporter{n}@example.org",
                organization=organization,
                confirmed_at=one.published_at,
            )
        )
    Support.objects.bulk_create(rows, batch_size=500)
    for one in made:
        one.supporters = numbers[one.pk]
    Proposal.objects.bulk_update(
        [one for one in made if one.supporters], ["supporters"], batch_size=500
    )
