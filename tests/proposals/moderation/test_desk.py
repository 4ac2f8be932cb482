"""At the desk: the page of one, two clicks, many at once, two moderators at once."""

from datetime import datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from network.models import Letter
from proposals.models import Flag, Merge, Proposal
from proposals.search import indexing
from tests.counting import cost_of
from tests.factories import make_commitment, make_proposal, make_staff, make_subject, make_user
from tests.forms import form_of
from tests.proposals.moderation.desk import (
    WHY,
    again,
    appealed,
    letters,
    make_moderator,
    waiting,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
QUEUE = "/admin/proposals/proposal/"
State = Proposal.State


@pytest.fixture
def moderator(client):
    person = make_moderator()
    client.force_login(person)
    return person


def url(name, proposal, *more):
    return reverse(f"admin:proposals_proposal_{name}", args=[proposal.pk, *more])


def press(client, address, form="decide", **fields):
    """Open the page, fill it in, press its button."""
    data = form_of(client.get(address), form)
    return client.post(
        address, data | {name: [value] for name, value in fields.items()}, follow=True
    )


# --- One proposal ------------------------------------------------------------------------


def test_of_when_it_was_put_forward_the_page_says_no_more_than_is_known(client, moderator):
    elsewhere = {"import_key": "bees", "source_url": "https://example.org/", "dated": "2016"}
    january = timezone.make_aware(datetime(2016, 1, 1))
    idea = make_proposal(created_at=january, **elsewhere)

    page = client.get(url("change", idea))

    assertContains(page, "<dd>2016, English</dd>", html=True)
    assertNotContains(page, "midnight")


def test_the_page_shows_all_that_a_moderator_needs(client, moderator):
    moderator.user_permissions.add(Permission.objects.get(codename="view_addresses"))
    make_proposal(title="Earlier one", email="ada@example.org")
    like = make_proposal(title="Count the bees of every hive", problem="Bees are not counted.")
    indexing.refresh(like)
    proposal = waiting(
        title="Count the bees of every hive",
        problem="First <b>line</b>.\nSecond line.\n\nNew paragraph.",
        links=["https://bees.example/x?a=1&b=<2>", "http://[broken"],
        email="Ada@example.org",
    )
    promise = make_commitment()
    proposal.issues.add(make_subject(name="Open bees"))
    proposal.commitments.add(promise)

    response = client.get(url("change", proposal))

    assertContains(response, "<p>First &lt;b&gt;line&lt;/b&gt;.<br>Second line.</p>")
    assertContains(response, "bees.example</th>")
    assertContains(response, "Earlier one")
    assertContains(response, "Ada@example.org")
    assertContains(response, url("change", like))
    assertContains(response, "Bees are not counted.")
    assertContains(response, "Open bees")
    assertContains(response, promise.title_en)
    assertNotContains(response, 'href="https://bees.example')


def test_the_page_costs_as_much_for_much(client, moderator):
    proposal = waiting(email="ada@example.org")
    few = cost_of(client.get, url("change", proposal))
    for _n in range(8):
        make_proposal(email="ada@example.org", title=proposal.title)
        Flag.put(proposal, reason="abuse", network=f"198.51.100.{_n}")

    assert cost_of(client.get, url("change", proposal)) <= few + 3


def test_two_clicks_publish_with_the_letter_in_sight(client, moderator):
    proposal = waiting()
    page = client.get(url("change", proposal))
    assertContains(page, url("publish", proposal))
    assertContains(client.get(url("publish", proposal)), "Your idea is published")
    assert again(proposal).state == State.WAITING

    response = press(client, url("publish", proposal))

    assert again(proposal).state == State.PUBLISHED
    assertContains(response, url("undo", proposal))
    assertContains(client.get(url("change", proposal)), "can be undone until")
    assert letters("published").count() == 1


def test_a_refusal_shows_the_letter_before_it_goes(client, moderator):
    proposal = waiting(letters_language="fr")
    data = form_of(client.get(url("refuse", proposal)), "decide") | {
        "reason": ["abuse"], "words": ["Trop <vif>."],
    }  # fmt: skip

    shown = client.post(url("refuse", proposal), data | {"preview": ["yes"]})

    assertContains(shown, "Trop &lt;vif&gt;.", count=2)
    assert again(proposal).state == State.WAITING
    assert not Letter.objects.exists()

    client.post(url("refuse", proposal), data)

    assert again(proposal).state == State.REFUSED
    assert "/fr/propositions/" in letters("refused").get().text


@pytest.mark.parametrize("lacking", ["reason", "words"])
def test_a_refusal_without_reason_or_sentence_is_asked_for_again(client, moderator, lacking):
    proposal = waiting()
    data = form_of(client.get(url("refuse", proposal)), "decide")

    response = client.post(url("refuse", proposal), data | WHY | {lacking: ""})

    assert list(response.context["form"].errors) == [lacking]
    assert again(proposal).state == State.WAITING


VERBS = ["publish", "refuse", "hide", "restore", "keep", "undo", "merge", "strike"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_get_changes_nothing(client, moderator, verb):
    proposal = make_proposal() if verb in {"hide", "keep", "merge"} else waiting()
    before = again(proposal).__dict__ | {"_state": None}

    assert client.get(url(verb, proposal)).status_code == 200

    assert again(proposal).__dict__ | {"_state": None} == before
    assert not proposal.steps.exists()


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_else_decides(client, verb):
    proposal = waiting()
    assertRedirects(
        client.post(url(verb, proposal), WHY),
        f"/admin/login/?next={url(verb, proposal)}",
        fetch_redirect_response=False,
    )
    client.force_login(make_user())
    assert client.post(url(verb, proposal), WHY).status_code == 302
    viewer = make_staff(is_superuser=False)
    viewer.user_permissions.add(Permission.objects.get(codename="view_proposal"))
    client.force_login(viewer)
    assert client.post(url(verb, proposal), WHY | {"seen": "0"}).status_code == 403
    assert client.get(url("change", proposal)).status_code == 200
    assertNotContains(client.get(url("change", proposal)), url("strike", proposal))
    assert again(proposal).state == State.WAITING


def test_of_two_moderators_the_second_is_told(client, moderator):
    proposal = waiting()
    data = form_of(client.get(url("publish", proposal)), "decide")
    first = make_moderator(name="Rufus")
    proposal.refuse(by=first, **WHY)

    response = client.post(url("publish", proposal), data, follow=True)

    assertContains(response, "Rufus was first")
    assert again(proposal).state == State.REFUSED


def test_a_button_of_no_page_does_nothing(client, moderator):
    proposal = waiting()
    for seen in ({}, {"seen": "x"}, {"seen": "-1"}, {"seen": "9" * 40}, {"seen": "\0"}):
        client.post(url("publish", proposal), seen)
    assert again(proposal).state == State.WAITING


def test_undoing_is_one_button_on_the_page(client, moderator):
    proposal = waiting()
    press(client, url("refuse", proposal), **WHY)

    data = form_of(client.get(url("change", proposal)), "undo")
    client.post(url("undo", proposal), data)

    assert again(proposal).state == State.WAITING
    assert not Letter.objects.exists()
    assertContains(client.get(url("change", proposal)), "undone")


def test_the_page_of_one_takes_no_typing(client, moderator):
    proposal = waiting()
    assert client.post(url("change", proposal), {"title": "Mine"}).status_code == 403
    assert client.get("/admin/proposals/proposal/add/").status_code == 403
    assert client.post(url("delete", proposal), {"post": "yes"}).status_code == 403
    for odd in ("404", "x", "9" * 40, "-1", "%00", "1/../2", "%C2%B2"):
        assert client.get(f"/admin/proposals/proposal/{odd}/change/").status_code == 404, odd


# --- Many at once -----------------------------------------------------------------------


def bulk(client, action, *proposals, **fields):
    chosen = {"action": action, "_selected_action": [one.pk for one in proposals]}
    return chosen, form_of(client.post(f"{QUEUE}?desk=all", chosen), "decide")


def test_many_are_refused_at_once_after_a_page_that_shows_them(client, moderator):
    one, two = waiting(), waiting()
    _chosen, data = bulk(client, "refuse_selected", one, two)
    assert not one.steps.exists()

    response = client.post(f"{QUEUE}?desk=all", data | WHY, follow=True)

    assertContains(response, "2 were refused.")
    assert {again(one).state, again(two).state} == {State.REFUSED}
    assert letters("refused").count() == 2


def test_many_are_all_published_or_none(client, moderator):
    one, two = waiting(), waiting(title="The one in between")
    _chosen, data = bulk(client, "publish_selected", one, two)
    two.refuse(by=make_moderator(name="Rufus"), **WHY)

    response = client.post(f"{QUEUE}?desk=all", data, follow=True)

    assertContains(response, "Nothing was done to any of them.")
    assertContains(response, "The one in between”: Rufus was first")
    assert again(one).state == State.WAITING
    assert not Letter.objects.exists()


def test_too_many_are_not_decided_at_once(client, moderator):
    call = waiting().consultation
    many = Proposal.objects.bulk_create(
        Proposal(
            consultation=call,
            title=f"{n}", problem="x", language="en", state="waiting", confirmed_at=timezone.now(),
        )
        for n in range(101)
    )  # fmt: skip
    chosen = {"action": "publish_selected", "_selected_action": [one.pk for one in many]}

    assertContains(client.post(QUEUE, chosen, follow=True), "Choose 100 at most")


# --- Flags, appeals, merges from the desk ------------------------------------------------


def test_a_flag_is_answered_by_keeping_with_a_reason_or_by_hiding(client, moderator):
    one, two = make_proposal(), make_proposal()
    for proposal in (one, two):
        Flag.put(proposal, reason="abuse", words="Look <here>", network="198.51.100.7")
    assertContains(client.get(url("change", one)), "Look &lt;here&gt;")

    press(client, url("keep", one), words="It is fair.")
    press(client, url("hide", two), **WHY)

    assert [again(one).state, again(two).state] == ["published", "hidden"]
    kept = Flag.objects.get(proposal=one)
    assert (kept.handled_words, kept.handled_by, kept.network) == ("It is fair.", moderator, None)
    assert not Flag.objects.open().exists()


def test_a_hiding_that_is_undone_leaves_its_flags_to_be_looked_at(client, moderator):
    proposal = make_proposal()
    Flag.put(proposal, reason="abuse", network="198.51.100.7")
    proposal.keep(by=moderator, words="It is fair.")
    Flag.put(proposal, reason="abuse", words="Look again", network="198.51.100.7")
    press(client, url("hide", proposal), **WHY)
    assertNotContains(client.get(f"{QUEUE}?desk=flagged"), proposal.title)

    client.post(url("undo", proposal), form_of(client.get(url("change", proposal)), "undo"))

    assert [flag.words for flag in Flag.objects.open()] == ["Look again"]
    assertContains(client.get(f"{QUEUE}?desk=flagged"), "1 flag")


def test_who_refused_does_not_decide_about_the_appeal(client, moderator):
    appeal = appealed(moderator)
    proposal = appeal.proposal
    page = client.get(url("change", proposal))
    assertContains(page, "Another moderator than who refused it decides.")
    assertNotContains(page, url("grant", proposal))
    for verb in ("grant", "deny"):
        assert client.post(url(verb, proposal), {"seen": "0", "words": "x"}).status_code == 403

    client.force_login(make_staff())
    press(client, url("grant", proposal))

    assert again(proposal).state == State.PUBLISHED


def test_a_merge_is_looked_for_shown_side_by_side_and_undone(client, moderator):
    one, two = make_proposal(title="Bees <one>"), make_proposal(title="Bees two")
    page = url("merge", one)
    found = f'?into={two.pk}"><span lang="en">Bees two</span> (number {two.pk})</a>'
    assertContains(client.get(f"{page}?q=bees"), found)
    assertContains(client.get(f"{page}?q={two.pk}"), "Bees two")
    assertContains(client.get(f"{page}?q=wasps"), "No other public proposal")
    shown = client.get(f"{page}?into={two.pk}")
    assertContains(shown, "Your idea was merged with another one")
    assertContains(shown, "Another idea was merged into yours")

    client.post(page, form_of(shown, "decide"))
    assert again(one).state == State.MERGED
    assert Merge.objects.get().into == two

    press(client, url("part", one))
    assert again(one).state == State.PUBLISHED


@pytest.mark.parametrize("value", ["", "x", "0", "9" * 40, "\0", "-1", "<b>"])
def test_any_input_is_answered(client, moderator, value):
    proposal = make_proposal()
    for verb in [*VERBS, "part"]:
        data = {"seen": value, "into": value, "q": value, "reason": value, "words": value,
                "field": value, "passage": value, "why": value}  # fmt: skip
        assert client.post(url(verb, proposal), data).status_code < 500
        assert client.get(url(verb, proposal), data).status_code < 500
    assert client.get(QUEUE, {"desk": value, "q": value}).status_code < 500
    assert again(proposal).state == State.PUBLISHED
