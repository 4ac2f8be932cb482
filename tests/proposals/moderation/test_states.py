"""The table of states: complete, true to the verbs, and drawn into the docs."""

import importlib.util
from pathlib import Path

from django.template.loader import get_template

from proposals import moderating
from proposals.models import Appeal, Proposal
from proposals.models.moves import MOVES

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
        if move.letter:
            for part in ("subject.txt", "txt", "html"):
                assert get_template(f"proposals/emails/{move.letter}.{part}")
