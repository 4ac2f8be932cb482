"""The cast, all made up: a test names only what matters to it.

Nothing here is said of a real commitment: the plan is of a made-up country.
"""

from itertools import count

from commitments.models import (
    ActionPlan,
    Assessment,
    Assessor,
    Commitment,
    Institution,
    Lead,
    Milestone,
    Scale,
)
from network.models import Edition, Subject, User

numbers = count(1)
PASSWORD = "a long and quiet evening"


def make_user(**fields):
    n = next(numbers)
    return User.objects.create_user(
        **{"email": f"person{n}@example.org", "name": f"Person {n}", "password": PASSWORD} | fields
    )


def make_staff(**fields):
    return make_user(**{"is_staff": True, "is_superuser": True} | fields)


def make_plan(**fields):
    n = next(numbers)
    return ActionPlan.objects.create(
        **{
            "slug": f"plan-{n}",
            "ordinal": 100 + n,
            "title_en": f"Plan {n} of Freedonia",
            "title_fr": f"Plan {n} de Libertanie",
            "starts": "2030-07-01",
            "ends": "2032-06-30",
        }
        | fields
    )


def make_institution(**fields):
    n = next(numbers)
    return Institution.objects.create(
        **{
            "slug": f"inst-{n}",
            "name_en": f"Office {n}",
            "name_fr": f"Bureau {n}",
            "short_en": f"OF{n}",
            "short_fr": f"BU{n}",
        }
        | fields
    )


def make_commitment(plan=None, leads=(), subjects=(), **fields):
    plan = plan or make_plan()
    number = fields.pop("number", None) or plan.commitments.count() + 1
    commitment = Commitment.objects.create(
        plan=plan,
        number=number,
        **{
            "code": f"{plan.slug}-{number:02}",
            "title_en": f"Promise {number}",
            "label_fr": f"Promesse {number}",
        }
        | fields,
    )
    for order, institution in enumerate(leads):
        Lead.objects.create(commitment=commitment, institution=institution, order=order)
    commitment.subjects.add(*subjects)
    Edition.advance()
    return commitment


def make_subject(**fields):
    n = next(numbers)
    return Subject.objects.create(
        **{"name": f"Subject {n}", "slug": f"subject-{n}", "name_fr": f"Sujet {n}"} | fields
    )


def make_milestone(commitment=None, **fields):
    commitment = commitment or make_commitment()
    n = next(numbers)
    return Milestone.objects.create(
        commitment=commitment,
        **{"code": f"{commitment.number}.{n}", "label_en": f"Step {n}", "label_fr": f"Étape {n}"}
        | fields,
    )


def make_assessment(commitment=None, **fields):
    return Assessment.objects.create(
        commitment=commitment or make_commitment(),
        **{
            "assessor": Assessor.GOVERNMENT,
            "phase": Assessment.Phase.TRACKER,
            "scale": Scale.TRACKER,
            "code": "all_on_schedule",
            "wording_en": "All deliverables on schedule",
            "source_url": "https://example.org/tracker",
        }
        | fields,
    )
