"""An account gets another address: what is theirs here goes along, and counts once."""

import pytest

from network.actions import move_account
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
