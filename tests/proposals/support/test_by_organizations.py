"""Organizations support by whoever speaks for them, by name and apart from the number."""

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Affiliation, Edition, Organization
from proposals.models import Happening, Support
from tests.factories import make_member, make_organization, make_proposal, make_support

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal():
    return make_proposal()


@pytest.fixture
def organization():
    return make_organization(name_en="Friends of Bees")


@pytest.fixture
def speaker(organization):
    member = make_member(email="ada@example.org")
    Affiliation.objects.create(
        member=member,
        organization=organization,
        state=Affiliation.State.REPRESENTATIVE,
        decided_at=timezone.now(),
    )
    return member.user


@pytest.fixture
def url(proposal):
    return f"/en/proposals/{proposal.pk}/support/"


def number(proposal):
    proposal.refresh_from_db()
    return proposal.supporters


def test_a_representative_supports_in_its_name_apart_from_the_number(
    client, proposal, url, speaker, organization
):
    client.force_login(speaker)
    edition = Edition.current()

    page = client.post(url, {"who": organization.pk}, follow=True)

    assertContains(page, "Friends of Bees")
    assert number(proposal) == 0
    support = Support.objects.get()
    assert (support.email, support.address, support.user) == ("", "", speaker)
    assert Edition.current() > edition
    assert Happening.objects.get().kind == Happening.Kind.SUPPORTED
    client.logout()
    assertContains(client.get(url), "Nobody supports it now")


def test_they_may_support_for_themselves_as_well(client, proposal, url, speaker, organization):
    client.force_login(speaker)

    client.post(url, {"who": organization.pk})
    client.post(url, {"who": ""})

    assert number(proposal) == 1
    assert proposal.supports.of_organizations().count() == 1


def test_a_second_time_it_supports_once_and_is_told_once(
    client, proposal, url, speaker, organization
):
    client.force_login(speaker)
    for _time in range(2):
        assert client.post(url, {"who": organization.pk}).status_code == 302

    assert Support.objects.count() == Happening.objects.count() == 1


def test_who_does_not_speak_for_it_cannot_name_it(client, proposal, url, speaker, organization):
    Affiliation.objects.update(state=Affiliation.State.MEMBER)
    client.force_login(speaker)

    assert client.post(url, {"who": organization.pk}).status_code == 200
    assertNotContains(client.get(url), "Friends of Bees")

    assert not Support.objects.exists()


def test_nobody_signed_in_names_no_organization(client, proposal, url, organization):
    client.post(url, {"who": organization.pk, "email": "ada@example.org", "language": "en"})

    assert not Support.objects.filter(organization__isnull=False).exists()


def test_opening_the_page_supports_nothing(client, proposal, url, speaker):
    client.force_login(speaker)
    assertContains(client.get(url), "Friends of Bees")
    assert not Support.objects.exists()


def test_any_who_speak_for_it_withdraw_and_twice_is_once(
    client, proposal, url, speaker, organization
):
    make_support(proposal, organization=organization)
    client.force_login(speaker)
    for _time in range(2):
        page = client.post(f"{url}withdraw/", {"who": organization.pk}, follow=True)

        assertContains(page, "No organization supports it now")
    assert not Support.objects.exists()


def test_an_organization_does_not_support_its_own(client, proposal, url, speaker, organization):
    proposal.organization, proposal.vouched_at = organization, timezone.now()
    proposal.save()
    client.force_login(speaker)

    assert client.post(url, {"who": organization.pk}).status_code == 409


def test_one_that_is_no_longer_public_is_named_no_more(client, proposal, url, organization):
    make_support(proposal, organization=organization)
    assertContains(client.get(f"{url}done/"), "Friends of Bees")

    Organization.objects.update(
        state="refused", reason="duplicate", reason_words="It is listed twice."
    )

    assertNotContains(client.get(f"{url}done/"), "Friends of Bees")
