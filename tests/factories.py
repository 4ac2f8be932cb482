"""The cast, all made up: a test names only what matters to it.

Nothing here is said of a real commitment: the plan is of a made-up country.
"""

from itertools import count

from django.utils import timezone

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
from network.actions import ask_to_join, confirm
from network.models import (
    Announcement,
    Community,
    Consent,
    Edition,
    JoinRequest,
    Member,
    Organization,
    Subject,
    User,
)

numbers = count(1)
PASSWORD = "a long and quiet evening"


def make_user(**fields):
    n = next(numbers)
    return User.objects.create_user(
        **{"email": f"person{n}@example.org", "name": f"Person {n}", "password": PASSWORD} | fields
    )


def make_join_request(**said):
    """Someone asks by the form; the object knows the secret and the code of the letter."""
    n = next(numbers)
    return ask_to_join(
        said.pop("email", f"person{n}@example.org"),
        **{"language": "en", "how": JoinRequest.How.FORM, "name": f"Person {n}"} | said,
    )


def make_member(**said):
    """A member who joined by the form and confirmed; their welcome letter is written."""
    after = {name: said.pop(name) for name in ("founding", "listing", "joined_at") if name in said}
    member = confirm(make_join_request(**said), how=Consent.How.FORM)
    for name, value in after.items():
        setattr(member, name, value)
    member.save()
    return member


def make_members(count, **fields):
    """Many members at once, as the database holds them: no letters, no records."""
    first = next(numbers)
    addresses = [f"one-of-many-{first}-{n}@example.org" for n in range(count)]
    users = User.objects.bulk_create(User(email=address) for address in addresses)
    return Member.objects.bulk_create(
        Member(user=user, address=user.email, **{"language": "en"} | fields) for user in users
    )


def make_community(issues=(), **fields):
    n = next(numbers)
    community = Community.objects.create(
        **{
            "slug": f"community-{n}",
            "name_en": f"Beekeeping {n}",
            "name_fr": f"Apiculture {n}",
            "why_en": "Bees are counted by whoever looks.",
            "why_fr": "Qui regarde compte les abeilles.",
        }
        | fields
    )
    community.issues.set(issues)
    Edition.advance()
    return community


def make_organization(**fields):
    """A public one, as a moderator agreed to it."""
    n = next(numbers)
    return Organization.objects.create(
        **{
            "slug": f"organization-{n}",
            "name_en": f"Friends of Freedonia {n}",
            "state": Organization.State.PUBLIC,
            "decided_at": timezone.now(),
        }
        | fields
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


def make_announcement(**fields):
    """A draft; with `issues`, for those interested in these."""
    n = next(numbers)
    issues = fields.pop("issues", ())
    announcement = Announcement.objects.create(
        **{
            "slug": f"announcement-{n}",
            "title_en": f"News {n} of Freedonia",
            "title_fr": f"Nouvelle {n} de Libertanie",
            "words_en": "The *call* is open.",
            "words_fr": "L’*appel* est ouvert.",
        }
        | fields
    )
    announcement.issues.set(issues)
    return announcement


def make_readers(count, **fields):
    """So many members at once, who ticked the box of announcements; no letter welcomes them."""
    users = User.objects.bulk_create(
        User(email=f"reader{next(numbers)}@example.org", password="!") for _each in range(count)
    )
    return Member.objects.bulk_create(
        Member(user=user, address=user.email, **{"language": "en", "announcements": True} | fields)
        for user in users
    )
