"""The letters to who speaks for an institution: what is referred to it, and what no longer is.

Held back for an hour, as the letters of decisions are (docs/decisions/0019): whoever
ticked the wrong institution takes it back unread.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from commitments.models import Institution, Responder
from network.emails.words import language_of, stamp
from network.models import Letter
from proposals.models import Proposal, Referral


def key(reader: Responder, referral: Referral) -> str:
    """Of the one letter that tells a reader of all that was referred at one moment."""
    return f"referred-{reader.pk}-{stamp(referral.at)}"


def referred(institution: Institution, referrals: Sequence[Referral]) -> None:
    """To each who speaks for it and wants such letters: what to answer, by when, and where."""
    readers = institution.responders.hearing()
    for reader in readers.select_related("user") if referrals else ():
        tell(reader, referrals)


def tell(reader: Responder, referrals: Sequence[Referral]) -> None:
    asked = for_reader("referred", reader, referrals)
    letter = Letter.write(key=key(reader, referrals[0]), **asked)
    letter.owed_since = letter.next_try_at = referrals[0].at + Proposal.UNDO_WITHIN
    letter.save(update_fields=["owed_since", "next_try_at"])


def recalled(referral: Referral) -> None:
    """To each who was told of a referral that is no more; an unsent letter is written anew."""
    for reader in unsaid_by(referral):
        asked = for_reader("recalled", reader, [referral])
        Letter.write(key=f"recalled-{reader.pk}-{referral.pk}", **asked)


def unsaid(proposal: Proposal) -> None:
    """No unsent letter speaks of it any more: it can no longer be read."""
    for referral in proposal.referrals.select_related("institution"):
        unsaid_by(referral)


def unsaid_by(referral: Referral) -> list[Responder]:
    """What has not left is written anew without this one; to whom the rest has told of it."""
    rest = Referral.objects.filter(institution=referral.institution_id, at=referral.at)
    rest = rest.filter(proposal__state=Proposal.State.PUBLISHED).exclude(pk=referral.pk)
    others, heard = list(rest.select_related("proposal__consultation").oldest()), []
    for reader in referral.institution.responders.select_related("user"):
        told = Letter.objects.filter(key=key(reader, referral))
        if told.filter(state=Letter.State.OWED, attempts=0).delete()[0]:
            if others:
                tell(reader, others)
        elif told.exists():
            heard.append(reader)
    return heard


def for_reader(name: str, reader: Responder, referrals: Sequence[Referral]) -> dict[str, Any]:
    """What `Letter.write` is asked with, in the language of one reader."""
    language = language_of(reader.user)
    with override(language):
        institution = str(reader.institution)
        rows = [
            (one.proposal, one.proposal.consultation.answers_due, page(one)) for one in referrals
        ]
    return {
        "template": f"proposals/emails/{name}",
        "to": reader.user.email,
        "language": language,
        "context": {
            "institution": institution,
            "rows": rows,
            "desk_url": settings.SITE_URL + reverse("admin:index"),
        },
        "user": reader.user,
    }


def page(referral: Referral) -> str:
    """Where one proposal is answered; opening it changes nothing."""
    return settings.SITE_URL + reverse(
        "admin:proposals_toanswer_change", args=[referral.proposal_id]
    )
