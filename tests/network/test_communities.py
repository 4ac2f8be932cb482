"""Communities of practice: the list, a page each, who is seen there, joining and leaving."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from network.models import Affiliation, Edition, Member, Organization, Reach
from tests.counting import cost_of
from tests.factories import (
    make_commitment,
    make_community,
    make_member,
    make_members,
    make_organization,
    make_plan,
    make_staff,
    make_subject,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = "/en/network/communities/"
LISTED = Member.Listing.AGREED


@pytest.fixture
def honey():
    return make_subject(slug="honey", name="Honey", name_fr="Miel")


@pytest.fixture
def bees(honey):
    return make_community([honey], slug="bees", name_en="Bees", name_fr="Abeilles")


@pytest.fixture
def ada():
    return make_member(name="Ada Byron")


def page_of(community):
    return reverse("network:community", args=[community.slug])


def press(client, what, community, **more):
    return client.post(reverse(f"network:{what}_community", args=[community.slug]), **more)


def belong(member, community, organization=None, **tie):
    member.communities.add(community)
    if organization:
        Affiliation.objects.create(
            **{
                "member": member,
                "organization": organization,
                "state": Affiliation.State.MEMBER,
                "decided_at": timezone.now(),
                "listed": True,
            }
            | tie
        )
    Edition.advance()


def test_the_list_says_how_many_commitments_touch_each(client, bees, honey):
    wax = make_subject()
    bees.issues.add(wax)
    make_commitment(subjects=[honey, wax])
    make_commitment(subjects=[wax])
    make_community(name_en="Quiet")

    page = client.get(LIST)

    assertContains(page, "2 commitments touch it", count=1)
    assertContains(page, "We have tied no commitment to it yet", count=1)


def test_the_list_without_any_leads_to_joining(client):
    assertContains(client.get(LIST), "No community is open yet.")


def test_a_hidden_one_is_not_there(client, bees, ada):
    bees.is_public = False
    bees.save()
    client.force_login(ada.user)

    assertNotContains(client.get(LIST), "Bees")
    for name in ("community", "invite", "poster", "join_community"):
        assert client.get(reverse(f"network:{name}", args=["bees"])).status_code == 404
    assert press(client, "join", bees).status_code == 404
    assert not bees.members.exists()


def test_the_page_groups_what_was_promised_by_plan_the_newest_first(client, bees, honey):
    old, new = make_plan(title_en="The old plan"), make_plan(title_en="The new plan")
    make_commitment(old, [], [honey], title_en="Count the hives")
    make_commitment(new, [], [honey], number=2, title_en="Name the flowers")
    make_commitment(new, [], [honey], number=1, title_en="Open the jars")
    make_commitment(new, [], [make_subject()], title_en="Nothing to do with it")

    text = client.get(page_of(bees)).text

    order = ["The new plan", "Open the jars", "Name the flowers", "The old plan", "Count the hives"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "Nothing to do with it" not in text


def test_a_commitment_with_two_of_its_subjects_is_shown_once(client, bees, honey):
    wax = make_subject()
    bees.issues.add(wax)
    make_commitment(subjects=[honey, wax], title_en="Once and for all")

    assertContains(client.get(page_of(bees)), "Once and for all", count=1)


def test_a_dozen_is_shown_and_the_rest_is_one_link_away(client, bees, honey):
    wax = make_subject(slug="wax")
    bees.issues.add(wax)
    plan = make_plan()
    for number in range(1, 15):
        make_commitment(plan, [], [honey if number % 2 else wax], number=number)

    page = client.get(page_of(bees))

    assertContains(page, 'href="/en/plans/plan-', count=12 + 1)
    assertContains(page, "See how all 14 commitments are going")
    url = page.context["promises"].url
    assertContains(page, url.replace("&", "&amp;"))
    assert client.get(url).context["listing"].count == 14


def test_where_nothing_was_promised_the_page_asks_for_an_idea(client, bees):
    assertContains(client.get(page_of(bees)), "what should it promise?")


def test_only_those_who_chose_it_and_were_agreed_to_are_named(client, bees):
    for listing in Member.Listing:
        belong(make_member(name=f"Is {listing.value}", listing=listing), bees)
    belong(make_member(name="", listing=LISTED), bees)

    page = client.get(page_of(bees))

    assertContains(page, "Is agreed")
    for listing in ("no", "waiting", "refused"):
        assertNotContains(page, f"Is {listing}")


@pytest.mark.parametrize(
    ("tie", "state", "seen"),
    [
        ({}, "public", True),
        ({"state": Affiliation.State.REPRESENTATIVE}, "public", True),
        ({"state": Affiliation.State.CLAIMED}, "public", False),
        ({"state": Affiliation.State.ASKED}, "public", False),
        ({"listed": False}, "public", False),
        ({}, "waiting", False),
    ],
)
def test_an_organization_is_named_once_it_confirmed_and_its_member_agreed(
    client, bees, tie, state, seen
):
    club = make_organization(name_en="The Hive")
    if state == "waiting":
        Organization.objects.filter(pk=club.pk).update(state="waiting", decided_at=None)
    belong(make_member(name="Ada Byron", listing=LISTED), bees, club, **tie)

    page = client.get(page_of(bees))

    assertContains(page, "Ada Byron")
    assert ("The Hive" in page.text) is seen


def test_names_and_words_are_escaped(client):
    odd = make_community(name_en="<b>Odd</b>", why_en="<script>why</script>")
    belong(make_member(name="<i>Eve</i>", listing=LISTED), odd)

    for name in ("community", "invite", "poster"):
        page = client.get(reverse(f"network:{name}", args=[odd.slug]))
        for raw in ("<b>Odd", "<script>why", "<i>Eve"):
            assertNotContains(page, raw)
    assertNotContains(client.get(LIST), "<b>Odd")


def test_a_visitor_is_led_to_joining_and_gets_no_cookie(client, bees):
    page = client.get(page_of(bees))

    assertContains(page, 'href="/en/network/join/"')
    assertNotContains(page, "<form")
    assert not page.cookies
    assert "public" in page["Cache-Control"]


def test_a_member_joins(client, bees, ada):
    client.force_login(ada.user)
    assertContains(client.get(page_of(bees)), "Join the community")

    page = press(client, "join", bees, follow=True)

    assertContains(page, "You are in this community now.")
    assertContains(page, "Leave the community")
    assert list(ada.communities.all()) == [bees]
    assert "no-store" in page["Cache-Control"]


def test_a_member_leaves(client, bees, ada):
    other = make_community()
    ada.communities.set([bees, other])
    client.force_login(ada.user)

    assertContains(press(client, "leave", bees, follow=True), "You have left this community.")
    assert list(ada.communities.all()) == [other]


@pytest.mark.parametrize("what", ["join", "leave"])
def test_twice_is_as_good_as_once(client, bees, ada, what):
    client.force_login(ada.user)
    for _each in range(2):
        assert press(client, what, bees).status_code == 302
    assert bees.members.count() == (what == "join")


@pytest.mark.parametrize("what", ["join", "leave"])
def test_who_is_no_member_may_not(client, bees, ada, what):
    ada.communities.add(bees)
    for person in (make_user(), make_staff()):
        client.force_login(person)
        assert press(client, what, bees).status_code == 403
    assert list(bees.members.all()) == [ada]


@pytest.mark.parametrize("what", ["join", "leave"])
def test_who_is_not_signed_in_is_led_to_the_door_and_back_to_the_page(client, bees, what):
    assertRedirects(
        press(client, what, bees), "/en/account/login/?next=/en/network/communities/bees/"
    )
    assert not bees.members.exists()


@pytest.mark.parametrize("what", ["join", "leave"])
def test_opening_the_address_of_the_button_changes_nothing(client, bees, ada, what):
    other = make_member()
    other.communities.add(bees)
    client.force_login(ada.user if what == "join" else other.user)

    answer = client.get(reverse(f"network:{what}_community", args=["bees"]))

    assertRedirects(answer, page_of(bees))
    assert list(bees.members.all()) == [other]


def test_a_name_that_is_shown_changes_what_readers_see_at_once(client, bees):
    seen = make_member(name="Ada Byron", listing=LISTED)
    assertNotContains(client.get(page_of(bees)), "Ada Byron")

    bees.join(by=seen.user)
    Edition._known = (0.0, 0)
    assertContains(client.get(page_of(bees)), "Ada Byron")
    bees.leave(by=seen.user)
    Edition._known = (0.0, 0)
    assertNotContains(client.get(page_of(bees)), "Ada Byron")


def test_who_is_not_shown_changes_nothing_that_readers_see(bees, ada):
    before = Edition.current()

    bees.join(by=ada.user)
    bees.leave(by=ada.user)

    assert Edition.current() == before


def test_how_many_there_are_is_told_as_it_was_last_counted(client, bees):
    for member in make_members(9):
        member.communities.add(bees)
    assertContains(client.get(page_of(bees)), "Fewer than 5 members.")

    Reach.objects.create(pk=1, figures={"communities": {"bees": 5}})
    Edition.advance()
    Edition._known = (0.0, 0)
    assertContains(client.get(page_of(bees)), "5 members or more.")


def test_the_figure_is_never_behind_the_names(client, bees):
    for n in range(6):
        belong(make_member(name=f"Bee {n}", listing=LISTED), bees)

    assertContains(client.get(page_of(bees)), "5 members or more.")


def test_the_page_costs_the_same_queries_however_many_are_in_it(client, bees, honey, settings):
    settings.PAGE_CACHE_SECONDS = 0
    club = make_organization()

    def fill(number):
        for _each in range(number):
            belong(make_member(listing=LISTED), bees, club)
            make_commitment(subjects=[honey])
        return cost_of(client.get, page_of(bees))

    few = fill(2)
    assert fill(8) == few <= 11


def test_the_list_costs_the_same_queries_however_long(client, bees, settings):
    settings.PAGE_CACHE_SECONDS = 0
    few = cost_of(client.get, LIST)
    for _each in range(5):
        make_community([make_subject()])
    many = cost_of(client.get, LIST)

    assert many == few <= 3


def test_the_french_page_has_its_own_address_and_words(client, bees):
    with override("fr"):
        address = page_of(bees)

    assert address == "/fr/reseau/communautes/bees/"
    assertContains(client.get(address), "Abeilles")


def test_the_networks_front_page_opens_every_door(client):
    page = client.get("/en/network/")
    for name in ("join", "communities", "organizations", "reach"):
        assertContains(page, f'href="{reverse(f"network:{name}")}"')
    for words in ("Co-develop", "Co-implement", "Co-assess"):
        assertContains(page, words)
