"""Following by mail: any of four things, with consent, confirmed, changed and stopped."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.actions import leave
from network.models import Consent, Letter, Purpose, Stop
from proposals import following
from proposals.models import Follow, Follower
from tests.counting import cost_of
from tests.factories import (
    make_call,
    make_commitment,
    make_follow,
    make_member,
    make_proposal,
    make_subject,
    make_user,
)
from tests.night import forgotten
from tests.proposals.supporting import fill_in, press_yes

pytestmark = pytest.mark.django_db


def targets():
    commitment = make_commitment()
    return {
        "proposal": (proposal := make_proposal(), proposal.pk),
        "call": (call := make_call(), call.slug),
        "commitment": (commitment, f"{commitment.plan.slug}/{commitment.number}"),
        "issue": (subject := make_subject(), subject.slug),
    }


@pytest.fixture
def proposal():
    return make_proposal(title="Count the bees")


@pytest.fixture
def url(proposal):
    return f"/en/proposals/follow/?proposal={proposal.pk}"


@pytest.mark.parametrize("kind", ["proposal", "call", "commitment", "issue"])
def test_any_of_four_things_is_followed_by_an_address_and_the_letters_button(client, kind):
    target, said = targets()[kind]

    fill_in(
        client,
        f"/en/proposals/follow/?{kind}={said}",
        "follow",
        email="Ada@example.org",
        rhythm="daily",
        consent="on",
    )

    assert not Follower.objects.exists()
    letter = Letter.objects.get()
    assert "by mail, each morning" in letter.text
    page = press_yes(client)
    assertContains(page, "What you follow")
    assertContains(page, following.heading_of(target).text)
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    follower = Follower.objects.get()
    assert (follower.address, follower.rhythm) == ("ada@example.org", "daily")
    assert follower.follows.get().target == target


def test_the_consent_is_on_record_with_its_words(client, url, settings):
    fill_in(client, url, "follow", email="ada@example.org", consent="on")
    assert not Consent.objects.exists()
    press_yes(client)

    record = Consent.objects.get()
    assert (record.purpose, record.act) == (Purpose.FOLLOWING, Consent.Act.GIVEN)
    for part in (settings.SENDER_NAME, settings.CONTACT_ADDRESS, "what I follow", "withdraw"):
        assert part in record.words
    assert " ".join(settings.MAILING_ADDRESS.split()) in record.words.replace("  ", " ")
    assert record.asked_at <= record.at


def test_the_page_promises_of_each_feed_what_it_has(client, proposal, url):
    """That of a commitment tells its changes; of the ideas that led to it, a letter does."""
    promise = make_commitment()
    where = f"{promise.plan.slug}/{promise.number}"
    page = client.get("/en/proposals/follow/", {"commitment": where})

    assertContains(page, "Its changes come by Atom feed too")
    assertNotContains(page, "The same news comes by Atom feed")
    assertContains(client.get(url), "The same news comes by Atom feed")


def test_without_the_tick_nothing_is_asked(client, url):
    response = fill_in(client, url, "follow", email="ada@example.org")

    assertContains(response, "we write to nobody without it")
    assertNotContains(response, "checked=")
    assert not Letter.objects.exists()


def test_words_that_changed_meanwhile_are_read_again(client, url):
    response = fill_in(client, url, "follow", email="a@example.org", consent="on", version="old")

    assertContains(response, "changed meanwhile")
    assert not Letter.objects.exists()


def test_following_twice_is_following_once_and_answers_the_same(client, proposal, url):
    make_follow(proposal, rhythm="weekly")

    response = fill_in(client, url, "follow", email="ada@example.org", rhythm="daily", consent="on")

    assert response.headers["Location"] == "/en/network/yes/sent/"
    assert Follower.objects.get().rhythm == "weekly"  # nobody changes it but its owner
    press_yes(client)
    assert Follow.objects.count() == 1
    assert Follower.objects.get().rhythm == "daily"


def test_who_is_signed_in_follows_at_once(client, proposal, url):
    client.force_login(make_member(email="ada@example.org").user)
    Letter.objects.all().delete()

    page = fill_in(client, url, "follow", consent="on")

    assert "/following/" in page.headers["Location"]
    assert not Letter.objects.exists()
    assert Follower.objects.get().user
    assert Consent.objects.filter(purpose=Purpose.FOLLOWING).get().how == Consent.How.MEMBER


def test_opening_the_pages_changes_nothing(client, proposal, url):
    follow = make_follow(proposal)
    page = f"/en/proposals/following/{follow.follower.seal}/"
    before = list(Follow.objects.values()), list(Follower.objects.values())

    for path in (url, page, f"{page}?stop=all"):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200

    assert (list(Follow.objects.values()), list(Follower.objects.values())) == before


@pytest.mark.parametrize(
    "asked",
    [
        "", "?proposal=x", "?proposal=0", "?proposal=99999999999999999999", "?call=%00",
        "?commitment=", "?commitment=a/b", "?commitment=plan/99999999999", "?issue=none",
        "?proposal=%D9%A1", "?commitment=%00/1",
    ],
)  # fmt: skip
def test_what_is_not_there_cannot_be_followed(client, asked):
    assert client.get(f"/en/proposals/follow/{asked}").status_code == 404
    assert client.post(f"/en/proposals/follow/{asked}").status_code == 404


def test_what_is_not_public_cannot_be_followed(client):
    proposal = make_proposal(state="waiting")
    call = make_call(published_at=None)
    for asked in (f"proposal={proposal.pk}", f"call={call.slug}"):
        assert client.get(f"/en/proposals/follow/?{asked}").status_code == 404


# --- The private page ----------------------------------------------------------------


@pytest.fixture
def page(proposal):
    follow = make_follow(proposal)
    make_follow(make_call(title_en="What to promise"))
    return f"/en/proposals/following/{follow.follower.seal}/"


def test_one_thing_is_stopped_by_its_button_and_the_rest_goes_on(client, proposal, page):
    follow = Follow.objects.get(proposal=proposal)

    response = client.post(page, {"stop": follow.pk}, follow=True)

    assertNotContains(response, "Count the bees")
    assertContains(response, "What to promise")
    assert client.post(page, {"stop": follow.pk}).status_code == 302
    assert Follow.objects.count() == 1


def test_nobody_stops_what_another_follows(client, page):
    theirs = make_follow(make_proposal(), "bea@example.org")

    client.post(page, {"stop": theirs.pk})

    assert Follow.objects.filter(pk=theirs.pk).exists()


def test_all_is_stopped_by_one_button_on_record_and_twice_is_once(client, page):
    for _time in range(2):
        response = client.post(page, {"stop": "all"}, follow=True)

        assertContains(response, "You follow nothing now")
    assert not Follower.objects.exists()
    acts = list(Consent.objects.oldest().values_list("act", flat=True))
    assert acts == ["given", "given", "withdrawn"]


def test_stopping_the_last_thing_stops_it_all(client):
    follow = make_follow(make_proposal())

    client.post(f"/en/proposals/following/{follow.follower.seal}/", {"stop": follow.pk})

    assert not Follower.objects.exists()
    assert Consent.objects.newest().first().act == Consent.Act.WITHDRAWN


def test_how_often_and_the_language_are_changed(client, page):
    client.post(page, {"rhythm": "weekly", "language": "fr"})

    follower = Follower.objects.get()
    assert (follower.rhythm, follower.language) == ("weekly", "fr")


@pytest.mark.parametrize(
    "said", [{}, {"stop": "\0"}, {"stop": "9" * 40}, {"rhythm": "\0", "language": "zz"}]
)
def test_nonsense_changes_nothing(client, page, said):
    before = list(Follower.objects.values())

    assert client.post(page, said).status_code in {200, 302}

    assert list(Follower.objects.values()) == before
    assert Follow.objects.count() == 2


def test_a_seal_that_is_not_ours_leads_nowhere(client, page):
    for token in ("x", "a" * 42, "é"):
        assert client.post(f"/en/proposals/following/{token}/", {"stop": "all"}).status_code == 404
    assert Follower.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"email": "\0", "rhythm": "\0", "language": "\0", "consent": "\0", "version": "\0"},
        {"email": "a" * 100_000, "rhythm": "x" * 9999},
        {"email": ["a@example.org"] * 50, "rhythm": ["daily"] * 50, "consent": ["on"] * 9},
    ],
)
def test_no_form_of_nonsense_breaks_the_page(client, url, said):
    assert client.post(url, said).status_code == 200
    client.force_login(make_user())
    assert client.post(url, said).status_code == 200
    assert not Follow.objects.exists()


def test_the_page_costs_the_same_for_one_and_for_many(client, proposal):
    make_follow(proposal)

    def shown():
        return client.get(f"/en/proposals/following/{Follower.objects.get().seal}/")

    few = cost_of(shown)
    for kind in ("proposal", "call", "commitment", "issue"):
        for _n in range(3):
            make_follow(targets()[kind][0])

    assert cost_of(shown) == few


# --- Leaving -------------------------------------------------------------------------


def test_who_left_all_lists_is_written_to_again_once_they_follow(proposal):
    Stop.put("ada@example.org", how=Stop.How.PAGE)

    make_follow(proposal)

    assert not Stop.objects.exists()


def test_a_member_who_leaves_follows_nothing(proposal):
    member = make_member(email="ada@example.org")
    make_follow(proposal)

    leave(member, how=Consent.How.MEMBER)

    assert not Follow.objects.exists()
    assert not Follower.objects.exists()


def test_what_was_never_confirmed_is_forgotten_after_a_month(client, proposal, url):
    fill_in(client, url, "follow", email="bea@example.org", consent="on")
    make_follow(proposal)
    assert forgotten("follows") == 0

    Follow.objects.update(asked_at=timezone.now() - timedelta(days=31))

    assert forgotten("follows") == 1
    assert Follow.objects.get().address == "ada@example.org"


def test_in_french_it_is_french(client, proposal):
    page = client.get(f"/fr/propositions/suivre/?proposal={proposal.pk}")
    assertContains(page, "Chaque matin")
    assertContains(page, "Je consens")
