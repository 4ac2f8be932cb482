"""An author's own page, what an organization says, and what is forgotten of people."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.actions import leave
from network.models import Affiliation, Consent, Edition, Letter
from opengov_portal.lib.errors import Refused
from proposals import forwarding, moderating
from proposals.models import Draft, Proposal
from tests.counting import cost_of
from tests.factories import make_member, make_organization, make_proposal, make_staff, make_user
from tests.night import forgotten
from tests.proposals.forwarding import put

pytestmark = pytest.mark.django_db
State = Proposal.State


def own_page(proposal):
    return reverse("proposals:yours", args=[proposal.secret])


def representative(organization, **fields):
    member = make_member(**fields)
    Affiliation.objects.create(
        member=member, organization=organization, state="representative", decided_at=timezone.now()
    )
    return member.user


def vouching(organization=None, **fields):
    organization = organization or make_organization()
    return make_proposal(state=State.VOUCHING, organization=organization, **fields)


def feed_of(proposal):
    return reverse("proposals:proposal_feed", args=[proposal.pk])


def of_kind(name):
    return Letter.objects.filter(template=f"proposals/emails/{name}")


# --- The author's page --------------------------------------------------------------


@pytest.mark.parametrize("state", [s for s in State if s != State.MERGED])
def test_the_page_shows_where_it_stands_in_every_state(client, state):
    organization = make_organization() if state == State.VOUCHING else None
    proposal = make_proposal(state=state, organization=organization)

    assertContains(client.get(own_page(proposal)), State(state).label)


def test_nobody_finds_it_without_the_secret(client):
    proposal = make_proposal()
    for secret in (proposal.token, proposal.secret[:-1], "x" * 2000, "é", str(proposal.pk)):
        url = reverse("proposals:yours", args=[secret])
        assert (
            client.get(url).status_code == client.post(url, {"do": "withdraw"}).status_code == 404
        )


def test_the_page_costs_as_much_however_long_its_history(client):
    proposal = make_proposal(state=State.WAITING)
    before = cost_of(client.get, own_page(proposal))
    for _n in range(5):
        proposal.steps.create(before="waiting", after="waiting")

    assert cost_of(client.get, own_page(proposal)) == before <= 10


@pytest.mark.parametrize("state", [State.WAITING, State.PUBLISHED, State.VOUCHING])
def test_its_author_withdraws_it(client, state):
    organization = make_organization() if state == State.VOUCHING else None
    proposal = make_proposal(state=state, organization=organization)
    edition = Edition.current()

    client.get(own_page(proposal))
    response = client.post(own_page(proposal), {"do": "withdraw"}, follow=True)

    assertContains(response, "Your idea is withdrawn")
    proposal.refresh_from_db()
    assert proposal.state == State.WITHDRAWN
    assert proposal.steps.get().after == State.WITHDRAWN
    assert (Edition.current() != edition) == (state == State.PUBLISHED)
    assert client.post(own_page(proposal), {"do": "withdraw"}).status_code == 409


@pytest.mark.parametrize("state", [State.WAITING, State.VOUCHING])
def test_what_was_never_public_leaves_no_mark_once_it_is_withdrawn(client, state):
    organization = make_organization() if state == State.VOUCHING else None
    proposal = make_proposal(state=state, organization=organization)

    forwarding.withdraw(proposal)

    for page in (proposal.get_absolute_url(), feed_of(proposal)):
        assert client.get(page).status_code == 404
    data = client.get(reverse("data:proposals_json"))
    assert json.loads(b"".join(data))["proposals"] == []


@pytest.mark.parametrize("what", ["", "nonsense", "\0"])
def test_a_button_that_is_none_does_nothing(client, what):
    proposal = make_proposal()

    assert client.post(own_page(proposal), {"do": what}).status_code == 400


@pytest.mark.parametrize("act", [moderating.refuse, moderating.hide])
def test_the_page_says_why_a_moderator_decided_against_it(client, act):
    refusing = act == moderating.refuse
    proposal = make_proposal(state=State.WAITING if refusing else State.PUBLISHED)
    act(proposal, by=make_staff(), reason="abuse", words="Rude to <bees>.")

    response = client.get(own_page(proposal))

    assertContains(response, "The reason: Abuse")
    assertContains(response, "Rude to &lt;bees&gt;.")


def test_what_is_hidden_is_not_named_to_who_was_merged_into_it(client):
    target = make_proposal(title="Rude words")
    proposal = make_proposal(state=State.MERGED, merged_into=target)
    assertContains(client.get(own_page(proposal)), target.get_absolute_url())

    moderating.hide(target, by=make_staff(), reason="abuse", words="Rude.")

    assertNotContains(client.get(own_page(proposal)), "Rude words")


def test_a_refused_author_is_led_to_the_appeal(client):
    proposal = make_proposal(state=State.WAITING)
    proposal.refuse(by=make_staff(), reason="off_topic", words="It is about bees.")

    response = client.get(own_page(proposal))

    assertContains(response, "It is about bees.")
    assertContains(response, "/appeal/")


# --- Organizations ------------------------------------------------------------------


def test_an_idea_in_the_name_of_an_organization_waits_for_it(put_forward, say_yes):
    friends = make_organization(name_en="Friends")
    spokesperson = representative(friends)
    put_forward(speaker="organization", organization="friends")

    say_yes()

    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.organization) == (State.VOUCHING, friends)
    letter = of_kind("vouching_waits").get()
    assert letter.to == spokesperson.email
    assert "bees" not in letter.text
    assert "ada@example.org" not in letter.text


def test_a_representative_speaks_for_it_at_once(client, put_forward):
    friends = make_organization(name_en="Friends")
    client.force_login(representative(friends, email="ada@example.org"))

    put_forward(speaker="organization", organization="Friends")

    proposal = Proposal.objects.get()
    assert proposal.state == State.WAITING
    assert proposal.speaks_for_organization


def test_a_representative_finds_their_organization_chosen(client):
    client.force_login(representative(make_organization(name_en="Friends")))

    form = client.get(reverse("proposals:propose")).context["form"]

    assert (form["speaker"].value(), form["organization"].value()) == ("organization", "Friends")


def test_who_speaks_for_it_is_written_to_once_a_day():
    friends = make_organization()
    representative(friends)
    for n in range(3):
        forwarding.emails.vouching_waits(vouching(friends, title=f"Idea {n}"))

    assert of_kind("vouching_waits").count() == 1


@pytest.mark.parametrize("answer", ["confirm", "deny"])
def test_who_speaks_for_it_answers_once_and_the_author_is_told(client, answer):
    friends = make_organization()
    proposal, other = vouching(friends), vouching(friends, title="Another")
    client.force_login(representative(friends))
    url = reverse("proposals:vouch", args=[proposal.pk])
    assertContains(client.get(url), other.title)

    response = client.post(url, {"do": answer}, follow=True)

    assertContains(response, "This was answered")
    proposal.refresh_from_db()
    assert proposal.state == (State.WAITING if answer == "confirm" else State.VOUCHING)
    assert (proposal.vouched_at is not None) == (answer == "confirm")
    assert proposal.is_denied == (answer == "deny")
    assert of_kind("vouched" if answer == "confirm" else "denied").get().to == proposal.email
    for again in ("confirm", "deny"):
        assert client.post(url, {"do": again}).status_code == 409
    assert of_kind("vouched").count() + of_kind("denied").count() == 1


def test_nobody_else_answers_for_it(client):
    proposal = vouching()
    url = reverse("proposals:vouch", args=[proposal.pk])
    assert client.post(url, {"do": "confirm"}).status_code == 302  # to the sign-in
    for user in (make_user(), representative(make_organization())):
        client.force_login(user)
        assert client.get(url).status_code == client.post(url, {"do": "confirm"}).status_code == 404
        with pytest.raises(PermissionDenied):
            proposal.vouch(by=user)
    proposal.refresh_from_db()
    assert proposal.state == State.VOUCHING


def test_staff_answers_for_it_too(client):
    proposal = vouching()
    client.force_login(make_staff())

    client.post(reverse("proposals:vouch", args=[proposal.pk]), {"do": "confirm"})

    proposal.refresh_from_db()
    assert proposal.state == State.WAITING


def test_a_denied_author_speaks_for_themselves(client):
    friends = make_organization()
    proposal = vouching(friends)
    forwarding.deny(proposal, by=representative(friends))
    assertContains(client.get(own_page(proposal)), "did not confirm")

    client.post(own_page(proposal), {"do": "alone"})

    proposal.refresh_from_db()
    assert (proposal.state, proposal.organization) == (State.WAITING, None)
    assert client.post(own_page(proposal), {"do": "alone"}).status_code == 409


def test_of_an_answer_and_a_withdrawal_at_once_one_wins():
    friends = make_organization()
    proposal = vouching(friends)
    stale = Proposal.objects.get(pk=proposal.pk)
    proposal.withdraw()

    with pytest.raises(Refused):
        stale.vouch(by=representative(friends))


# --- Forgetting -----------------------------------------------------------------------


def test_who_leaves_takes_along_what_was_not_public_and_their_name():
    member = make_member(email="ada@example.org")
    waiting = make_proposal(state=State.WAITING, email="ada@example.org")
    public = make_proposal(email="Ada+x@example.org", user=member.user, origin="192.0.2.7")
    before = public.secret
    Draft.keep("ada@example.org", language="en", data={})

    leave(member, how=Consent.How.MEMBER)

    assert not Proposal.objects.filter(pk=waiting.pk).exists()
    assert not Draft.objects.exists()
    public.refresh_from_db()
    assert (public.state, public.shown_name) == (State.PUBLISHED, "")
    for field in ("email", "address", "name", "origin"):
        assert getattr(public, field) == ""
    assert public.user is None
    assert public.secret != before


def test_what_is_held_on_a_person_holds_their_ideas_and_drafts(client):
    member = make_member(email="ada@example.org")
    make_proposal(email="ada@example.org", title="Mine")
    make_proposal(title="Another’s")
    Draft.keep("ada@example.org", language="en", data={"title": "Begun"})
    client.force_login(member.user)

    response = client.post(reverse("network:download"))

    assertContains(response, "Mine")
    assertContains(response, "Begun")
    assertNotContains(response, "Another’s")


def test_what_nobody_confirmed_goes_after_thirty_days():
    put()
    assert forgotten("briefs", "drafts", "proposals") == 0
    Proposal.objects.update(created_at=timezone.now() - timedelta(days=30))

    assert forgotten("briefs", "drafts", "proposals") == 1
    assert not Proposal.objects.exists()
