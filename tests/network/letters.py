"""Made-up letters, and the states they come to."""

from itertools import count

from network.models import Letter

TRIAL = "network/emails/trial"
ANNOUNCEMENT = "network/emails/announcement"
# What a template cannot do without.
SAID = {ANNOUNCEMENT: {"title": "News", "words": "News", "plain_words": "News", "box": "News"}}
numbers = count(1)


def make_letter(template=TRIAL, **more):
    n = next(numbers)
    return Letter.write(
        template,
        **{
            "to": f"reader{n}@example.org",
            "language": "en",
            "key": f"letter-{n}",
            "context": SAID.get(template, {}),
        }
        | more,
    )


def as_state(letter, state):
    """The letter, brought to a state by its verbs."""
    if state != Letter.State.OWED:
        assert letter.claim()
    if state == Letter.State.POSTED:
        assert letter.mark_posted()
    elif state == Letter.State.FAILED:
        assert letter.mark_failed("550 no such user")
    return letter
