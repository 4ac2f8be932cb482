"""What a verb raises when a thing can no longer be done."""


class Refused(Exception):
    """A request that is understood and allowed, but comes too late or out of turn.

    Its message is a whole sentence in the reader's language. One middleware
    answers it with a 409 page.
    """
