"""The letter of intent: its words, who signed it and when, and who may."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Edition, Signature
from opengov_portal.lib.errors import Refused
from tests.counting import cost_of
from tests.factories import make_member, make_organization, make_staff, make_user
from tests.network.organizations import (
    make_affiliation,
    make_letter_of_intent,
    make_representative,
)

pytestmark = pytest.mark.django_db

EN = "/en/network/letter-of-intent/"


def sign_url(letter):
    return f"{EN}{letter.pk}/sign/"


def test_before_any_is_open_the_page_says_so(client):
    make_letter_of_intent(title_en="A Draft", opened_on=None)
    tomorrow = timezone.localdate() + timedelta(days=1)
    later = make_letter_of_intent(title_en="For Later", opened_on=tomorrow)

    response = client.get(EN)

    assertContains(response, "No letter is open for signatures yet")
    assertNotContains(response, "A Draft")
    assert client.get(later.get_absolute_url()).status_code == 404


def test_its_words_are_cleaned_markdown(client):
    make_letter_of_intent()

    response = client.get(EN)

    assertContains(response, "We <strong>take part</strong>.")
    assertNotContains(response, "<script>alert")
    assertContains(response, "No organization has signed it yet.")


def test_signatories_stand_by_day_and_then_by_name(client):
    letter = make_letter_of_intent()
    for name, day in [("Zeal", "2020-03-01"), ("Été", "2020-03-04"), ("Dawn", "2020-03-04")]:
        organization = make_organization(name_en=name)
        Signature.objects.create(letter=letter, organization=organization, signed_on=day)
    hidden = make_organization(
        name_en="Gone", state="refused", reason="duplicate", reason_words="Listed twice."
    )
    Signature.objects.create(letter=letter, organization=hidden, signed_on="2020-01-02")

    page = client.get(EN).text

    signed = re.search(r'<ol class="signatures">.*?</ol>', page, re.DOTALL)[0]
    assert re.findall(r'">([^<]+)</a>', signed) == ["Zeal", "Dawn", "Été"]
    assert "March 1, 2020" in signed
    assert "3 organizations have signed" in page
    assert "Gone" not in page


def test_the_newest_is_shown_and_each_keeps_its_address(client):
    old = make_letter_of_intent(title_en="The Old One", opened_on="2019-01-01")
    make_letter_of_intent(title_en="The New One")

    assertContains(client.get(EN), "<h1>The New One</h1>")
    assertContains(client.get(EN), old.get_absolute_url())
    assertContains(client.get(old.get_absolute_url()), "<h1>The Old One</h1>")


def test_a_representative_signs_once(client):
    letter, representative = make_letter_of_intent(), make_representative()
    organization = representative.organization
    client.force_login(representative.member.user)
    assertContains(client.get(EN), f"Sign for {organization.name}")
    before = Edition.current()

    response = client.post(sign_url(letter), {"organization": organization.slug}, follow=True)

    signature = Signature.objects.get()
    assert signature.signed_on == timezone.localdate()
    assert signature.signed_by == representative.member.user
    assert Edition.current() > before
    assertContains(response, "Signed, with today’s date.")
    assertNotContains(response, f"Sign for {organization.name}")
    assertContains(response, f"{organization.name} has signed it, as you see above.")
    assertNotContains(response, "signs here, after signing in")
    assertNotContains(response, representative.member.user.email)
    again = client.post(sign_url(letter), {"organization": organization.slug})
    assert again.status_code == 409
    assert Signature.objects.count() == 1


def test_nobody_else_signs(client):
    letter, organization = make_letter_of_intent(), make_organization()
    others = [
        make_member().user,
        make_affiliation(organization, state="asked").member.user,
        make_affiliation(organization, state="member").member.user,
        make_representative().member.user,
        make_user(),
        make_staff(),
    ]
    for user in others:
        client.force_login(user)
        data = {"organization": organization.slug}
        assert client.post(sign_url(letter), data).status_code == 403
    client.logout()
    assert client.post(sign_url(letter), {"organization": organization.slug}).status_code == 302
    assert not Signature.objects.exists()


def test_a_get_signs_nothing(client):
    letter, representative = make_letter_of_intent(), make_representative()
    client.force_login(representative.member.user)
    url = f"{sign_url(letter)}?organization={representative.organization.slug}"

    assert client.get(url).status_code == 405
    assert not Signature.objects.exists()


def test_who_represents_what_is_not_public_signs_nothing(client):
    letter = make_letter_of_intent()
    hidden = make_organization(state="waiting", decided_at=None)
    user = make_representative(hidden).member.user
    client.force_login(user)

    assert client.post(sign_url(letter), {"organization": hidden.slug}).status_code == 404
    with pytest.raises(PermissionDenied):
        letter.sign(hidden, by=user)


@pytest.mark.parametrize("slug", ["", "nobody", "\0", "x" * 5000])
def test_what_is_no_organization_signs_nothing(client, slug):
    letter = make_letter_of_intent()
    client.force_login(make_representative().member.user)

    assert client.post(sign_url(letter), {"organization": slug}).status_code == 404


def test_a_letter_that_is_not_open_is_not_signed(client):
    draft, representative = make_letter_of_intent(opened_on=None), make_representative()
    client.force_login(representative.member.user)
    data = {"organization": representative.organization.slug}

    assert client.post(sign_url(draft), data).status_code == 404
    with pytest.raises(Refused):
        draft.sign(representative.organization, by=representative.member.user)


def test_it_costs_the_same_queries_however_many_signed(client, settings):
    settings.PAGE_CACHE_SECONDS = 0
    letter = make_letter_of_intent()

    def cost(more):
        for _each in range(more):
            letter.signatures.create(organization=make_organization(), signed_on="2020-01-02")
        return cost_of(client.get, EN)

    few = cost(1)
    assert cost(50) == few <= 6
