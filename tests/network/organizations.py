"""Made-up organizations, and the people around them."""

from django.utils import timezone

from network.models import Affiliation, LetterOfIntent
from tests.factories import make_member, make_organization


def make_affiliation(organization=None, member=None, state="claimed", **fields):
    decided = {} if state in {"claimed", "asked"} else {"decided_at": timezone.now()}
    return Affiliation.objects.create(
        organization=organization or make_organization(),
        member=member or make_member(),
        state=state,
        **decided | fields,
    )


def make_representative(organization=None, **said):
    """A member who speaks for an organization that is public."""
    return make_affiliation(organization, make_member(**said), state="representative")


def make_letter_of_intent(**fields):
    return LetterOfIntent.objects.create(
        **{
            "title_en": "Letter of intent of Freedonia",
            "title_fr": "Lettre d’intention de Libertanie",
            "words_en": "We **take part**.\n\n<script>alert(1)</script>",
            "words_fr": "Nous **participons**.",
            "opened_on": "2020-01-02",
        }
        | fields
    )
