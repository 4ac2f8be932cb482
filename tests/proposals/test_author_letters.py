"""What an author did with their own idea is told them by letter, and whom else it concerns."""

import pytest
from django.urls import reverse
from django.utils import timezone

from network.models import Affiliation, Letter
from network.roles import Role
from proposals import forwarding, moderating, referring
from proposals.emails import forwarding as emails
from proposals.models import Consultation, Proposal
from proposals.tasks import write_digests
from tests.factories import (
    make_call,
    make_follow,
    make_institution,
    make_member,
    make_organization,
    make_proposal,
    make_responder,
    make_with_role,
)
from tests.proposals.calling import make_closed
from tests.proposals.moderation.desk import WHY, letters, make_moderator, waiting
from tests.proposals.news import letters as digests

pytestmark = pytest.mark.django_db
State = Proposal.State


def speaker(organization, **fields):
    """The account of who speaks for it."""
    member = make_member(**fields)
    Affiliation.objects.create(
        member=member, organization=organization, state="representative", decided_at=timezone.now()
    )
    return member.user


def vouching(organization, **fields):
    """An idea that waits for it, of which it was told."""
    made = {"state": State.VOUCHING, "organization": organization, "confirmed_at": timezone.now()}
    proposal = make_proposal(**made | fields)
    emails.vouching_waits(proposal)
    return proposal


def posted():
    """All that is owed has left."""
    for letter in Letter.objects.filter(state="owed"):
        letter.claim()
        letter.mark_posted()


# --- Taking it back ------------------------------------------------------------------------


def test_who_takes_a_public_one_back_is_told_what_stays(client):
    proposal = make_proposal(title="Count <bees>")

    client.post(reverse("proposals:yours", args=[proposal.secret]), {"do": "withdraw"})

    letter = letters("withdrawn").get()
    assert (letter.to, letter.subject) == (proposal.email, "You have taken your idea back")
    assert "“Count <bees>”" in letter.text
    assert "Count &lt;bees&gt;" in letter.html
    for words in (letter.text, letter.html):
        assert "https://portal.example" + proposal.get_absolute_url() in words
        assert "tells only that an idea was here" in words


@pytest.mark.parametrize("state", [State.WAITING, State.VOUCHING])
def test_of_one_that_was_never_public_nothing_stays(state):
    organization = make_organization() if state == State.VOUCHING else None
    proposal = make_proposal(state=state, organization=organization, letters_language="fr")

    forwarding.withdraw(proposal)

    letter = letters("withdrawn").get()
    assert letter.subject == "Vous avez retiré votre idée"
    assert "Elle n’a jamais été publique" in letter.text
    assert proposal.get_absolute_url() not in letter.text


def test_nobody_is_told_that_it_is_published_once_it_is_taken_back():
    proposal = waiting()
    moderating.publish(proposal, by=make_moderator())
    forwarding.withdraw(proposal)

    assert not letters("published").exists()
    assert letters("withdrawn").exists()


def test_who_follows_it_is_told_once_and_not_a_word_of_it(morning):
    proposal = make_proposal(title="Count the bees")
    make_follow(proposal)
    forwarding.withdraw(proposal)
    for day in (1, 2, 3):
        morning(day)
        write_digests()

    (letter,) = digests()
    assert "A proposal you follow was withdrawn by its author" in letter.text
    assert "bees" not in letter.text


@pytest.mark.parametrize("verb", ["withdraw", "hide"])
def test_no_letter_of_a_referral_names_what_can_no_longer_be_read(verb):
    office = make_institution()
    make_responder(office)
    gone, stays = make_proposal(title="Count bees"), make_proposal(title="Count moths")
    referring.refer([gone, stays], [office], by=make_with_role(Role.MODERATOR))

    if verb == "hide":
        moderating.hide(gone, by=make_moderator(), **WHY)
    else:
        forwarding.withdraw(gone)

    letter = letters("referred").get()
    assert "Count moths" in letter.text
    assert "Count bees" not in letter.text


# --- In one's own name ------------------------------------------------------------------------


@pytest.mark.parametrize("shown", [True, False])
def test_who_named_an_organization_that_is_no_longer_listed_is_told_that_it_goes_on(shown):
    unlisted = {"state": "waiting", "decided_at": None}
    gone = make_organization(name_en="Friends of <Bees>", **unlisted)
    proposal = make_proposal(state=State.UNCONFIRMED, organization=gone, name_shown=shown)

    forwarding.settle(proposal, None)

    assert (proposal.state, proposal.organization) == (State.WAITING, None)
    letter = letters("received").get()
    assert "Friends of <Bees> is no longer listed here, so your idea goes on" in letter.text
    assert "Friends of &lt;Bees&gt; is no longer listed here" in letter.html
    assert ("your name stands with it" in letter.text) is shown
    assert ("no name stands with it" in letter.html) is not shown
    assert "First, the organization" not in letter.text


def test_who_named_none_is_told_nothing_of_one():
    forwarding.settle(make_proposal(state=State.UNCONFIRMED), None)

    assert "listed" not in letters("received").get().text


def test_who_speaks_for_themselves_is_told_that_it_goes_on(client):
    friends = make_organization(name_en="Friends of Bees")
    proposal = vouching(friends, name_shown=False)

    client.post(reverse("proposals:yours", args=[proposal.secret]), {"do": "alone"})

    letter = letters("own_name").get()
    assert letter.to == proposal.email
    assert "no longer for Friends of Bees" in letter.text
    assert "no name stands with it" in letter.text
    assert reverse("proposals:yours", args=[proposal.secret]) in letter.text


@pytest.mark.parametrize("verb", [forwarding.speak_for_oneself, forwarding.withdraw])
def test_who_was_asked_to_confirm_it_is_told_that_it_no_longer_waits(verb):
    friends = make_organization(name_en="Friends of Bees")
    person = speaker(friends, language="fr")
    proposal = vouching(friends, title="Count the hives")
    posted()

    verb(proposal)

    letter = letters("vouching_over").get()
    assert (letter.to, letter.language) == (person.email, "fr")
    assert "hives" not in letter.text
    assert proposal.email not in letter.text


@pytest.mark.parametrize("verb", [forwarding.speak_for_oneself, forwarding.withdraw])
def test_whoever_has_not_been_told_yet_hears_nothing(verb):
    friends = make_organization()
    speaker(friends)
    proposal = vouching(friends)

    verb(proposal)

    assert not letters("vouching_waits").exists()
    assert not letters("vouching_over").exists()


def test_while_another_waits_they_are_still_asked_and_led_to_it():
    friends = make_organization()
    speaker(friends)
    first, second, third = (vouching(friends, title=f"Idea {n}") for n in range(3))

    forwarding.withdraw(first)
    assert letters("vouching_waits").exists()
    assert not letters("vouching_over").exists()

    posted()
    forwarding.withdraw(second)
    assert reverse("proposals:vouch", args=[third.pk]) in letters("vouching_over").get().text


def test_they_are_told_once_a_day_however_many_are_taken_back():
    friends = make_organization()
    speaker(friends)
    ideas = [vouching(friends, title=f"Idea {n}") for n in range(3)]
    posted()

    for one in ideas:
        forwarding.withdraw(one)

    assert letters("vouching_over").count() == 1


def test_who_has_denied_it_waits_for_nothing():
    friends = make_organization()
    person = speaker(friends)
    proposal = vouching(friends)
    posted()
    forwarding.deny(proposal, by=person)

    forwarding.speak_for_oneself(proposal)

    assert letters("own_name").exists()
    assert not letters("vouching_over").exists()


# --- Another call -----------------------------------------------------------------------------


def is_in_the_standing_call(letter):
    always = Consultation.the_standing_one().title_en
    said = f"yours is in “{always}”, which is always open"
    return said in letter.text and said in letter.html


@pytest.mark.usefixtures("without_second_factor")
def test_whose_idea_waits_for_an_organization_when_its_call_is_concluded_is_told(client, staff):
    call = make_closed()
    waits = vouching(make_organization(), consultation=call)
    denied = vouching(make_organization(), consultation=call, denied_at=timezone.now())

    client.post(reverse("admin:proposals_consultation_act", args=[call.pk, "conclude"]))

    assert {letter.to for letter in letters("moved")} == {waits.email, denied.email}
    assert all(is_in_the_standing_call(letter) for letter in letters("moved"))
    letter = letters("moved").get(to=waits.email)
    assert reverse("proposals:yours", args=[waits.secret]) in letter.text


def test_who_is_told_that_too_many_wait_is_told_of_another_call_too():
    for _n in range(Proposal.MOST_WAITING):
        waiting(email="ada@example.org")
    late = make_proposal(email="ada@example.org", state="unconfirmed", consultation=make_closed())

    forwarding.settle(late, None)

    assert is_in_the_standing_call(letters("too_many").get())


def test_who_sends_one_that_was_kept_is_told_that_its_call_has_closed_meanwhile():
    others = [waiting(email="ada@example.org") for _n in range(Proposal.MOST_WAITING)]
    call = make_call()
    kept = make_proposal(email="ada@example.org", state="unconfirmed", consultation=call)
    forwarding.settle(kept, None)
    assert not is_in_the_standing_call(letters("too_many").get())
    others[0].delete()
    Consultation.objects.filter(pk=call.pk).update(closes_at=timezone.now())

    forwarding.send_on(Proposal.objects.get(pk=kept.pk))

    assert is_in_the_standing_call(letters("received").get())
