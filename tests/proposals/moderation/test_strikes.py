"""Personal data is struck out: the public reads a mark everywhere, staff keep who and why."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Edition
from opengov_portal.lib.errors import Refused
from proposals import moderating
from proposals.models import Step, Strike
from proposals.search import indexing, similar
from tests.factories import make_proposal, make_user
from tests.forms import form_of
from tests.proposals.moderation.desk import again, make_moderator

pytestmark = pytest.mark.django_db
MARK = "[personal information removed]"


def strike(proposal, passage, field="problem", by=None):
    by = by or make_moderator()
    return moderating.strike(proposal, by=by, field=field, passage=passage, why="A phone number.")


def test_the_public_reads_a_mark_and_staff_keep_what_was_written():
    proposal, person = make_proposal(problem="Call Ada at 555-0100.\nNow."), make_moderator()
    edition = Edition.current()

    [struck] = strike(proposal, "Ada at 555-0100", by=person)

    assert again(proposal).problem == proposal.problem == f"Call {MARK}.\nNow."
    assert proposal.originals.get().value == "Call Ada at 555-0100.\nNow."
    assert (struck.by, struck.why, struck.start, struck.length) == (
        person,
        "A phone number.",
        5,
        15,
    )
    assert Edition.current() > edition
    assert not Step.objects.exists()


def test_no_page_file_or_search_shows_what_is_struck(client):
    proposal = make_proposal(title="Call Zebulon now", problem="Zebulon keeps bees.")
    indexing.refresh(proposal)
    for field in ("title", "problem"):
        strike(proposal, "Zebulon", field)

    for address in (
        proposal.get_absolute_url(), "/en/proposals/", "/data/proposals.json",
        "/data/proposals.csv", reverse("proposals:flag", args=[proposal.pk]),
    ):  # fmt: skip
        response = client.get(address)
        said = b"".join(response.streaming_content) if response.streaming else response.content
        assert b"Zebulon" not in said, address
    assertContains(client.get(proposal.get_absolute_url()), MARK)
    assert "zebulon" not in {word.text for word in proposal_words(proposal)}
    assert not similar("Zebulon Zebulon Zebulon", "en").proposals


def proposal_words(proposal):
    from proposals.models import ProposalWord

    class Word:
        def __init__(self, row):
            self.text = " ".join(str(value) for value in row.values()).casefold()

    return [Word(row) for row in ProposalWord.objects.values()]


def test_the_mark_is_in_the_language_of_the_words():
    proposal = make_proposal(language="fr", problem="Appelez Ada.")
    strike(proposal, "Ada")
    assert again(proposal).problem == "Appelez [renseignements personnels retirés]."


@pytest.mark.parametrize(
    ("text", "passages", "shown"),
    [
        ("abcdef", ["bcd", "cde"], f"a{MARK}f"),
        ("abcdef", ["bc", "de"], f"a{MARK}{MARK}f".replace(MARK * 2, MARK)),
        ("abcdef", ["ab", "ef"], f"{MARK}cd{MARK}"),
        ("aaaa", ["aa"], MARK),
        ("x Ada y Ada z", ["Ada"], f"x {MARK} y {MARK} z"),
        ("😀é Zoë\u0301 fin", ["Zoë\u0301"], f"😀é {MARK} fin"),
        ("<b>Ada</b>", ["<b>Ada</b>"], MARK),
        ("one\ntwo\nthree", ["one\r\ntwo"], f"{MARK}\nthree"),
        ("abcdef", ["abcdef", "cd"], MARK),
        ("call Ada", [" Ada "], f"call {MARK}"),
    ],
)
def test_strikes_may_overlap_and_take_any_letters(text, passages, shown):
    proposal = make_proposal(problem=text)
    for passage in passages:
        strike(proposal, passage)
    assert again(proposal).problem == shown


def test_each_strike_is_undone_by_itself_and_all_give_the_words_back():
    text = "Ada and Bob and Ada"
    proposal = make_proposal(problem=text)
    one, two = strike(proposal, "Ada")
    [three] = strike(proposal, "Bob and A")
    person = make_moderator()

    moderating.unstrike(again(three), by=person)
    assert again(proposal).problem == f"{MARK} and Bob and {MARK}"
    moderating.unstrike(again(one), by=person)
    assert again(proposal).problem == f"Ada and Bob and {MARK}"
    moderating.unstrike(again(two), by=person)

    assert again(proposal).problem == text
    assert not proposal.originals.exists()
    assert again(one).undone_by == person
    with pytest.raises(Refused):
        moderating.unstrike(again(one), by=person)


def test_a_link_is_struck_whole():
    proposal = make_proposal(links=["https://a.example/ada", "https://b.example/"])
    [struck] = strike(proposal, "ada", "links")
    assert again(proposal).links == ["https://b.example/"]
    moderating.unstrike(struck, by=make_moderator())
    assert again(proposal).links == ["https://a.example/ada", "https://b.example/"]


def test_a_title_stays_as_short_as_titles_are():
    proposal = make_proposal(title="x " * 150)
    strike(proposal, "x ", "title")
    assert len(again(proposal).title) <= 300


def test_what_does_not_stand_there_is_not_struck():
    proposal = make_proposal()
    with pytest.raises(Refused):
        strike(proposal, "Nothing of the kind")
    for lacking in ({"passage": " "}, {"why": ""}, {"field": "email"}):
        with pytest.raises(ValueError, match="strike"):
            moderating.strike(
                proposal,
                by=make_moderator(),
                **{"field": "problem", "passage": "bees", "why": "x"} | lacking,
            )
    assert not Strike.objects.exists()


def test_only_moderators_strike_and_put_back():
    proposal = make_proposal()
    with pytest.raises(PermissionDenied):
        strike(proposal, "bees", by=make_user())
    [struck] = strike(proposal, "bees")
    with pytest.raises(PermissionDenied):
        moderating.unstrike(struck, by=make_user())


def test_staff_strike_at_the_desk(client, without_second_factor):
    client.force_login(make_moderator())
    proposal = make_proposal(problem="Call <Ada>.")
    page = reverse("admin:proposals_proposal_strike", args=[proposal.pk])
    data = form_of(client.get(page), "strike")
    assert not Strike.objects.exists()

    client.post(page, data | {"field": "problem", "passage": "<Ada>", "why": "A <name>."})

    assert again(proposal).problem == f"Call {MARK}."
    desk = client.get(reverse("admin:proposals_proposal_change", args=[proposal.pk]))
    assertContains(desk, "A &lt;name&gt;.")
    back = reverse("admin:proposals_proposal_unstrike", args=[proposal.pk, Strike.objects.get().pk])
    assertContains(client.get(back), "Put the passage back")
    client.post(back)
    assert again(proposal).problem == "Call <Ada>."
    assertNotContains(client.get(proposal.get_absolute_url()), MARK)
