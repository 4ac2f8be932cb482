"""What staff write back to a message that waited for them."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from network import emails
from network.models import InboundMessage, User
from network.receiving.headers import Headers
from network.receiving.judging import threaded
from network.receiving.reading import read


@transaction.atomic
def answer(message: InboundMessage, *, text: str, language: str, by: User) -> None:
    """Answer a message, in its thread; one answer a message, which can be undone for an hour.

    Raises PermissionDenied, and Refused for one that has an answer or no sender.
    """
    if not message.may_be_answered_by(by):
        raise PermissionDenied
    headers: Headers = read(bytes(message.raw)).headers
    decision = message.mark_answered(by=by, text=text, language=language)
    letter = emails.answer_message(
        message,
        text=text,
        language=language,
        headers=threaded(headers.message_id, headers.ids),
    )
    message.keep_answer(letter)
    if decision:
        decision.hold(letter)
