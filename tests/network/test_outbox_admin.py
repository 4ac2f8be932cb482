"""Staff see what failed, and have it posted again; what letters say is not theirs to read."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Letter, Stop
from tests.counting import cost_of
from tests.factories import make_staff, make_user
from tests.network.letters import as_state, make_letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
LETTERS = "admin:network_letter_changelist"


def again(client, *letters):
    data = {"action": "post_again", "_selected_action": [letter.pk for letter in letters]}
    return client.post(reverse(LETTERS), data, follow=True)


def test_what_failed_comes_first(client, staff):
    failed = as_state(make_letter(to="first@example.org"), Letter.State.FAILED)
    for _each in range(3):
        make_letter()

    [first, *_others] = client.get(reverse(LETTERS)).context["cl"].result_list
    assert first == failed


def test_staff_post_a_failed_letter_again(client, staff):
    failed, owed = as_state(make_letter(), Letter.State.FAILED), make_letter()

    response = again(client, failed, owed)

    assertContains(response, "1 letter is owed again.")
    assertContains(response, "1 letter was left as it is")
    failed.refresh_from_db()
    assert failed.state == Letter.State.OWED
    assertContains(again(client, failed), "1 letter was left as it is")


def test_what_a_colleague_was_quicker_with_is_left_and_the_others_go(client, staff, monkeypatch):
    letters = [as_state(make_letter(), Letter.State.FAILED) for _each in range(3)]
    post_again = Letter.post_again

    def slow(letter, *, by):
        if letter == letters[1]:
            post_again(Letter.objects.get(pk=letter.pk), by=by)
        return post_again(letter, by=by)

    monkeypatch.setattr(Letter, "post_again", slow)

    response = again(client, *letters)

    assertContains(response, "2 letters are owed again.")
    assertContains(response, "1 letter was left as it is")


def test_who_may_only_look_posts_nothing(client):
    clerk = make_staff(is_superuser=False)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_letter"))
    client.force_login(clerk)
    failed = as_state(make_letter(), Letter.State.FAILED)

    again(client, failed)

    failed.refresh_from_db()
    assert failed.state == Letter.State.FAILED


def test_nobody_else_comes_in(client):
    assert client.get(reverse(LETTERS)).status_code == 302
    client.force_login(make_user())
    assert client.get(reverse(LETTERS)).status_code == 302


def test_a_letter_is_neither_written_here_nor_read_nor_changed_nor_deleted(client, staff):
    letter = make_letter()
    page = reverse("admin:network_letter_change", args=[letter.pk])

    assertContains(client.get(page), letter.to)
    assertNotContains(client.get(page), "This is a trial")
    assert client.post(page, {"state": "posted"}).status_code == 403
    assert client.get(reverse("admin:network_letter_add")).status_code == 403
    delete = reverse("admin:network_letter_delete", args=[letter.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("text", ["reader", "\0", "'", "x" * 5000])
def test_any_search_is_answered(client, staff, text):
    make_letter()

    assert client.get(reverse(LETTERS), {"q": text}).status_code == 200
    assert client.get(reverse("admin:network_stop_changelist"), {"q": text}).status_code == 200


def test_the_outbox_costs_the_same_with_any_number(client, staff):
    def cost():
        return cost_of(client.get, reverse(LETTERS))

    make_letter()
    cost()
    few = cost()
    for _each in range(10):
        make_letter(user=staff)

    assert cost() == few


def test_staff_stop_an_address_and_let_it_be_written_to_again(client, staff):
    data = {"address": "Ada+x@Example.org", "scope": "all"}
    client.post(reverse("admin:network_stop_add"), data)
    stop = Stop.objects.get()
    assert (stop.address, stop.how) == ("ada@example.org", Stop.How.STAFF)

    client.post(reverse("admin:network_stop_add"), data)
    assert Stop.objects.count() == 1
    client.post(
        reverse("admin:network_stop_delete", args=[stop.pk]), {"post": "yes", "_why": "A mistake."}
    )
    assert not Stop.objects.exists()
