"""The cast, all made up: a test names only what matters to it.

Nothing here is said of a real commitment: the plan is of a made-up country.
"""

from datetime import timedelta
from itertools import count

from django.contrib.auth.models import Group
from django.db.models import F
from django.utils import timezone

from commitments.models import (
    ActionPlan,
    Assessment,
    Assessor,
    Commitment,
    Filing,
    Institution,
    Lead,
    Milestone,
    Responder,
    Scale,
    SelfAssessment,
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
    SavedWords,
    Subject,
    User,
)
from network.roles import Role
from opengov_portal.lib.mail import canonical
from proposals import following
from proposals.models import Consultation, Follow, Proposal, Response, Support

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


def make_saved_words(kind, /, **said):
    words = {"words_en": "About ___.", "words_fr": "Au sujet de ___."}
    labels = {"label_en": "What it is about", "label_fr": "De quoi il s’agit"}
    return SavedWords.objects.create(**{"kind": kind} | labels | words | said)


def make_staff(**fields):
    return make_user(**{"is_staff": True, "is_superuser": True} | fields)


def make_with_role(*roles, **fields):
    """One of the staff, with these roles and nothing besides."""
    person = make_user(**{"is_staff": True} | fields)
    person.groups.set(Group.objects.filter(name__in=roles))
    return person


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


def make_self_assessment(commitment, institution, by=None, **fields):
    """What the institution filed here, as kept."""
    filed = make_assessment(
        commitment,
        **{
            "phase": Assessment.Phase.UPDATE,
            "scale": Scale.SELF_ASSESSMENT,
            "code": "on_schedule",
            "wording_en": "On schedule",
        }
        | fields,
    )
    Filing.objects.create(assessment=filed, institution=institution, by=by)
    return SelfAssessment.objects.get(pk=filed.pk)


def make_responder(*institutions, **fields):
    """One of the staff who speaks for these institutions, and has no other role."""
    person = make_with_role(Role.RESPONDER, **fields)
    for institution in institutions:
        Responder.objects.create(user=person, institution=institution)
    return person


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


def make_call(**fields):
    """A call for ideas that is open: announced a month ago, closing in a month."""
    n, now = next(numbers), timezone.now()
    return Consultation.objects.create(
        **{
            "slug": f"call-{n}",
            "title_en": f"What should Freedonia promise? {n}",
            "title_fr": f"Que devrait promettre la Libertanie ? {n}",
            "body_en": "Tell us what the next plan should promise.",
            "body_fr": "Dites-nous ce que devrait promettre le prochain plan.",
            "afterwards_en": "Every idea is answered.",
            "afterwards_fr": "Chaque idée reçoit une réponse.",
            "published_at": now - timedelta(days=30),
            "opens_at": now - timedelta(days=10),
            "closes_at": now + timedelta(days=30),
            "answers_due": timezone.localdate() + timedelta(days=90),
            # Told to the public only where it does open sooner than in two weeks.
            "short_notice_en": "In haste.",
            "short_notice_fr": "À la hâte.",
        }
        | fields
    )


def make_proposal(issues=(), **fields):
    """A public one, as a moderator agreed to it ten days ago; `state` makes it another."""
    n, now = next(numbers), timezone.now()
    state = fields.get("state", Proposal.State.PUBLISHED)
    facts = {
        "consultation": fields.pop("consultation", None) or make_call(),
        "title": f"Count the bees {n}",
        "problem": "Nobody knows how many bees there are.\n\nThe last count is of 1987.",
        "ask": "Publish a count of bees each year.",
        "gain": "Beekeepers, and whoever eats.",
        "language": "en",
        "email": f"author{n}@example.org",
        "name": f"Author {n}",
        "name_shown": True,
        "state": state,
        "created_at": now - timedelta(days=12),
    }
    if state != Proposal.State.UNCONFIRMED:
        facts |= {"confirmed_at": now - timedelta(days=12)}
        facts |= {"waiting_since": now - timedelta(days=12)}
    if state in Proposal.ADDRESSED:
        facts["published_at"] = now - timedelta(days=10)
    facts |= fields
    proposal = Proposal.objects.create(address=canonical(facts["email"]), **facts)
    proposal.issues.set(issues)
    return proposal


def make_response(proposal=None, commitments=(), **fields):
    """An answer that stands, as kept: nobody is written to."""
    response = Response.objects.create(
        proposal=proposal or make_proposal(),
        institution=fields.pop("institution", None) or make_institution(),
        **{
            "outcome": Response.Outcome.NOT_NOW,
            "reason_en": "The hives are asleep until spring.",
            "reason_fr": "Les ruches dorment jusqu’au printemps.",
            "office_en": "Bee Office",
            "office_fr": "Bureau des abeilles",
            "answered_on": timezone.localdate(),
        }
        | fields,
    )
    response.commitments.set(commitments)
    return response


def make_support(proposal, email=None, **fields):
    """One that counts: with the number of its proposal, as confirming it leaves both."""
    email = email or f"supporter{next(numbers)}@example.org"
    if fields.get("organization"):
        who = {}
    else:
        who = {"email": email, "address": canonical(email)}
        Proposal.objects.filter(pk=proposal.pk).update(supporters=F("supporters") + 1)
    return Support.objects.create(
        proposal=proposal, **{"confirmed_at": timezone.now()} | who | fields
    )


def make_follow(target, email="ada@example.org", **asked):
    """One that was confirmed a moment ago; the follower is `.follower`."""
    words = following.consent_words("en")
    kind = {Proposal: "proposal", Consultation: "consultation", Commitment: "commitment"}.get(
        type(target), "subject"
    )
    follow = Follow.objects.create(
        email=email,
        address=canonical(email),
        words=words.text,
        words_language="en",
        **{kind: target},
        **{"language": "en", "rhythm": "daily"} | asked,
    )
    following.begin(follow, origin="")
    return Follow.objects.get(address=canonical(email), **{kind: target})
