"""The table of states: complete, true to the verbs, and drawn into the docs."""

import importlib.util
from pathlib import Path

import pytest
from django.template.loader import get_template

from network.models import Letter
from proposals import forwarding, moderating
from proposals.models import Appeal, Proposal
from proposals.models.moves import MOVES
from tests.factories import make_organization, make_proposal, make_staff
from tests.proposals.moderation.desk import WHY, appealed, letters, make_moderator, refused, waiting

State = Proposal.State
ROOT = Path(__file__).resolve().parents[3]


def tool():
    spec = importlib.util.spec_from_file_location("states", ROOT / "tools" / "states.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_state_says_where_it_may_go_next():
    assert Proposal.NEXT.keys() == set(Proposal.State)
    listed = {(move.before, move.after) for move in MOVES if move.before != move.after}
    assert listed == {(a, b) for a, ways in Proposal.NEXT.items() for b in ways}


def test_the_docs_show_it_as_it_is():
    assert tool().drawn() in (ROOT / "docs" / "proposals.md").read_text(encoding="utf-8")


def test_every_move_has_its_verb_and_its_letter():
    for move in MOVES:
        assert any(hasattr(of, move.verb) for of in (Proposal, Appeal, moderating)), move
        for part in ("subject.txt", "txt", "html"):
            assert get_template(f"proposals/emails/{move.letter}.{part}")


# --- Each move, made --------------------------------------------------------------------


def at(state, **fields):
    if state == State.VOUCHING:
        fields["organization"] = make_organization()
    return make_proposal(state=state, **fields)


def for_organization():
    return at(State.UNCONFIRMED, organization=make_organization())


def decided(*verbs, of=waiting):
    """What a moderator decided, verb after verb; the letters of all of it have left."""
    proposal = of()
    for verb in verbs:
        more = WHY if verb in {moderating.refuse, moderating.hide} else {}
        verb(proposal, by=make_moderator(), **more)
    Letter.objects.update(attempts=1)
    return proposal


def vouched():
    forwarding.vouch(at(State.VOUCHING), by=make_staff())


def by_moderator(verb, of, **said):
    return lambda: verb(of(), by=make_moderator(), **said)


def granted(verb, **said):
    return lambda: verb(appealed(), by=make_moderator(), **said)


def undone(*verbs, of=waiting):
    return lambda: moderating.undo(decided(*verbs, of=of), by=make_moderator())


def merged():
    return moderating.merge(make_proposal(), make_proposal(), by=make_moderator())


def parted():
    merge = merged()
    Letter.objects.update(attempts=1)
    moderating.part(merge, by=make_moderator())


publish, refuse, hide = moderating.publish, moderating.refuse, moderating.hide
MADE = {
    ("unconfirmed", "settle", "waiting"): lambda: forwarding.settle(at("unconfirmed"), None),
    ("unconfirmed", "settle", "vouching"): lambda: forwarding.settle(for_organization(), None),
    ("vouching", "vouch", "waiting"): vouched,
    ("vouching", "speak_for_oneself", "waiting"): lambda: forwarding.speak_for_oneself(
        at(State.VOUCHING)
    ),
    ("vouching", "withdraw", "withdrawn"): lambda: forwarding.withdraw(at(State.VOUCHING)),
    ("waiting", "withdraw", "withdrawn"): lambda: forwarding.withdraw(waiting()),
    ("published", "withdraw", "withdrawn"): lambda: forwarding.withdraw(make_proposal()),
    ("waiting", "publish", "published"): by_moderator(publish, waiting),
    ("waiting", "refuse", "refused"): by_moderator(refuse, waiting, **WHY),
    ("refused", "publish", "published"): by_moderator(publish, refused),
    ("refused", "grant", "published"): granted(moderating.grant),
    ("refused", "deny", "refused"): granted(moderating.deny, words="No."),
    ("published", "hide", "hidden"): by_moderator(hide, make_proposal, **WHY),
    ("hidden", "restore", "published"): by_moderator(
        moderating.restore, lambda: decided(hide, of=make_proposal)
    ),
    ("published", "merge", "merged"): merged,
    ("merged", "part", "published"): parted,
    ("published", "undo", "waiting"): undone(publish),
    ("published", "undo", "refused"): undone(refuse, publish),
    ("published", "undo", "hidden"): undone(hide, moderating.restore, of=make_proposal),
    ("refused", "undo", "waiting"): undone(refuse),
    ("hidden", "undo", "published"): undone(hide, of=make_proposal),
}


@pytest.mark.django_db
@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.before}-{move.verb}-{move.after}")
def test_every_move_writes_the_letter_that_the_table_says(move):
    MADE[(move.before, move.verb, move.after)]()

    assert letters(move.letter).exists()
