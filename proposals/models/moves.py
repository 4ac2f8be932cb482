"""Every move of a proposal: from where to where, by which verb, whose, and with which letter.

`Proposal.NEXT` says which moves there are; this says what each of them is. The docs' table
and diagram are drawn from both (`tools/states.py`), which fails where they differ. That
each move writes the letter that stands here is tested, move by move.
"""

from typing import NamedTuple

from proposals.models.proposal import Proposal

State = Proposal.State

AUTHOR = "its author, by confirming"
ORGANIZATION = "who speaks for the organization"
ITSELF = "its author"
MODERATOR = "a moderator"
OTHER = "another moderator than who refused it"
ANY = "any moderator, within an hour"
# When the letter of a move is written, where not each time.
HAS_LEFT = "if that of the decision has left; else that one is taken back unread"


class Move(NamedTuple):
    """One way from a state to another, and the letter to its author that tells of it."""

    before: State
    after: State
    verb: str
    who: str
    letter: str
    when: str = ""


MOVES = [
    Move(State.UNCONFIRMED, State.WAITING, "settle", AUTHOR, "received"),
    Move(State.UNCONFIRMED, State.VOUCHING, "settle", AUTHOR, "received"),
    Move(State.VOUCHING, State.WAITING, "vouch", ORGANIZATION, "vouched"),
    Move(State.VOUCHING, State.WAITING, "speak_for_oneself", ITSELF, "own_name"),
    Move(State.VOUCHING, State.WITHDRAWN, "withdraw", ITSELF, "withdrawn"),
    Move(State.WAITING, State.WITHDRAWN, "withdraw", ITSELF, "withdrawn"),
    Move(State.PUBLISHED, State.WITHDRAWN, "withdraw", ITSELF, "withdrawn"),
    Move(State.WAITING, State.PUBLISHED, "publish", MODERATOR, "published"),
    Move(State.WAITING, State.REFUSED, "refuse", MODERATOR, "refused"),
    Move(State.REFUSED, State.PUBLISHED, "publish", MODERATOR, "published"),
    Move(State.REFUSED, State.PUBLISHED, "grant", OTHER, "appeal_granted"),
    Move(State.REFUSED, State.REFUSED, "deny", OTHER, "appeal_denied"),
    Move(State.PUBLISHED, State.HIDDEN, "hide", MODERATOR, "hidden"),
    Move(State.HIDDEN, State.PUBLISHED, "restore", MODERATOR, "restored"),
    Move(State.PUBLISHED, State.MERGED, "merge", MODERATOR, "merged"),
    Move(State.MERGED, State.PUBLISHED, "part", MODERATOR, "parted"),
    Move(State.PUBLISHED, State.WAITING, "undo", ANY, "undone", HAS_LEFT),
    Move(State.PUBLISHED, State.REFUSED, "undo", ANY, "undone", HAS_LEFT),
    Move(State.PUBLISHED, State.HIDDEN, "undo", ANY, "undone", HAS_LEFT),
    Move(State.REFUSED, State.WAITING, "undo", ANY, "undone", HAS_LEFT),
    Move(State.HIDDEN, State.PUBLISHED, "undo", ANY, "undone", HAS_LEFT),
]
