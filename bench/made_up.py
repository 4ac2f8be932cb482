"""Many made-up plans of a made-up country, for measuring with and for trying things out.

Nothing here is said of a real country. The same seed builds the same plans.
"""

from random import Random

from django.db import connection, transaction

from commitments.models import (
    ActionPlan,
    Assessment,
    Assessor,
    Commitment,
    Indicator,
    Institution,
    Lead,
    Milestone,
    Scale,
    SubjectTag,
    Theme,
    ValueClaim,
)
from commitments.models.scale import SCALES
from commitments.search.indexing import rebuild
from network.models import Edition, Subject

SOURCE = "https://example.org/freedonia"
YEARS = 100  # in which plans begin; then the next ones begin anew

VERBS = [
    ("Publish", "Publier"),
    ("Open", "Ouvrir"),
    ("Improve", "Améliorer"),
    ("Modernize", "Moderniser"),
    ("Consult on", "Consulter sur"),
    ("Measure", "Mesurer"),
    ("Preserve", "Préserver"),
    ("Share", "Partager"),
]
THINGS = [
    ("budgets", "les budgets"),
    ("open data", "les données ouvertes"),
    ("access to information", "l'accès à l'information"),
    ("harbour records", "les registres portuaires"),
    ("science results", "les résultats scientifiques"),
    ("procurement contracts", "les contrats d'approvisionnement"),
    ("museum collections", "les collections des musées"),
    ("forest maps", "les cartes forestières"),
    ("court decisions", "les décisions des tribunaux"),
    ("health statistics", "les statistiques de santé"),
    ("grants and contributions", "les subventions et les contributions"),
    ("lobbying registers", "les registres des lobbyistes"),
    ("school inspections", "les inspections scolaires"),
    ("water quality", "la qualité de l'eau"),
    ("company ownership", "la propriété des entreprises"),
    ("police oversight", "la surveillance policière"),
]
PLACES = [
    ("in every province", "dans chaque province"),
    ("for young people", "pour les jeunes"),
    ("with civil society", "avec la société civile"),
    ("with Indigenous peoples", "avec les peuples autochtones"),
    ("across ministries", "dans tous les ministères"),
    ("for small towns", "pour les petites villes"),
    ("on a single website", "sur un seul site Web"),
    ("by the end of the year", "avant la fin de l'année"),
]
FIELDS = [
    ("Harbours", "Ports"),
    ("Forests", "Forêts"),
    ("Schools", "Écoles"),
    ("Roads", "Routes"),
    ("Museums", "Musées"),
    ("Waters", "Eaux"),
    ("Courts", "Tribunaux"),
    ("Health", "Santé"),
    ("Fisheries", "Pêches"),
    ("Archives", "Archives"),
]
KINDS = [
    ("Ministry of", "Ministère des"),
    ("Office of", "Bureau des"),
    ("Agency for", "Agence des"),
]
KINDS += [("Council on", "Conseil des"), ("Registry of", "Registre des"), ("Board of", "Régie des")]

FINDINGS = [
    (Assessor.GOVERNMENT, Assessment.Phase.MID_TERM, Scale.SELF_ASSESSMENT),
    (Assessor.GOVERNMENT, Assessment.Phase.TRACKER, Scale.TRACKER),
    (Assessor.IRM, Assessment.Phase.BOTH_TERMS, Scale.IRM_EARLY_RESULTS),
    (Assessor.IRM, Assessment.Phase.BOTH_TERMS, Scale.IRM_AMBITION),
    (Assessor.NETWORK, Assessment.Phase.UPDATE, Scale.NETWORK),
]


@transaction.atomic
def build(plans: int = 400, commitments: int = 10_000, seed: int = 1, *, index: bool = True) -> int:
    """Make that many plans and commitments, with all that hangs on them.

    Returns how many commitments were made. Indexes them for search unless told not to.
    """
    chance = Random(seed)
    institutions = make_institutions()
    subjects = make_subjects()
    made_plans = make_plans(plans)
    themes = make_themes(made_plans)
    made = make_commitments(made_plans, themes, commitments, chance)
    make_leads(made, institutions, chance)
    make_tags(made, subjects, chance)
    make_steps(made, chance)
    make_findings(made, chance)
    Edition.advance()
    if index:
        rebuild()
    # What any database that has run for an hour knows of itself.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(made)


def make_institutions() -> list[Institution]:
    pairs = [
        (f"{kind} {field}", f"{kind_fr} {field_fr}")
        for kind, kind_fr in KINDS
        for field, field_fr in FIELDS
    ]
    return Institution.objects.bulk_create(
        Institution(
            slug=f"made-up-{n}",
            name_en=f"{en} of Freedonia",
            name_fr=f"{fr} de Libertanie",
            short_en="".join(word[0] for word in en.split()).upper() + str(n),
            short_fr="".join(word[0] for word in fr.split()).upper() + str(n),
        )
        for n, (en, fr) in enumerate(pairs)
    )


def make_subjects() -> list[Subject]:
    return Subject.objects.bulk_create(
        Subject(slug=f"made-up-{n}", name=en.capitalize(), name_fr=fr.capitalize())
        for n, (en, fr) in enumerate(THINGS)
    )


def make_plans(count: int) -> list[ActionPlan]:
    return ActionPlan.objects.bulk_create(
        ActionPlan(
            slug=f"made-up-{n}",
            ordinal=20_000 + n,  # past those of real plans and of the tests
            title_en=f"Freedonia's Action Plan {n}",
            title_fr=f"Plan d'action {n} de la Libertanie",
            starts=str(2030 + n % YEARS),
            ends=str(2032 + n % YEARS),
        )
        for n in range(1, count + 1)
    )


def make_themes(plans: list[ActionPlan]) -> dict[int, list[Theme]]:
    """By plan: the same four themes in each."""
    names = [("Open money", "Argent ouvert"), ("Open science", "Science ouverte")]
    names += [("Open dialogue", "Dialogue ouvert"), ("Open services", "Services ouverts")]
    made = Theme.objects.bulk_create(
        [
            Theme(plan=plan, slug=f"theme-{order}", order=order, name_en=en, name_fr=fr)
            for plan in plans
            for order, (en, fr) in enumerate(names)
        ],
        batch_size=500,
    )
    return {plan.pk: made[n * 4 : n * 4 + 4] for n, plan in enumerate(plans)}


def make_commitments(
    plans: list[ActionPlan], themes: dict[int, list[Theme]], count: int, chance: Random
) -> list[Commitment]:
    rows = []
    for n in range(count):
        plan = plans[n % len(plans)]
        number = n // len(plans) + 1
        official = chance.random() < 0.5
        en, fr = sentence(chance)
        more_en, more_fr = sentence(chance)
        rows.append(
            Commitment(
                plan=plan,
                number=number,
                code=f"{plan.slug}-{number:02}",
                ogp_id=f"FR{n:05}",
                theme=chance.choice(themes[plan.pk]),
                title_en=en,
                title_fr=fr if official else "",
                title_fr_basis="official_page" if official else "not_found",
                label_fr="" if official else fr,
                summary_en=f"The ministries would {en.lower()}. They would also {more_en.lower()}.",
                summary_fr=f"Les ministères devaient {fr.lower()}, et aussi {more_fr.lower()}.",
            )
        )
    return Commitment.objects.bulk_create(rows, batch_size=200)


def sentence(chance: Random) -> tuple[str, str]:
    parts = [chance.choice(VERBS), chance.choice(THINGS), chance.choice(PLACES)]
    en, fr = (" ".join(part[side] for part in parts) for side in (0, 1))
    return en, fr


def make_leads(made: list[Commitment], institutions: list[Institution], chance: Random) -> None:
    rows = []
    for commitment in made:
        chosen = chance.sample(institutions, chance.randint(1, 3))
        for order, institution in enumerate(chosen):
            role = Lead.Role.LEAD if order < 2 else Lead.Role.SUPPORTING
            rows.append(
                Lead(commitment=commitment, institution=institution, role=role, order=order)
            )
    Lead.objects.bulk_create(rows, batch_size=500)


def make_tags(made: list[Commitment], subjects: list[Subject], chance: Random) -> None:
    rows = [
        SubjectTag(content_object=commitment, tag=subject)
        for commitment in made
        for subject in chance.sample(subjects, chance.randint(1, 3))
    ]
    SubjectTag.objects.bulk_create(rows, batch_size=500)


def make_steps(made: list[Commitment], chance: Random) -> None:
    """Milestones and indicators."""
    milestones, indicators = [], []
    for commitment in made:
        for step in range(1, chance.randint(3, 6)):
            en, fr = sentence(chance)
            status = chance.choice(["", *Milestone.Status.values])
            milestones.append(
                Milestone(
                    commitment=commitment,
                    code=f"{commitment.number}.{step}",
                    order=step,
                    label_en=f"{en}.",
                    label_fr=f"{fr}.",
                    due=f"{2030 + step}-06-30",
                    status=status,
                    status_source_url=SOURCE if status else "",
                )
            )
        indicators.append(
            Indicator(
                commitment=commitment,
                label_en="How many were published",
                label_fr="Combien ont été publiés",
                target_en="All of them",
                target_fr="Tous",
            )
        )
    Milestone.objects.bulk_create(milestones, batch_size=500)
    Indicator.objects.bulk_create(indicators, batch_size=500)


def make_findings(made: list[Commitment], chance: Random) -> None:
    findings, claims = [], []
    for commitment in made:
        for assessor, phase, scale in chance.sample(FINDINGS, 3):
            findings.append(
                Assessment(
                    commitment=commitment,
                    assessor=assessor,
                    phase=phase,
                    scale=scale,
                    code=chance.choice(["", *(point.code for point in SCALES[scale].points)]),
                    as_of="2031",
                    source_url=SOURCE,
                )
            )
        for value in chance.sample(ValueClaim.OgpValue.values, 2):
            claims.append(
                ValueClaim(commitment=commitment, assessor=Assessor.GOVERNMENT, value=value)
            )
    Assessment.objects.bulk_create(findings, batch_size=500)
    ValueClaim.objects.bulk_create(claims, batch_size=500)
