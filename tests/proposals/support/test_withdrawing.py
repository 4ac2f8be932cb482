"""Withdrawing a support, supporting again, leaving, and what is forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains

from network.models import Consent, Letter
from network.models.consent import erased_mark
from proposals.models import Support
from tests.factories import (
    make_member,
    make_support,
)
from tests.night import forgotten
from tests.proposals.supporting import (
    browser,
    fill_in,
    number,
    press_yes,
)

pytestmark = pytest.mark.django_db


def test_whoever_has_no_account_withdraws_by_the_same_door(client, proposal):
    make_support(proposal, "ada@example.org")
    make_support(proposal)

    fill_in(client, f"/en/proposals/{proposal.pk}/support/withdraw/", email="Ada@example.org")

    assert number(proposal) == 2
    assert "No longer support “Count the bees”" in Letter.objects.get().text
    page = press_yes(client)
    assertContains(page, "Your support is withdrawn")
    assertContains(page, "1 person supports it now")
    assert number(proposal) == 1


def test_withdrawing_what_was_never_supported_looks_the_same(client, proposal):
    make_support(proposal)

    fill_in(client, f"/en/proposals/{proposal.pk}/support/withdraw/", email="bea@example.org")
    page = press_yes(client)

    assertContains(page, "Your support is withdrawn")
    assert number(proposal) == 1


def test_the_private_page_withdraws_by_its_button_once(client, proposal):
    support = make_support(proposal, "ada@example.org")
    make_support(proposal)
    page = f"/en/proposals/supports/{support.token}/"
    assertContains(client.get(page), "2 people support it now")

    assertContains(client.post(page, follow=True), "1 person supports it now")

    assert client.post(page).status_code == 404
    assert number(proposal) == 1


def test_a_seal_that_is_not_ours_leads_nowhere(client, proposal):
    support = make_support(proposal)
    forged = f"{support.pk:016}" + "a" * 26
    for token in (forged, "1", "é", support.token[:-1]):
        assert client.post(f"/en/proposals/supports/{token}/").status_code == 404
    assert number(proposal) == 1


def test_of_supporting_and_withdrawing_asked_together_the_last_counts(client, proposal, url):
    fill_in(client, url, email="ada@example.org")
    fill_in(client, f"/en/proposals/{proposal.pk}/support/withdraw/", email="ada@example.org")

    press_yes(client)

    assert number(proposal) == 0


def test_who_withdrew_supports_again_and_counts_once(client, proposal, url):
    """By mail each time, in browsers that know nothing of one another."""
    for _time in range(2):
        one = browser()
        fill_in(one, url, email="ada@example.org")
        press_yes(one)
        assert number(proposal) == 1
        other = browser()
        fill_in(other, f"{url}withdraw/", email="Ada+x@example.org")
        press_yes(other)
        assert number(proposal) == 0


def test_a_member_who_leaves_still_counts_once_and_is_not_to_be_found(client, proposal, url):
    from network.actions import leave

    member = make_member(email="ada@example.org")
    client.force_login(member.user)
    client.post(url)

    leave(member, how=Consent.How.MEMBER)

    assert number(proposal) == 1
    assert Support.objects.get().address == erased_mark("ada@example.org")
    fill_in(browser(), url, email="ada@example.org")
    press_yes(browser())
    assert number(proposal) == 1
    fill_in(browser(), f"/en/proposals/{proposal.pk}/support/withdraw/", email="ada@example.org")


def test_what_was_never_confirmed_is_forgotten_after_a_month(client, proposal, url):
    fill_in(client, url, email="ada@example.org")
    make_support(proposal)
    assert forgotten("supports") == 0

    Support.objects.update(asked_at=timezone.now() - timedelta(days=31))

    assert forgotten("supports") == 1
    assert number(proposal) == 1


def test_all_supports_of_a_person_are_among_what_is_held_on_them(proposal):
    from network.holdings import held_on

    make_support(proposal, "ada@example.org")

    assert len(held_on("Ada@example.org")["supports"]) == 1
