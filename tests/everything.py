"""One of everything that the admin has a page for, and every address of the admin.

`make_everything(mark)` puts one mark into every address of a person, and into what people
wrote in private, so that a test can look for it. The list of addresses is drawn from the
URL configuration: a window on a new model needs one of it here, and a new page of a window
its arguments, and fails until it has them.
"""

from collections.abc import Iterator
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from commitments import actions
from commitments.models import Change, Responder, Theme
from network.models import (
    Affiliation,
    Block,
    Confirmation,
    Consent,
    Deed,
    InboundMessage,
    JoinRequest,
    Letter,
    LetterOfIntent,
    Night,
    Revision,
    Signature,
    Stop,
)
from opengov_portal.lib.mail import canonical
from proposals.models import (
    Appeal,
    Flag,
    Lineage,
    Merge,
    Original,
    Referral,
    Step,
    Strike,
    ToAnswer,
)
from tests.factories import (
    make_announcement,
    make_assessment,
    make_call,
    make_commitment,
    make_community,
    make_institution,
    make_member,
    make_milestone,
    make_organization,
    make_proposal,
    make_response,
    make_saved_words,
    make_self_assessment,
    make_subject,
    make_support,
)

# What the arguments of the pages are that lead to one thing, where it is not the thing alone.
ARGUMENTS = {
    "network_announcement_page": {"language": "en"},
    "network_announcement_letter": {"language": "fr"},
    "network_announcement_step": {"step": "pause"},
    "network_deed_export": {"form": "csv"},
    "proposals_consultation_act": {"verb": "pause"},
}
# What a page is asked besides, without which there is nothing to show.
OF_SEVERAL = {"proposals_toanswer_answer", "proposals_toanswer_refer"}
# Those that lead to another thing than the window is on.
OTHERS = {
    "proposals_consultation_delete": "proposals.draft call",
    "proposals_proposal_part": "proposals.merged",
    "proposals_toanswer_take_back": "proposals.referral",
}
# Django's own, which lead on to a page that is walked by itself, or answer to no reader.
ASIDE = {"logout", "view_on_site", "autocomplete"}


def make_everything(mark="ada"):
    """By its label, one of each model that has a window in the admin."""
    now = timezone.now()

    def address(name):
        return f"{mark}-{name}@example.org"

    things = people_and_letters(address, now)
    things |= promises(things)
    things |= ideas(things, address, now)
    user = things["network.user"]
    things["network.deed"] = Deed.of(Deed.Act.CHANGED, things["network.stop"], by=user)
    things["network.deed"].save()
    things["network.night"] = Night.objects.create(counts={"requests": 1})
    return things


def people_and_letters(address, now):
    member = make_member(email=address("member"), name="")
    user, email = member.user, address("member")
    organization = make_organization(proposed_by=user, state="waiting", decided_at=None)
    letter = Letter.objects.create(
        to=address("letter"),
        address=canonical(address("letter")),
        user=user,
        key="one-of-everything",
        template="network/emails/account",
        language="en",
        subject=f"To {address('subject')}",
        text=f"Dear {address('text')}",
        html="<p>Dear you</p>",
        token="one-of-all",
        message_id=f"<{address('id')}>",
        state=Letter.State.FAILED,
        attempts=1,
        next_try_at=None,
        last_error=f"550 {address('error')} is unknown",
    )
    agreement = LetterOfIntent.objects.create(
        title_en="We take part",
        title_fr="Nous participons",
        words_en="We do.",
        words_fr="Oui.",
        opened_on=now.date(),
    )
    Signature.objects.create(
        letter=agreement, organization=organization, signed_on=now.date(), signed_by=user
    )
    return {
        "network.user": user,
        "network.member": member,
        "auth.group": Group.objects.get(name="editor"),
        "mfa.authenticator": Authenticator.objects.create(user=user, type="totp", data={}),
        "account.emailaddress": EmailAddress.objects.get_or_create(
            user=user, email=email, defaults={"primary": True, "verified": True}
        )[0],
        "network.announcement": make_announcement(),
        "network.community": make_community(),
        "network.inboundmessage": InboundMessage.objects.create(
            key="one-of-everything",
            way="pipe",
            raw=f"From: {address('raw')}".encode(),
            size=100,
            envelope_sender=address("envelope"),
            sender=address("sender"),
            sender_address=canonical(address("sender")),
            sender_name=address("called"),
            recipient=address("recipient"),
            message_id=f"<{address('id')}>",
            subject=f"About {address('subject')}",
            text=f"Write to me at {address('words')}, please.",
            state=InboundMessage.State.WAITING,
            outcome="kept",
            judged_at=now,
            about=letter,
        ),
        "network.joinrequest": JoinRequest.objects.get(email=email),
        "network.confirmation": Confirmation.ask(address("asked"), language="en"),
        "network.letter": letter,
        "network.block": Block.objects.create(
            kind="address",
            value=canonical(address("block")),
            reason=f"As {address('blocked')} says",
            until=now + timedelta(days=1),
        ),
        "network.stop": Stop.objects.create(address=canonical(address("stop")), how="staff"),
        "network.consent": Consent.objects.filter(email=email).first(),
        "network.organization": organization,
        "network.revision": Revision.objects.create(
            organization=organization, changes={"name_en": "Other Friends"}, proposed_by=user
        ),
        "network.savedwords": make_saved_words("message"),
        "network.affiliation": Affiliation.objects.create(member=member, organization=organization),
        "network.letterofintent": agreement,
        "network.subject": make_subject(),
    }


def promises(things):
    institution = make_institution()
    commitment = make_commitment(leads=[institution], subjects=[things["network.subject"]])
    make_milestone(commitment)
    make_assessment(commitment)
    theme = Theme.objects.create(
        plan=commitment.plan, slug="bees", name_en="Bees", name_fr="Abeilles"
    )
    user = things["network.user"]
    actions.publish_change(Change.Kind.CHANGED, commitment, ["title_en"], by=user)
    return {
        "commitments.actionplan": commitment.plan,
        "commitments.theme": theme,
        "commitments.institution": institution,
        "commitments.commitment": commitment,
        "commitments.change": Change.objects.get(commitment=commitment),
        "commitments.responder": Responder.objects.create(user=user, institution=institution),
        "commitments.selfassessment": make_self_assessment(commitment, institution, by=user),
    }


def ideas(things, address, now):
    user, call = things["network.user"], make_call()
    idea = {"consultation": call, "email": address("author"), "user": user, "name": ""}
    refused = make_proposal(**idea, state="refused", origin=address("origin"))
    public = make_proposal(**idea)
    merged = make_proposal(**idea, state="merged", merged_into=public)
    refusal = Step.objects.create(
        proposal=refused,
        before="waiting",
        after="refused",
        by=user,
        reason="spam",
        words=f"Not you, {address('step')}.",
    )
    step = Step.objects.create(proposal=merged, before="published", after="merged", by=user)
    Merge.objects.create(proposal=merged, into=public, step=step)
    Appeal.objects.create(
        proposal=refused, refusal=refusal, words=f"Ask {address('appeal')}.", at=now
    )
    Flag.objects.create(proposal=public, reason="spam", words=f"It is of {address('flag')}.")
    Original.objects.create(
        proposal=refused, field="problem", value=f"Write to {address('original')}."
    )
    strike = Strike.objects.create(
        proposal=refused, field="problem", start=9, length=9, why="An address", by=user
    )
    make_support(public, address("supporter"))
    answer = make_response(public, institution=things["commitments.institution"], written_by=user)
    referral = Referral.objects.create(
        proposal=public, institution=things["commitments.institution"], by=user
    )
    draft = make_call(published_at=None, opens_at=now + timedelta(days=1))
    return {
        "proposals.consultation": call,
        "proposals.draft call": draft,
        "proposals.referral": referral,
        "proposals.proposal": refused,
        "proposals.merged": merged,
        "proposals.strike": strike,
        "proposals.toanswer": ToAnswer.objects.get(pk=public.pk),
        "proposals.response": answer,
        "proposals.lineage": Lineage.objects.create(
            proposal=public,
            commitment=things["commitments.commitment"],
            source_url="https://example.org/bees",
        ),
    }


# --- The addresses of the admin ----------------------------------------------------


def admin_patterns() -> Iterator[URLPattern]:
    """Every address of the admin that has a name, as the URL configuration has it."""
    site = next(r for r in get_resolver().url_patterns if getattr(r, "namespace", "") == "admin")
    for pattern in site.url_patterns:
        inner = [pattern] if isinstance(pattern, URLPattern) else pattern.url_patterns
        yield from (each for each in inner if each.name and each.name not in ASIDE)


def admin_addresses(things) -> Iterator[tuple[str, str]]:
    """The name and an example of every address of the admin, of one of everything."""
    labels = {f"{m._meta.app_label}_{m._meta.model_name}": m._meta for m in admin.site._registry}
    for pattern in admin_patterns():
        wanted = pattern.pattern.converters
        if not wanted and pattern.name != "app_list":
            yield pattern.name, reverse(f"admin:{pattern.name}") + query(pattern.name, things)
        elif pattern.name == "app_list":
            for label in sorted({meta.app_label for meta in labels.values()}):
                yield f"app_list of {label}", reverse("admin:app_list", args=[label])
        else:
            yield pattern.name, of_one(pattern, labels, things)


def query(name, things):
    return f"?ids={things['proposals.toanswer'].pk}" if name in OF_SEVERAL else ""


def of_one(pattern, labels, things):
    """An address that leads to one thing. Raises AssertionError where there is no such thing."""
    name = pattern.name.replace("auth_user", "network_user")
    label = next((one for one in labels if name.startswith(f"{one}_")), "")
    key = labels[label].label_lower if label else ""
    assert key in things, (
        f"“{pattern.name}” leads to one {key or 'thing'}: make one in everything.py."
    )
    more = dict(ARGUMENTS.get(pattern.name, {}))
    if "strike" in pattern.pattern.converters:
        more["strike"] = things["proposals.strike"].pk
    thing = things[OTHERS.get(name, key)]
    for argument in ("object_id", "pk", "id"):
        if argument in pattern.pattern.converters:
            more[argument] = thing.pk
    missing = set(pattern.pattern.converters) - more.keys()
    assert not missing, f"“{pattern.name}” has arguments: give it {missing} in everything.py."
    return reverse(f"admin:{pattern.name}", kwargs=more)
