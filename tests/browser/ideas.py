"""Ideas in every state, calls in every state, and what hangs on both; all of it made up."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from network.models import Subject
from proposals import answering, following, forwarding, moderating, supporting
from proposals.models import (
    Appeal,
    Brief,
    Consultation,
    Draft,
    Flag,
    Proposal,
    Response,
    Support,
    Turn,
)
from tests import factories
from tests.proposals.forwarding import a_pdf, put, said

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenbandbeschriftungsverzeichnis"
TITLE = f"Publish each year, and not only when somebody asks for it, the {LONG} of Freedonia"
WHY = {"reason": "off_topic", "words": "It is about the moon, where no plan of ours reaches."}
BOTH = {"reason_en": "An election was called.", "reason_fr": "Des élections sont déclenchées."}
GONE = {"an idea: hidden", "an idea: withdrawn", "a file taken off"}  # their addresses answer 410


def make(staff, rita, organization):
    """The calls and the ideas by name. Rita speaks for the organization."""
    calls = make_calls(staff)
    ideas = make_ideas(staff, calls, organization)
    ideas["full"] = make_full(staff, calls["open"], rita, organization)
    elsewhere = {"name": "", "name_shown": False, "email": "", "problem": "", "ask": "", "gain": ""}
    ideas["elsewhere"] = factories.make_proposal(
        consultation=calls["open"],
        title="Une idée d’ailleurs",
        language="fr",
        import_key="made-up/1",
        source_url="https://example.org/idees/1",
        votes_elsewhere=41,
        comments_elsewhere=7,
        **elsewhere,
    )
    return calls, ideas


def make_calls(staff):
    now = timezone.now()
    rests = {"plan": factories.make_plan(), "questions_en": "What is missing?\nWho would gain?"}
    rests |= {"questions_fr": "Que manque-t-il ?\nQui y gagnerait ?"}
    calls = {
        "draft": factories.make_call(published_at=None, opens_at=now + timedelta(days=20)),
        "open": factories.make_call(**rests),
        "announced": factories.make_call(
            published_at=now, opens_at=now + timedelta(days=3), closes_at=now + timedelta(days=30)
        ),
        "paused": factories.make_call(),
        "closed": factories.make_call(
            published_at=now - timedelta(days=90),
            opens_at=now - timedelta(days=70),
            closes_at=now - timedelta(days=40),
            answers_due=timezone.localdate() - timedelta(days=9),
        ),
        "concluded": factories.make_call(),
    }
    later = {"closes_at": now + timedelta(days=45), "answers_due": calls["open"].answers_due}
    calls["open"].extend(by=staff, **later, reason_en="So many wrote.", reason_fr="Tant d’idées.")
    calls["paused"].pause(by=staff, **BOTH)
    over = {"closes_at": now - timedelta(days=2), "concluded_at": now}
    Consultation.objects.filter(pk=calls["concluded"].pk).update(**over)
    calls["concluded"].turns.create(act=Turn.Act.CONCLUDED, by=staff)
    return calls


def make_ideas(staff, calls, organization):
    """One in each state, as the verbs leave it."""
    states, here = Proposal.State, {"consultation": calls["open"]}
    waits = here | {"state": states.WAITING}
    ideas = {
        "waiting": factories.make_proposal(**waits, links=["https://example.org/moon"]),
        "known": factories.make_proposal(**waits, email="known@example.org"),
        "old": factories.make_proposal(
            **waits, waiting_since=timezone.now() - timedelta(days=30), name_shown=False
        ),
        "refused": factories.make_proposal(**waits, email="known@example.org", title="To the moon"),
        "appealed": factories.make_proposal(**waits, title="To the moon and back"),
        "hidden": factories.make_proposal(**waits),
        "withdrawn": factories.make_proposal(**here),
        "vouching": factories.make_proposal(
            **here, state=states.VOUCHING, organization=organization
        ),
        "vouching too": factories.make_proposal(
            **here, state=states.VOUCHING, organization=organization
        ),
        "unconfirmed": factories.make_proposal(**here, state=states.UNCONFIRMED),
        "overdue": factories.make_proposal(consultation=calls["closed"], name_shown=False),
        "struck": factories.make_proposal(**here, problem="Telephone Bob at 555 0100 for bees."),
        "flagged": factories.make_proposal(**here, title="Une idée signalée", language="fr"),
    }
    for name in ("refused", "appealed"):
        moderating.refuse(ideas[name], by=staff, **WHY)
    Appeal.put(ideas["appealed"].last_step, words="The moon is open data too.")
    moderating.publish(ideas["hidden"], by=staff)
    moderating.hide(ideas["hidden"], by=staff, reason="abuse", words="It insults the bees.")
    forwarding.withdraw(ideas["withdrawn"])
    struck = {"field": "problem", "passage": "555 0100", "why": "A private number."}
    moderating.strike(ideas["struck"], by=staff, **struck)
    Brief.objects.filter(pk=Brief.keep(a_pdf()).pk).update(proposal=ideas["struck"])
    why = {"reason": "personal_data", "words": "It has a number on page 3."}
    moderating.take_brief_off(ideas["struck"], by=staff, **why)
    Flag.put(ideas["flagged"], reason="advertising", words="It sells honey.", network="192.0.2.1")
    return ideas


def make_full(staff, call, rita, organization):
    """One with all that can hang on an idea: it was even answered twice."""
    issues = list(Subject.objects.order_by("slug")[:2])
    plan = factories.make_plan(slug="freedonia")
    promise, near = (factories.make_commitment(plan) for _each in range(2))
    factories.make_milestone(promise)
    factories.make_assessment(promise)
    full = factories.make_proposal(
        issues,
        consultation=call,
        state=Proposal.State.WAITING,
        organization=factories.make_organization(),
        vouched_at=timezone.now(),
        title=TITLE,
        problem=f"{'Nobody knows how many bees there are. ' * 30}\n\n{LONG}",
        links=["https://example.org/a-report", f"https://example.org/{LONG}/{LONG}"],
    )
    full.commitments.add(near)
    Brief.objects.filter(pk=Brief.keep(a_pdf(2_000_000)).pk).update(proposal=full)
    moderating.publish(full, by=staff)
    for _each in range(3):
        factories.make_support(full)
    supporting.support_as(organization, full, by=rita.user)
    for other in ("Count all bees", "Compter les abeilles"):
        same = factories.make_proposal(consultation=call, title=other, language="en")
        moderating.merge(same, full, by=staff)
    answer = answering.Said(
        outcome=Response.Outcome.NOT_NOW,
        reason_en="The hives are asleep.",
        reason_fr="Les ruches dorment.",
        institution=factories.make_institution(),
        office_en="Bee Office",
        office_fr="Bureau des abeilles",
        answered_on=timezone.localdate(),
    )
    answering.answer([full], answer, by=staff)
    facts = vars(answer) | {"outcome": Response.Outcome.ADOPTED, "commitments": [promise]}
    facts |= {"reason_en": "We count them in May.", "reason_fr": "Nous les comptons en mai."}
    answering.answer([full], answering.Said(**facts), by=staff)
    return Proposal.objects.get(pk=full.pk)


def secrets(calls, ideas):
    """What only a letter tells: the private addresses of a draft, a follower, a supporter…"""
    kept = {"title": "Half an idea", "problem": "Not much yet.", "links": "", "language": "fr"}
    follow = factories.make_follow(ideas["full"], email="fay@example.org")
    factories.make_follow(calls["open"], email="fay@example.org")
    factories.make_follow(ideas["hidden"], email="fay@example.org")
    return {
        "draft": Draft.keep("dora@example.org", language="en", data=kept).secret,
        "follower": follow.follower,
        "support": Support.objects.of_people().filter(proposal=ideas["full"]).first(),
        "asked": put(**{**said(), "email": "eve@example.org"}).secret,
    }


def pages(calls, ideas, private):
    """Who sees which page, its name and its path, in the language that is active."""
    listing, ledger = reverse("proposals:index"), reverse("proposals:ledger")
    yield "reader", "ideas, filtered", f"{listing}?q=bees&call={calls['open'].slug}"
    yield "reader", "ideas, none found", f"{listing}?q=xylophone"
    yield "reader", "ledger, filtered", f"{ledger}?call={calls['closed'].slug}&unanswered=on"
    for name in ("open", "announced", "paused", "closed", "concluded"):
        yield "reader", f"a call: {name}", calls[name].get_absolute_url()
    for name in ("full", "overdue", "elsewhere", "struck", "hidden", "withdrawn"):
        yield "reader", f"an idea: {name}", ideas[name].get_absolute_url()
    yield "reader", "a file taken off", reverse("proposals:brief", args=[ideas["struck"].pk])
    merged = ideas["full"].merged.order_by("pk").first()
    yield "reader", "an idea: merged", merged.get_absolute_url()
    for name in ("waiting", "vouching", "refused", "full", "struck", "unconfirmed"):
        yield "reader", f"one’s own idea: {name}", forwarding.yours(ideas[name])
    for name in ("refused", "appealed"):
        token = Appeal.token_for(ideas[name].steps.oldest()[0])
        yield "reader", f"appeal: {name}", reverse("proposals:appeal", args=[token])
    for name in ("flag", "support", "withdraw_support", "withdrawn", "support_counted"):
        yield "reader", name, reverse(f"proposals:{name}", args=[ideas["full"].pk])
    follow = reverse("proposals:follow")
    yield "reader", "follow an idea", f"{follow}?proposal={ideas['full'].pk}"
    yield "reader", "follow a call", f"{follow}?call={calls['open'].slug}"
    yield "reader", "what one follows", following.page_of(private["follower"])
    yield "reader", "one’s support", supporting.page_of(private["support"])
    yield "reader", "a draft", reverse("proposals:draft", args=[private["draft"]])
    yield "reader", "say yes", reverse("network:confirm_asked", args=[private["asked"]])
    yield "member", "put forward", reverse("proposals:propose")
    yield "member", "support", reverse("proposals:support", args=[ideas["full"].pk])
    yield "member", "follow", f"{follow}?proposal={ideas['full'].pk}"
    yield "member", "vouch", reverse("proposals:vouch", args=[ideas["vouching"].pk])
