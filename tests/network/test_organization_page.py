"""An organization's page: its own words, those who chose to be named, and who may see it."""

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Signature
from tests.counting import cost_of
from tests.factories import make_member, make_organization, make_staff, make_subject, make_user
from tests.network.organizations import (
    make_affiliation,
    make_letter_of_intent,
    make_representative,
)

pytestmark = pytest.mark.django_db

REFUSED = {
    "state": "refused",
    "reason": "duplicate",
    "reason_words": "It is listed as Another One.",
}


def french(organization):
    return f"/fr/reseau/organisations/{organization.slug}/"


@pytest.fixture
def organization():
    return make_organization(
        slug="otters",
        name_en="Otters & Friends",
        about_en="We count.\n\n<b>Loudly</b>, see https://elsewhere.example/",
        website="https://otters.example.org/",
        sector="community",
        province="ON",
    )


def test_it_says_who_they_are_in_their_own_words(client, organization):
    subject = make_subject(name="Rivers", slug="rivers")
    organization.issues.add(subject)

    response = client.get(organization.get_absolute_url())

    assertContains(response, "<h1>Otters &amp; Friends</h1>")
    assertContains(response, "&lt;b&gt;Loudly&lt;/b&gt;")
    assertNotContains(response, 'href="https://elsewhere.example')
    assertContains(
        response,
        '<a href="https://otters.example.org/" rel="nofollow noopener ugc">otters.example.org</a>',
    )
    assertContains(response, "/en/commitments/?tag=rivers")
    assertContains(response, "Community group")
    assert "public" in response["Cache-Control"]


def test_words_in_the_other_language_are_marked(client, organization):
    response = client.get(french(organization))

    assertContains(response, '<div class="own-words" lang="en">')
    assertContains(response, '<span lang="en">Otters &amp; Friends</span>')


def test_it_says_when_it_signed(client, organization):
    letter = make_letter_of_intent()
    Signature.objects.create(letter=letter, organization=organization, signed_on="2020-03-04")

    assertContains(client.get(organization.get_absolute_url()), "Signed on March 4, 2020")
    letter.opened_on = None
    letter.save()
    # A reader's page is kept; one who is signed in reads it anew.
    client.force_login(make_user())
    assertContains(client.get(organization.get_absolute_url()), "Not signed")


def test_only_who_chose_and_was_agreed_to_is_named(client, organization):
    for name, state, listed, listing in [
        ("Ada Shown", "member", True, "agreed"),
        ("Bea Speaks", "representative", True, "agreed"),
        ("Cy Unlisted", "member", False, "agreed"),
        ("Di Unread", "member", True, "waiting"),
        ("Ed Claims", "claimed", True, "agreed"),
        ("Fay Asks", "asked", True, "agreed"),
        ("Gil Refused", "refused", True, "agreed"),
        ("", "member", True, "agreed"),
    ]:
        member = make_member(name=name, listing=listing)
        make_affiliation(organization, member, state=state, listed=listed)

    page = client.get(organization.get_absolute_url()).text

    assert page.index("Bea Speaks") < page.index("Ada Shown")
    assert page.count("Representative</span>") == 1
    for name in ("Cy", "Di Unread", "Ed Claims", "Fay Asks", "Gil", "example.org</", "@"):
        assert name not in page.replace("otters.example.org", "").replace("contact@", "")


@pytest.mark.parametrize("state", [{"state": "waiting", "decided_at": None}, REFUSED])
def test_what_is_not_public_is_seen_by_its_proposer_and_staff_alone(client, state):
    proposer = make_member()
    hidden = make_organization(proposed_by=proposer.user, **state)
    make_affiliation(hidden, make_member(email="rep@example.org"), state="representative")
    url = hidden.get_absolute_url()

    assert client.get(url).status_code == 404
    for stranger in (make_member().user, make_staff(is_superuser=False)):
        client.force_login(stranger)
        assert client.get(url).status_code == 404
    for insider in (proposer.user, make_staff()):
        client.force_login(insider)
        response = client.get(url)
        assertContains(response, "Only you and our staff see this page")
        assertContains(response, "noindex")
        assert "no-store" in response["Cache-Control"]
        assertNotContains(response, "Is it yours?")


def test_a_refusal_shows_its_proposer_the_reason(client):
    proposer = make_member()
    hidden = make_organization(proposed_by=proposer.user, **REFUSED)
    client.force_login(proposer.user)

    assertContains(client.get(hidden.get_absolute_url()), "It is listed as Another One.")


def test_what_was_listed_once_says_that_it_no_longer_is(client):
    gone = make_organization(name_en="Secret Name", delisted_at=timezone.now(), **REFUSED)

    response = client.get(gone.get_absolute_url())

    assert response.status_code == 410
    assert "no longer listed" in response.text
    assert "Secret Name" not in response.text
    assert "Another One" not in response.text


def test_an_unknown_address_is_not_found(client, db):
    assert client.get("/en/network/organizations/nobody/").status_code == 404


def test_who_waits_to_be_confirmed_is_told_to_representatives_and_staff_alone(client, organization):
    asker = make_member(name="Zoe Asks", email="zoe@otters.example.org")
    make_affiliation(organization, asker, state="asked")
    elsewhere = make_representative().member.user
    insider = make_representative(organization).member.user
    mere = make_affiliation(organization, state="member").member.user
    url = organization.get_absolute_url()

    assertNotContains(client.get(url), "Zoe")
    for user in (elsewhere, mere, make_staff(is_superuser=False), make_user()):
        client.force_login(user)
        assertNotContains(client.get(url), "Zoe")
        assertNotContains(client.get(url), "zoe@")
    for user in (insider, make_staff()):
        client.force_login(user)
        response = client.get(url)
        assertContains(response, "Zoe Asks")
        assertContains(response, "Writes from its mail domain")
        assert "no-store" in response["Cache-Control"]


def test_a_name_cannot_break_the_page(client, organization):
    asker = make_member(name="<script>alert(1)</script>", listing="agreed")
    make_affiliation(organization, asker, state="member", listed=True)
    make_affiliation(organization, make_member(name="<img src=x>"), state="asked")
    client.force_login(make_staff())

    page = client.get(organization.get_absolute_url()).text

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_member_is_offered_what_they_may_do(client, organization):
    member = make_member()
    client.force_login(member.user)
    url = organization.get_absolute_url()

    assertContains(client.get(url), "I represent it")
    tie = make_affiliation(organization, member, state="member")
    assertContains(client.get(url), "Show my name on this page")
    assertNotContains(client.get(url), "Change this page")
    tie.state = "representative"
    tie.save()
    assertContains(client.get(url), "Change this page")
    assertNotContains(client.get(url), "I represent it")
    tie.state = "refused"
    tie.save()
    assertContains(client.get(url), "was not confirmed")
    assertNotContains(client.get(url), "I represent it")


def test_it_costs_the_same_queries_however_many_belong(client, organization):
    client.force_login(make_staff())

    def cost():
        return cost_of(client.get, organization.get_absolute_url())

    def add():
        organization.issues.add(make_subject())
        make_affiliation(organization, state="asked")
        make_affiliation(organization, make_member(listing="agreed"), state="member", listed=True)

    add()
    few = cost()
    for _each in range(10):
        add()

    assert cost() == few <= 16
