"""What each role may do, drawn into docs/roles.md from the code that holds it.

`python tools/roles.py` writes the tables anew; with `--check` it only says whether they are
up to date, with exit code 1 where not.
"""

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "roles.md"
BEGIN, END = "<!-- roles: begin -->", "<!-- roles: end -->"
ACTS = {"view": "see", "add": "add", "change": "change", "delete": "delete"}

# What a permission lets one do besides the pages of its name.
VERBS = {
    "Decide about proposals, appeals and flags, strike out, merge": "proposals.change_proposal",
    "Refer proposals to institutions": "proposals.add_referral",
    "Answer proposals in the name of any institution": "proposals.add_response",
    "Answer what was referred to the institution they speak for": "proposals.answer_as_responder",
    "Announce, extend, pause and conclude calls": "proposals.change_consultation",
    "Decide about organizations, and changes to them": "network.change_organization",
    "Decide who belongs to an organization, and who speaks for it": "network.change_affiliation",
    "Decide about the names of members": "network.change_member",
    "Send announcements": "network.send_announcement",
    "Answer mail that came in": "network.change_inboundmessage",
    "Post failed letters again": "network.change_letter",
    "See addresses of people": "network.view_addresses",
    "Give roles, and appoint responders": "network.give_roles",
}


def someone(powers: set[str]) -> Any:
    """One of the staff with these permissions, as windows ask for them."""
    return SimpleNamespace(
        is_active=True, is_staff=True, is_superuser=False, has_perm=powers.__contains__
    )


def may(window: Any, powers: set[str]) -> str:
    """What a window lets someone do, in words."""
    request = SimpleNamespace(user=someone(powers))
    done = [word for act, word in ACTS.items() if getattr(window, f"has_{act}_permission")(request)]
    return ", ".join(done) or "–"


def rows() -> list[list[str]]:
    """A row for each window of the admin, then one for each verb."""
    from django.contrib import admin
    from django.utils.text import capfirst

    from network.roles import Role, powers_of

    powers = {role: powers_of(role) for role in Role}
    windows = sorted(admin.site._registry.items(), key=lambda one: one[0]._meta.label_lower)
    found = [
        [
            f"{capfirst(str(model._meta.verbose_name_plural))} (`{model._meta.label_lower}`)",
            *(may(window, powers[role]) for role in Role),
        ]
        for model, window in windows
    ]
    for verb, name in VERBS.items():
        held = ("yes" if name in powers[role] else "–" for role in Role)
        found.append([f"**{verb}** (`{name}`)", *held])
    return found


def drawn() -> str:
    """The table, as Markdown."""
    from network.roles import Role

    lines = [BEGIN, "", "| | " + " | ".join(role.value.capitalize() for role in Role) + " |"]
    lines.append("| --- |" + " --- |" * len(Role))
    lines += [f"| {' | '.join(row)} |" for row in rows()]
    return "\n".join([*lines, "", END])


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
            sys.exit("docs/roles.md is not up to date: run tools/roles.py.")
    else:
        PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
