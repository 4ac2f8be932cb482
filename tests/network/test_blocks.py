"""Blocking an address, a domain or a network: nobody can tell, nothing gets in, leaving works."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.actions import ask_to_confirm, ask_to_join, confirm, confirm_asked, would_have_stopped
from network.models import Block, Confirmation, Consent, JoinRequest, Letter, Member
from network.roles import Role
from opengov_portal.lib.errors import Refused
from tests.factories import make_join_request, make_staff, make_with_role
from tests.night import forgotten

pytestmark = pytest.mark.django_db
ADD = "/admin/network/block/add/"


@pytest.fixture
def staff():
    return make_staff()


@pytest.fixture
def desk(client, settings, staff):
    settings.REQUIRE_STAFF_MFA = False
    client.force_login(staff)
    return client


def block(staff, kind="address", value="mallory@example.org", days=7):
    until = timezone.now() + timedelta(days=days)
    return Block.put(by=staff, kind=kind, value=value, reason="Sends adverts.", until=until)


@pytest.mark.parametrize(
    ("kind", "value", "email", "origin", "stopped"),
    [
        ("address", "mallory@example.org", "Mallory+2@Example.org", "", True),
        ("address", "mallory@example.org", "alice@example.org", "", False),
        ("domain", "example.org", "anyone@mail.example.org", "", True),
        ("domain", "example.org", "anyone@notexample.org", "", False),
        ("domain", "@example.org", "anyone@example.org", "", True),
        ("network", "203.0.113.0/24", "", "203.0.113.9", True),
        ("network", "203.0.113.9", "", "203.0.113.9", True),
        ("network", "203.0.113.9", "", "203.0.113.10", False),
        ("network", "2001:db8:1:2::5", "", "2001:db8:1:2::/64", True),
        ("network", "2001:db8::/32", "", "2001:db8:1:2::/64", True),
        ("network", "2001:db8::/32", "", "203.0.113.9", False),
        ("network", "203.0.113.0/24", "a@example.org", "", False),
        ("network", "::ffff:203.0.113.9", "", "203.0.113.9", True),
        ("network", "::ffff:203.0.113.0/120", "", "203.0.113.200", True),
    ],
)
def test_a_block_stops_what_it_names_and_nothing_else(staff, kind, value, email, origin, stopped):
    block(staff, kind, value)

    assert Block.objects.stop(email, origin) is stopped


def test_a_block_is_over_at_its_end_and_when_it_is_lifted(staff):
    first = block(staff)
    Block.objects.filter(pk=first.pk).update(
        created_at=timezone.now() - timedelta(days=2), until=timezone.now() - timedelta(days=1)
    )
    assert not Block.objects.stop("mallory@example.org")

    second = block(staff)
    assert Block.objects.stop("mallory@example.org")
    second.lift(by=staff)
    assert not Block.objects.stop("mallory@example.org")
    with pytest.raises(Refused):
        second.lift(by=staff)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("address", "nobody"), ("domain", "ca"), ("domain", ".."), ("domain", "exam ple.org"),
        ("domain", "*.example.org"), ("domain", "https://example.org/"),
        ("domain", "mallory@example.org"), ("domain", "-.org"), ("network", "::ffff:0:0/96"),
        ("network", "203.0.0.0/8"), ("network", "2001::/16"), ("network", "here"),
    ],
)  # fmt: skip
def test_what_names_nobody_or_too_many_is_refused(staff, kind, value):
    with pytest.raises(ValidationError):
        block(staff, kind, value)


def test_a_block_ends_after_it_begins(staff):
    with pytest.raises(ValidationError):
        block(staff, days=-1)


def test_who_may_not_block_is_refused(staff):
    stranger = make_staff(email="other@example.org", is_superuser=False)
    standing = block(staff)

    with pytest.raises(PermissionDenied):
        block(stranger, value="x@example.org")
    with pytest.raises(PermissionDenied):
        standing.lift(by=stranger)


def test_joining_with_a_blocked_address_brings_no_letter(fill_in, staff):
    """That the answer is everyone's is told in test_joining_alike."""
    block(staff, "domain", "example.org")

    assert fill_in(email="mallory@example.org").status_code == 302

    assert not Letter.objects.exists()


def test_what_a_room_above_is_asked_waits_without_a_letter(staff):
    block(staff)

    asked = ask_to_confirm("mallory@example.org", language="en", hang=lambda _one: None)

    assert asked.ordinal is None
    assert not Letter.objects.exists()


def test_who_was_blocked_after_asking_confirms_nothing(staff):
    wish = ask_to_confirm("mallory@example.org", language="en", hang=lambda _one: None)
    asked = make_join_request(email="mallory@example.org")
    block(staff)

    with pytest.raises(Refused):
        confirm_asked(wish)
    assert confirm(asked, how=Consent.How.FORM) is None
    assert not Member.objects.exists()
    assert Confirmation.objects.get().state == "waiting"


def test_the_preview_counts_last_month_and_changes_nothing(desk, staff):
    make_join_request(email="mallory@example.org", origin="203.0.113.9")
    make_join_request(email="mallory@mail.example.org", origin="203.0.113.200")
    make_join_request(email="alice@example.net", origin="198.51.100.7")
    old = make_join_request(email="mallory@old.example.org")
    JoinRequest.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))

    for kind, value, number in (
        ("address", "mallory@example.org", 1),
        ("domain", "example.org", 2),
        ("network", "203.0.113.0/24", 2),
    ):
        until = timezone.now() + timedelta(days=1)
        found = would_have_stopped(Block(kind=kind, value=value, reason="-", until=until))
        assert found["Requests to join"] == number, kind

    until = timezone.localdate() + timedelta(days=7)
    said = {"kind": "domain", "value": "@Example.ORG", "reason": "Adverts.", "until": until}
    page = desk.post(ADD, {**said, "preview": "1"})
    assertContains(page, "<td>2</td>", html=True)
    assert not Block.objects.exists()


def test_staff_block_and_lift_from_the_desk(desk, staff):
    until = timezone.localdate() + timedelta(days=7)
    said = {"kind": "address", "value": "Mallory@example.org", "reason": "Adverts.", "until": until}

    page = desk.post(ADD, said, follow=True)

    made = Block.objects.get()
    assert (made.value, made.created_by) == ("mallory@example.org", staff)
    assertContains(page, "Lift this block")
    page = desk.post(reverse("admin:network_block_lift", args=[made.pk]), follow=True)
    assertNotContains(page, "Lift this block")
    made.refresh_from_db()
    assert made.lifted_by == staff
    page = desk.post(reverse("admin:network_block_lift", args=[made.pk]), follow=True)
    assertContains(page, "over already")


@pytest.mark.parametrize(
    ("role", "seen", "added"),
    [(Role.MODERATOR, 200, 200), (Role.AUDITOR, 403, 403), (Role.EDITOR, 403, 403)],
)
def test_moderators_block_and_who_sees_no_addresses_reads_no_block(desk, staff, role, seen, added):
    made = block(staff)
    desk.force_login(make_with_role(role))

    assert desk.get(reverse("admin:network_block_change", args=[made.pk])).status_code == seen
    assert desk.get(ADD).status_code == added


def test_a_mistake_on_the_form_loses_nothing(desk):
    until = timezone.localdate() + timedelta(days=7)
    said = {"kind": "network", "value": "everywhere", "reason": "Adverts.", "until": until}

    page = desk.post(ADD, said)

    assertContains(page, "This is no network")
    assertContains(page, "Adverts.")
    assert not Block.objects.exists()


@pytest.mark.parametrize("pressed", [{}, {"preview": "1"}])
@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("9999-12-31", "within ten years"), ("9999-12-30", "within ten years"),
        ("2150-01-01", "within ten years"), ("0001-01-01", "still to come"),
        ("1850-02-03", "still to come"), ("10000-01-01", "Enter a valid date"),
        ("0000-01-01", "Enter a valid date"),
    ],
)  # fmt: skip
def test_an_end_that_is_none_is_a_mistake_on_the_form(desk, until, told, pressed):
    said = {"kind": "address", "value": "mallory@example.org", "reason": "Adverts."}

    page = desk.post(ADD, {**said, "until": until, **pressed})

    assertContains(page, told)
    assertNotContains(page, "<td>")
    assert not Block.objects.exists()


def test_a_get_neither_blocks_nor_lifts(desk, staff):
    made = block(staff)

    desk.get(ADD, {"kind": "address", "value": "x@example.org", "reason": "-"})
    answer = desk.get(reverse("admin:network_block_lift", args=[made.pk]))

    assert answer.status_code == 405
    assert Block.objects.standing().count() == 1


def test_a_block_is_forgotten_thirty_days_after_its_end(staff):
    over, lifted, standing = (
        block(staff, value=f"{name}@example.org") for name in ("over", "lifted", "standing")
    )
    long_ago = timezone.now() - timedelta(days=31)
    Block.objects.filter(pk=over.pk).update(created_at=long_ago - timedelta(1), until=long_ago)
    Block.objects.filter(pk=lifted.pk).update(lifted_at=long_ago)

    forgotten()

    assert Block.objects.get() == standing


def test_asking_costs_one_query_more_however_many_are_blocked(staff, django_assert_num_queries):
    for number in range(30):
        block(staff, value=f"m{number}@example.org")

    with django_assert_num_queries(1):
        assert Block.objects.stop("m3@example.org", "203.0.113.9")


def test_asking_to_join_from_a_blocked_network_keeps_nothing(staff):
    block(staff, "network", "203.0.113.0/24")
    asked = {"language": "en", "how": JoinRequest.How.FORM, "origin": "203.0.113.9"}

    assert ask_to_join("someone@example.net", **asked) is None
    assert not JoinRequest.objects.exists()
