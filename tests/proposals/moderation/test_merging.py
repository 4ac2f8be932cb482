"""Duplicates become one: addresses, authors, supporters and letters; and are parted again."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from network.models import Confirmation, Letter
from opengov_portal.lib.errors import Refused
from proposals import moderating, supporting
from proposals.models import Merge, Proposal, Support
from proposals.telling import tell as tell_of_merges
from tests.counting import cost_of
from tests.factories import make_organization, make_proposal
from tests.forms import form_of
from tests.proposals.moderation.desk import again, later, letters, make_moderator

pytestmark = pytest.mark.django_db
State = Proposal.State


def make_support(proposal, email, **fields):
    support = Support.objects.create(
        proposal=proposal, email=email, address=email.lower(),
        **{"confirmed_at": timezone.now()} | fields,
    )  # fmt: skip
    if support.confirmed_at and not support.organization:
        proposal.supporters += 1
        proposal.save()
    return support


def people(proposal):
    return sorted(
        Support.objects.of_people().filter(proposal=proposal).values_list("address", flat=True)
    )


@pytest.fixture
def two():
    """Two alike: one supporter of both, one of each, one not confirmed."""
    one, other = make_proposal(title="Bees <one>"), make_proposal(title="Bees two")
    make_support(one, "both@example.org")
    make_support(one, "one@example.org")
    make_support(one, "maybe@example.org", confirmed_at=None)
    make_support(other, "both@example.org")
    make_support(other, "other@example.org")
    return again(one), again(other)


def test_supporters_are_carried_over_once_each_and_both_addresses_live_on(client, two):
    one, other = two

    merge = moderating.merge(one, other, by=make_moderator())

    assert people(other) == ["both@example.org", "one@example.org", "other@example.org"]
    assert again(other).supporters == 3
    assert merge.carried == 1
    assert Support.objects.get(proposal=other, address="one@example.org").carried_from == one
    assert people(one) == ["both@example.org", "one@example.org"]
    page = client.get(one.get_absolute_url())
    assertContains(page, "was merged into it")
    assertContains(page, other.get_absolute_url())
    assertContains(page, "Nobody knows how many bees")
    page = client.get(other.get_absolute_url())
    assertContains(page, one.name)
    assertContains(page, "Bees &lt;one&gt;")


def test_a_name_withheld_is_not_told_by_a_merge(client, two):
    one, other = two
    Proposal.objects.filter(pk=one.pk).update(name_shown=False)
    moderating.merge(again(one), other, by=make_moderator())

    page = client.get(other.get_absolute_url())

    assertContains(page, "name withheld")
    assert one.name not in page.text


def test_undoing_gives_each_exactly_what_was_its_own(two):
    one, other = two
    before = [list(Support.objects.order_by("pk").values()), [one.supporters, other.supporters]]
    merge = moderating.merge(one, other, by=make_moderator())

    moderating.undo(again(one), by=make_moderator())

    after = [list(Support.objects.order_by("pk").values())]
    assert [*after, [again(one).supporters, again(other).supporters]] == before
    assert (again(one).state, again(one).merged_into) == (State.PUBLISHED, None)
    assert again(merge).undone_at
    assert not Letter.objects.exists()
    assert one.steps.get().undone_at


def test_who_withdrew_or_came_meanwhile_stays_as_they_wished(two):
    one, other = two
    merge = moderating.merge(one, other, by=make_moderator())
    Support.objects.get(proposal=other, address="one@example.org").delete()
    Proposal.objects.filter(pk=other.pk).update(supporters=2)
    make_support(again(other), "late@example.org")

    moderating.part(again(merge), by=make_moderator())

    assert people(one) == ["both@example.org"]
    assert people(other) == ["both@example.org", "late@example.org", "other@example.org"]
    assert [again(one).supporters, again(other).supporters] == [1, 3]


def test_its_author_is_no_supporter_of_what_speaks_for_them_too(two):
    one, other = two
    make_support(one, other.email)
    merge = moderating.merge(one, other, by=make_moderator())
    assert other.email not in people(other)

    moderating.part(merge, by=make_moderator())

    assert other.email in people(one)
    assert [again(one).supporters, again(other).supporters] == [3, 2]


def test_organizations_are_carried_over_by_name_apart_from_the_number(two):
    one, other = two
    group = make_organization()
    Support.objects.create(proposal=one, organization=group, confirmed_at=timezone.now(),
                           **said_by_a_group())  # fmt: skip

    merge = moderating.merge(one, other, by=make_moderator())

    assert Support.objects.of_organizations().get(proposal=other).organization == group
    assert again(other).supporters == 3
    moderating.part(again(merge), by=make_moderator())
    assert Support.objects.of_organizations().get().proposal == one


def said_by_a_group():
    named = any("_or_" in rule.name for rule in Support._meta.constraints)
    return {} if named else {"email": "a@example.org", "address": "a@example.org"}


def test_everybody_is_told_once_the_hour_is_over(two):
    one, other = two
    moderating.merge(one, other, by=make_moderator())
    assert letters("merged").get().to == one.email
    assert letters("merged_here").get().to == other.email
    assert tell_of_merges() == 0
    later(minutes=61)
    Merge.objects.update(at=one.steps.get().at)
    Support.objects.confirmed().update(confirmed_at="2026-01-01T00:00Z")

    assert tell_of_merges() == 2

    told = letters("supporter_merged")
    assert {letter.to for letter in told} == {"both@example.org", "one@example.org"}
    assert "Bees <one>" in told[0].text
    assert "Bees &lt;one&gt;" in told[0].html
    assert tell_of_merges() == 0
    assert Merge.objects.get().told_at


def test_the_author_of_the_other_is_not_told_that_their_support_counts_for_their_own(two):
    one, other = two
    make_support(one, other.email)
    moderating.merge(again(one), other, by=make_moderator())
    later(minutes=61)
    Merge.objects.update(at=one.steps.get().at)
    Support.objects.confirmed().update(confirmed_at="2026-01-01T00:00Z")

    tell_of_merges()

    assert other.email not in letters("supporter_merged").values_list("to", flat=True)
    assert letters("merged_here").get().to == other.email


def test_supporters_are_told_in_the_language_they_asked_for(two):
    one, other = two
    asked = Confirmation.ask("one@example.org", language="fr")
    Support.objects.filter(email="one@example.org").update(confirmation=asked)
    moderating.merge(one, other, by=make_moderator())
    later(minutes=61)
    Merge.objects.update(at=one.steps.get().at)
    Support.objects.confirmed().update(confirmed_at="2026-01-01T00:00Z")

    tell_of_merges()

    told = dict(letters("supporter_merged").values_list("to", "language"))
    assert told == {"both@example.org": "en", "one@example.org": "fr"}


def test_who_was_told_of_a_merge_is_told_of_its_undoing(two):
    one, other = two
    merge = moderating.merge(one, other, by=make_moderator())
    later(minutes=61)
    Merge.objects.update(at=one.steps.get().at)
    Support.objects.confirmed().update(confirmed_at="2026-01-01T00:00Z")
    tell_of_merges()
    Letter.objects.update(attempts=1)

    step = moderating.part(again(merge), by=make_moderator())

    assert (step.before, step.after) == ("merged", "published")
    assert {letter.to for letter in letters("parted")} == {one.email, other.email}
    assert tell_of_merges() == 2
    assert tell_of_merges() == 0
    assert letters("supporter_parted").count() == 2


@pytest.mark.parametrize("state", [State.WAITING, State.HIDDEN, State.WITHDRAWN])
def test_it_is_merged_only_into_what_is_public(state):
    with pytest.raises(Refused):
        moderating.merge(make_proposal(), make_proposal(state=state), by=make_moderator())


def test_it_is_not_merged_into_itself_nor_two_into_each_other(two):
    one, other = two
    with pytest.raises(Refused):
        moderating.merge(one, one, by=make_moderator())
    moderating.merge(one, other, by=make_moderator())
    with pytest.raises(Refused):
        moderating.merge(again(other), again(one), by=make_moderator())


def test_merges_follow_each_other_and_are_undone_in_turn(client, two):
    one, other = two
    third = make_proposal(title="Bees three")
    first = moderating.merge(one, other, by=make_moderator())
    second = moderating.merge(again(other), third, by=make_moderator())
    assertContains(client.get(one.get_absolute_url()), third.get_absolute_url())
    assert people(third) == ["both@example.org", "one@example.org", "other@example.org"]

    with pytest.raises(Refused, match="merged itself"):
        moderating.part(again(first), by=make_moderator())
    moderating.part(again(second), by=make_moderator())
    moderating.part(again(first), by=make_moderator())

    assert people(other) == ["both@example.org", "other@example.org"]
    assert again(third).supporters == 0


def test_what_is_hidden_is_named_neither_by_a_banner_nor_by_a_credit(client, two):
    one, other = two
    moderating.merge(one, other, by=make_moderator())
    moderating.hide(again(other), by=make_moderator(), reason="abuse", words="No.")

    page = client.get(one.get_absolute_url())

    assert "Bees two" not in page.text
    assertContains(page, "can no longer be read here")


def test_the_pages_of_merged_ones_cost_as_much_for_many(client, two):
    one, other = two
    moderating.merge(one, other, by=make_moderator())
    few = cost_of(client.get, other.get_absolute_url())
    for _n in range(5):
        moderating.merge(make_proposal(), again(other), by=make_moderator())
    assert cost_of(client.get, other.get_absolute_url()) == few


def test_who_merges_into_what_was_hidden_meanwhile_is_told(client, without_second_factor, two):
    one, other = two
    client.force_login(make_moderator())
    page = reverse("admin:proposals_proposal_merge", args=[one.pk]) + f"?into={other.pk}"
    sent = form_of(client.get(page), "decide")
    Proposal.objects.filter(pk=other.pk).update(state=State.HIDDEN)

    response = client.post(page, sent, follow=True)

    assertContains(response, "merged into another one that is public")
    assert again(one).state == State.PUBLISHED


# --- Who was erased, and came back -------------------------------------------------------


def erased(address):
    """They leave for good: a mark stands in the place of their address."""
    supporting.forget({address}, None)


@pytest.mark.parametrize("first", ["merged", "other"])
def test_who_was_erased_and_supports_the_other_anew_counts_once_and_is_parted_whole(first):
    one, other = make_proposal(), make_proposal()
    before, anew = (one, other) if first == "merged" else (other, one)
    make_support(before, "ada@example.org")
    erased("ada@example.org")
    make_support(anew, "ada@example.org")

    merge = moderating.merge(again(one), again(other), by=make_moderator())

    assert (merge.carried, again(other).supporters) == (0, 1)
    moderating.part(merge, by=make_moderator())
    assert [again(one).supporters, again(other).supporters] == [1, 1]
    assert [len(people(one)), len(people(other))] == [1, 1]


def test_who_was_erased_and_put_the_other_forward_anew_is_not_carried_over_to_it():
    one, other = make_proposal(), make_proposal(email="ada@example.org")
    make_support(one, "ada@example.org")
    erased("ada@example.org")

    merge = moderating.merge(again(one), other, by=make_moderator())

    assert (merge.carried, again(other).supporters) == (0, 0)
    moderating.part(merge, by=make_moderator())
    assert again(one).supporters == 1
