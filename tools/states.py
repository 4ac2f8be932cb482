"""The states of a proposal, drawn into docs/proposals.md from the code that holds them.

`python tools/states.py` writes the table and the diagram anew; with `--check` it only says
whether they are up to date, with exit code 1 where not. It fails, either way, where the
list of moves and `Proposal.NEXT` differ.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "proposals.md"
BEGIN, END = "<!-- states: begin -->", "<!-- states: end -->"


def drawn() -> str:
    """The table and the diagram, as Markdown. Raises SystemExit where the code differs."""
    from proposals.models import Proposal
    from proposals.models.moves import MOVES

    listed = {(move.before, move.after) for move in MOVES if move.before != move.after}
    allowed = {(before, after) for before, ways in Proposal.NEXT.items() for after in ways}
    if listed != allowed:
        odd = ", ".join(f"{before} → {after}" for before, after in sorted(listed ^ allowed))
        raise SystemExit(f"Proposal.NEXT and proposals/models/moves.py differ: {odd}")
    lines = [BEGIN, "", "| State | What it means |", "| --- | --- |"]
    lines += [f"| `{state.value}` | {state.label} |" for state in Proposal.State]
    lines += ["", "| From | To | Verb | Who | Letter |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| `{move.before}` | `{move.after}` | {move.verb} | {move.who} | "
        f"`{move.letter}`{f', {move.when}' if move.when else ''} |"
        for move in MOVES
    ]
    lines += ["", "```mermaid", "stateDiagram-v2", f"    [*] --> {Proposal.State.UNCONFIRMED}"]
    ways: dict[tuple[str, str], list[str]] = {}
    for move in MOVES:
        ways.setdefault((move.before.value, move.after.value), []).append(move.verb)
    lines += [f"    {a} --> {b}: {', '.join(verbs)}" for (a, b), verbs in ways.items()]
    lines += [f"    {state} --> [*]" for state, after in Proposal.NEXT.items() if not after]
    return "\n".join([*lines, "```", "", END])


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")
    import django

    django.setup()
    page = PAGE.read_text(encoding="utf-8")
    before, _mark, rest = page.partition(BEGIN)
    _old, _mark, after = rest.partition(END)
    new = before + drawn() + after
    if "--check" in sys.argv[1:]:
        if new != page:
            sys.exit("docs/proposals.md is not up to date: run tools/states.py.")
    else:
        PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
