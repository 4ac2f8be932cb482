"""docs/roles.md is true: of the code that it is drawn from, and of every page it speaks of."""

import importlib.util
from pathlib import Path

import pytest

from network.roles import Role
from tests import access

ROOT = Path(__file__).resolve().parents[2]
# A page and a method that a verb opens, and the answers of those who may not.
VERBS = {
    "proposals.change_proposal": ("admin:proposals_proposal_strike", "get"),
    "proposals.add_referral": ("admin:proposals_toanswer_refer", "get"),
    "proposals.change_consultation": ("admin:proposals_consultation_act", "get"),
    "network.change_organization": ("admin:network_organization_agree", "get"),
    "network.send_announcement": ("admin:network_announcement_step", "post"),
    "network.change_inboundmessage": ("admin:network_inboundmessage_answer", "post"),
}
# Whoever may answer opens the same page, for any institution or for theirs.
ANSWERING = {"proposals.add_response", "proposals.answer_as_responder"}
# Asked of what is on a page, and tested there (test_addresses_veiled.py, test_roles.py…).
ELSEWHERE = {
    "network.change_affiliation", "network.change_member", "network.change_letter",
    "network.view_addresses", "network.give_roles", *ANSWERING,
}  # fmt: skip
# Changed otherwise than by sending its page: by a verb each, or by whose it is alone.
NOT_SENT = {
    ("proposals.proposal", Role.MODERATOR),
    ("proposals.proposal", Role.ADMINISTRATOR),
    ("commitments.selfassessment", Role.ADMINISTRATOR),
}


def tool():
    spec = importlib.util.spec_from_file_location("roles", ROOT / "tools" / "roles.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page():
    return (ROOT / "docs" / "roles.md").read_text(encoding="utf-8")


def rows():
    """By the name in its first cell, what a row of the table says of each role."""
    table = page().partition("<!-- roles: begin -->")[2].strip().splitlines()
    for line in table[2:-2]:
        first, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        yield first.rpartition("`")[0].rpartition("`")[2], dict(zip(Role, cells, strict=True))


def answered(table, address, method, role):
    """The status that the table of addresses has for one role."""
    of = dict(zip(access.METHODS, table[address].split(" | "), strict=True))
    return int(of[method].split()[access.WHO.index(role.value)])


def test_the_page_shows_it_as_it_is():
    assert tool().drawn() in page()


@pytest.mark.parametrize(
    "name", [name for name, _cells in rows() if name not in tool().VERBS.values()]
)
def test_each_row_is_true_of_its_pages(name):
    table, cells = access.kept(), dict(rows())[name]
    admin = f"admin:{name.replace('.', '_')}"
    for role, said in cells.items():
        done = set(said.split(", "))
        assert (answered(table, f"{admin}_changelist", "get", role) == 200) == ("see" in done), role
        assert (answered(table, f"{admin}_add", "get", role) == 200) == ("add" in done), role
        assert (answered(table, f"{admin}_delete", "get", role) == 200) == ("delete" in done), role
        if (name, role) not in NOT_SENT:
            sent = answered(table, f"{admin}_change", "post", role)
            assert (sent in {200, 302}) == ("change" in done), (role, sent)


def test_each_verb_is_open_to_those_alone_of_whom_the_page_says_so():
    table, said = access.kept(), dict(rows())
    assert said.keys() >= VERBS.keys() | ELSEWHERE == set(tool().VERBS.values())
    for name, (address, method) in VERBS.items():
        for role in Role:
            may = answered(table, address, method, role) not in {403, 404}
            assert may == (said[name][role] == "yes"), (name, role)
    for role in Role:
        may = answered(table, "admin:proposals_toanswer_answer", "get", role) == 200
        assert may == any(said[name][role] == "yes" for name in ANSWERING), role
