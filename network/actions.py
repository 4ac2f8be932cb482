"""What is done to people and belongs to no single one of our nouns."""

from django.db import transaction

from network.models import Letter, Stop


@transaction.atomic
def leave_lists(letter: Letter, *, how: Stop.How) -> None:
    """The reader of a letter wants no more of its kind; asking twice changes nothing more."""
    Stop.put(letter.to, how=how)
