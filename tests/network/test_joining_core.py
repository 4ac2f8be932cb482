"""One address, one member: whichever door, however often, however many at once."""

import pytest

from network.actions import confirm
from network.models import Consent, JoinRequest, Letter, Member, Purpose, Stop
from tests.factories import make_join_request, make_member

pytestmark = pytest.mark.django_db


def test_who_confirms_is_a_member_on_record_and_welcomed():
    asked = make_join_request(email="Ada+list@Example.org", announcements=True)

    member = confirm(asked, how=Consent.How.FORM)

    assert member.user.email == "ada+list@example.org"
    assert not member.user.has_usable_password()
    assert member.lists == [Purpose.ANNOUNCEMENTS]
    given = {consent.purpose: consent for consent in Consent.objects.of("ada@example.org")}
    assert set(given) == {Purpose.MEMBERSHIP, Purpose.ANNOUNCEMENTS}
    assert given[Purpose.MEMBERSHIP].words == asked.words
    assert Letter.objects.filter(template="network/emails/welcome").count() == 1


def test_confirming_twice_changes_nothing_more():
    asked = make_join_request()
    confirm(asked, how=Consent.How.FORM)

    assert confirm(JoinRequest.objects.get(), how=Consent.How.REPLY) is None
    assert Member.objects.count() == 1
    assert Consent.objects.count() == 1


def test_a_member_who_asks_again_gets_one_letter_and_stays_as_they_are():
    member = make_member(email="ada@example.org", name="Ada")
    JoinRequest.objects.all().delete()

    again = make_join_request(email="ADA@example.org", name="Somebody else", calls=True)

    assert Letter.objects.filter(template="network/emails/already_member").count() == 1
    assert confirm(again, how=Consent.How.FORM) == member
    assert Member.objects.get().lists == []
    assert Member.objects.get().user.name == "Ada"


def test_an_address_gets_no_second_letter_within_a_quarter_of_an_hour():
    assert make_join_request(email="ada@example.org")
    assert make_join_request(email="ada+again@example.org") is None
    assert Letter.objects.count() == 1


def test_an_expired_request_confirms_nothing():
    asked = make_join_request()
    JoinRequest.objects.update(created_at=asked.created_at - JoinRequest.VALID)

    assert confirm(asked, how=Consent.How.FORM) is None
    assert not Member.objects.exists()


def test_joining_again_lifts_what_stopped_the_letters():
    Stop.put("ada@example.org", how=Stop.How.PAGE)
    confirm(make_join_request(email="ada@example.org"), how=Consent.How.FORM)
    assert not Stop.objects.exists()


def test_consents_are_never_edited():
    make_member()
    with pytest.raises(TypeError):
        Consent.objects.update(words="")
    with pytest.raises(TypeError):
        Consent.objects.first().save()
