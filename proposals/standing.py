"""The one call that is always open, made with the tables."""

from typing import Any

from django.apps import apps as present
from django.utils import timezone

SLUG = "any-time"
WORDS = {
    "title_en": "Ideas at any time",
    "title_fr": "Des idées en tout temps",
    "body_en": (
        "No call for ideas has to be open for you to put one forward. What comes in here is "
        "read by moderators, published, and brought to those who prepare the next action plan."
    ),
    "body_fr": (
        "Nul besoin d’attendre un appel à idées pour proposer la vôtre. Ce qui arrive ici est lu "
        "par l’équipe de modération, publié, puis porté à l’attention de celles et ceux qui "
        "préparent le prochain plan d’action."
    ),
    "questions_en": (
        "What is the problem, and for whom?\n"
        "What should government promise to do?\n"
        "Who would gain from it?"
    ),
    "questions_fr": (
        "Quel est le problème, et pour qui?\n"
        "Que devrait promettre le gouvernement?\n"
        "Qui y gagnerait?"
    ),
    "afterwards_en": (
        "Every idea gets a public answer with its reason. Ideas put forward here are answered "
        "when the next action plan is prepared, or sooner."
    ),
    "afterwards_fr": (
        "Chaque idée reçoit une réponse publique et motivée. Les idées proposées ici reçoivent "
        "la leur au plus tard lors de la préparation du prochain plan d’action."
    ),
}


def make(sender: Any = None, apps: Any = None, using: str = "default", **kwargs: Any) -> None:
    """After the tables are made, or emptied: make the standing call where there is none.

    Called by Django (`post_migrate`), so that no page ever has to make it: a GET changes
    nothing. Words that staff have edited since stay as they are.
    """
    try:
        model: Any = (apps or present).get_model("proposals", "Consultation")
    except LookupError:  # the tables of an earlier time
        return
    now = timezone.now()
    model.objects.using(using).get_or_create(
        standing=True, defaults={"slug": SLUG, "published_at": now, "opens_at": now, **WORDS}
    )
