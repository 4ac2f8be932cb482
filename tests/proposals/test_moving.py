"""An account gets another address: what is theirs here goes along, and counts once."""

import pytest

from network.actions import leave_lists, move_account
from network.models import Stop
from proposals.digesting import digest
from proposals.models import Follower, Proposal, Support
from tests.factories import make_follow, make_member, make_proposal, make_support

pytestmark = pytest.mark.django_db


def test_ideas_supports_and_what_is_followed_go_along():
    ada = make_member(email="ada@example.org")
    own, hers, both = make_proposal(email="ada@example.org"), make_proposal(), make_proposal()
    make_support(hers, email="ada@example.org")
    make_support(both, email="ada@example.org")
    make_support(both, email="countess@example.org")
    make_follow(both, email="ada@example.org")

    move_account(ada.user, "countess@example.org")

    assert Proposal.objects.get(pk=own.pk).address == "countess@example.org"
    assert Support.objects.get(proposal=hers).address == "countess@example.org"
    theirs = Support.objects.filter(proposal=both, address="countess@example.org")
    assert theirs.count() == 1
    assert Follower.objects.get().email == "countess@example.org"


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_digest_of_before_is_a_way_out_of_all_that_is_followed(signed_in):
    ada = make_member(email="ada@example.org")
    make_follow(make_proposal(), email="ada@example.org")
    Follower.objects.update(user=ada.user if signed_in else None)
    letter = digest(Follower.objects.get(), [], "1")
    letter.save()
    move_account(ada.user, "countess@example.org")
    make_follow(make_proposal(), email="bea@example.org")

    leave_lists(letter, how=Stop.How.PAGE)

    assert [each.email for each in Follower.objects.all()] == ["bea@example.org"]
