"""Asking with an address for what a room above does: the letter, its link, and the code."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from network.actions import also_asked, confirm_asked
from network.models import Confirmation, Letter, Stop, User
from opengov_portal.lib.errors import Refused
from tests.counting import cost_of
from tests.factories import make_member
from tests.forms import form_of
from tests.network.asking import ask, letters, yes_link
from tests.network.joining import press

pytestmark = pytest.mark.django_db


def later(**past):
    """As if all that was asked for had been asked so long before."""
    for each in Confirmation.objects.all():
        each.created_at -= timedelta(**past)
        each.confirmed_at = each.confirmed_at and each.confirmed_at - timedelta(**past)
        each.save()


@pytest.fixture
def asked(room):
    return ask(room)


# --- The letter -------------------------------------------------------------------


def test_the_letter_says_what_was_asked_for_and_how_to_say_yes(asked):
    letter = letters().get()
    assert (letter.to, letter.kind) == ("ada@example.org", Letter.Kind.CONFIRM)
    for part in (letter.text, letter.html):
        assert "Support: Open the minutes" in part
        assert yes_link(asked) in part
        assert asked.code in part
        assert "nothing happens without your yes" in part
    assert letter.headers["Reply-To"] == f"join+{asked.secret}@portal.example"
    assert asked.code not in letter.subject
    assert len(letter.text) < 2000  # brief (SECURITY.md C5)


def test_the_letter_is_in_the_language_it_was_asked_for_in(room):
    asked = ask(room, language="fr")
    letter = letters().get()
    assert yes_link(asked) in letter.text
    assert "sans votre oui" in letter.text


def test_strangers_words_are_no_markup_and_lead_nowhere(room):
    ask(room, "Idea: <b>Win</b> at https://evil.example/x or evil.com, write me@evil.com")
    letter = letters().get()
    assert "<b>Win" not in letter.html
    for part in (letter.text, letter.html):
        assert not {"https://evil", "evil.com", "evil.example", "@evil"} & set(part.split())
        assert "evil. com" in part


@pytest.mark.parametrize(
    ("scope", "how", "state"),
    [("lists", "reply", "claimed"), ("all", "staff", "withheld"), ("all", "bounced", "claimed")],
)
def test_it_goes_where_other_letters_were_refused_but_not_where_staff_stopped_all(
    room, scope, how, state
):
    Stop.put("ada@example.org", scope=Stop.Scope(scope), how=Stop.How(how))
    ask(room)
    letter = letters().get()
    letter.claim()
    assert letter.state == state


# --- The page of its link ---------------------------------------------------------


def test_the_page_shows_what_was_asked_for_and_its_button_does_it(client, room, asked):
    page = client.get(yes_link(asked))
    assertContains(page, "Support: Open the minutes")
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex"
    assert "no-store" in page["Cache-Control"]

    assertRedirects(press(client, yes_link(asked)), "/en/proposals/", fetch_redirect_response=False)
    assert room.confirmed == ["Support: Open the minutes"]
    assert Confirmation.objects.get().state == "confirmed"


def test_opening_it_ten_times_changes_nothing(client, room, asked):
    before = list(Confirmation.objects.values())
    for _n in range(10):
        assert client.get(yes_link(asked)).status_code == 200
        assert client.head(yes_link(asked)).status_code == 200
    assert list(Confirmation.objects.values()) == before
    assert room.confirmed == []


def test_the_page_is_there_in_the_other_language_too(client, room, asked):
    press(client, yes_link(asked, "fr"))
    assert room.confirmed


def test_pressing_twice_does_it_once(client, room, asked):
    data = form_of(client.get(yes_link(asked)), "confirm")
    client.post(yes_link(asked), data)
    for method in ("get", "post"):
        assertContains(getattr(client, method)(yes_link(asked), data), "confirmed before")
    assert len(room.confirmed) == 1
    assert confirm_asked(Confirmation.objects.get()) is None


def test_an_unknown_secret_is_no_page(client, db):
    for secret in ("a" * 32, "x\0y", "é" * 500):
        assert client.get(f"/en/network/yes/{secret}/").status_code == 404


def test_after_seven_days_it_says_what_to_do(client, room, asked):
    data = form_of(client.get(yes_link(asked)), "confirm")
    later(days=7, seconds=1)
    for method in ("get", "post"):
        response = getattr(client, method)(yes_link(asked), data)
        assert response.status_code == 410
        assert "Ask once more" in response.text
    assert not room.confirmed
    assert confirm_asked(Confirmation.objects.get()) is None


def test_what_was_withdrawn_meanwhile_is_said(client, room, asked):
    room.hung.clear()
    assertContains(client.get(yes_link(asked)), "Nothing is left")


def test_where_no_room_has_a_page_there_is_one(client, room, asked):
    room.page = ""
    response = press(client, yes_link(asked))
    assertRedirects(response, "/en/network/yes/done/")


def test_a_room_that_refuses_leaves_all_as_it_was(client, room, asked):
    room.refuses = Refused("The call is over.")
    assertContains(press(client, yes_link(asked)), "The call is over.", status_code=409)
    assert Confirmation.objects.get().state == "waiting"


@pytest.mark.parametrize("email", ["ada@example.org", "ADA+x@example.org"])
def test_an_account_that_staff_closed_confirms_nothing(client, room, email):
    make_member(email="ada@example.org")
    User.objects.update(is_active=False)
    asked = ask(room, email=email)
    assert press(client, yes_link(asked)).status_code == 409
    assert not room.confirmed


# --- What is shown is done, and nothing else --------------------------------------


def test_what_one_browser_asks_within_a_while_hangs_on_one_letter(client, room, asked):
    again = ask(room, "Support: Second", email="Ada+x@example.org", here=asked)

    assert again == asked
    assert letters().count() == 1
    assertContains(client.get(yes_link(asked)), "Support: Second")
    press(client, yes_link(asked))
    assert room.confirmed == ["Support: Open the minutes", "Support: Second"]


def test_what_is_added_while_the_page_is_open_is_shown_before_it_is_done(client, room, asked):
    data = form_of(client.get(yes_link(asked)), "confirm")
    ask(room, "Follow: all", here=asked)

    response = client.post(yes_link(asked), data)

    assertContains(response, "read it again")
    assertContains(response, "Follow: all")
    assert not room.confirmed
    client.post(yes_link(asked), form_of(response, "confirm"))
    assert len(room.confirmed) == 2


def test_what_is_added_at_the_very_moment_is_not_done(room, asked):
    with pytest.raises(Refused):
        confirm_asked(asked, seen="0" * 64)
    assert not room.confirmed
    assert Confirmation.objects.get().state == "waiting"


def test_what_had_no_letter_is_told_of_and_done_only_where_it_is_chosen(client, room, asked):
    ask(room, "Support: Elsewhere")
    ask(room, "Support: A stranger’s")
    assert letters().count() == 1

    page = client.get(yes_link(asked))
    assertContains(page, "Support: Elsewhere")
    assert "also" not in form_of(page, "confirm")  # none is ticked
    mine = Confirmation.objects.order_by("pk")[1]
    key = next(key for key in page.context["form"].others if key.startswith(f"{mine.pk}-"))
    press(client, yes_link(asked), also=key)

    assert room.confirmed == ["Support: Open the minutes", "Support: Elsewhere"]
    states = list(Confirmation.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["confirmed", "confirmed", "waiting"]


def test_what_a_yes_makes_needless_is_no_reason_to_ask_again(client, room, asked):
    """One proposal supported from two places: the first yes does what the second would."""
    ask(room, "Support: Open the minutes")
    confirm = room.confirm

    def confirm_and_clear(each, *, origin):
        page = confirm(each, origin=origin)
        room.hung.clear()
        return page

    room.confirm = confirm_and_clear
    page = client.get(yes_link(asked))
    press(client, yes_link(asked), also=list(page.context["form"].others))
    assert room.confirmed == ["Support: Open the minutes"]


def test_the_next_letter_tells_of_what_had_none(room, asked):
    ask(room, "Support: Elsewhere")
    later(minutes=16)
    ask(room, "Support: Third")
    letter = letters().last()
    assert letters().count() == 2
    for part in (letter.text, letter.html):
        assert "Support: Third" in part
        assert "Support: Elsewhere" in part
        assert "Open the minutes" not in part  # that had a letter of its own


@pytest.mark.parametrize("key", ["", "1", "999-x", "\0", "x" * 9000])
def test_what_is_not_on_the_page_cannot_be_chosen(client, room, asked, key):
    stranger = ask(room, "Support: Of another", email="eve@example.org")
    ask(room, "Support: Elsewhere")
    for also in (key, f"{stranger.pk}-{stranger.told}"):
        response = press(client, yes_link(asked), also=also)
        assertContains(response, "read it again")
    assert not room.confirmed


def test_many_others_are_told_of_up_to_a_number(client, room, asked):
    for n in range(15):
        ask(room, f"Support: number {n} ")
    told = client.get(yes_link(asked)).text
    assert told.count("Support: number") == 10
    assert "Support: number 14" in told


def test_others_that_came_too_late_or_hold_nothing_are_not_told_of(room, asked):
    ask(room, "Support: old")
    Confirmation.objects.filter(ordinal=None).update(created_at=timezone.now() - timedelta(days=8))
    Confirmation.ask("ada@example.org", language="en")
    assert also_asked(asked) == []


@pytest.mark.parametrize("seen", ["", "\0", "é" * 64, "0" * 100_000, ["a", "b"]])
def test_whatever_is_sent_is_answered_and_does_nothing(client, room, asked, seen):
    ask(room, "Support: Elsewhere")
    for data in ({"seen": seen, "also": ["\0", "x"]}, {"seen": seen}, {}):
        assertContains(client.post(yes_link(asked), data), "read it again")
    assert not room.confirmed


def test_the_page_costs_no_more_however_much_waits(client, room, asked):
    def others(number):
        for n in range(number):
            ask(room, f"Support: {n}")

    others(10)
    few = cost_of(client.get, yes_link(asked))
    others(20)
    many = cost_of(client.get, yes_link(asked))
    assert many == few <= 6


# --- Letters at most --------------------------------------------------------------


def test_an_address_gets_one_letter_in_a_quarter_of_an_hour_and_five_until_it_says_yes(room):
    for n in range(8):
        for again in range(2):
            ask(room, f"Support: {n} {again}")
        later(minutes=15)
    assert letters().count() == 5
    assert room.asked(Confirmation.objects.latest("pk"))  # what was asked is kept all the same


def test_after_a_yes_letters_come_again_at_once(room):
    for _n in range(6):
        last = ask(room)
        later(minutes=16)
    assert letters().count() == 5
    assert not last.secret
    confirm_asked(Confirmation.objects.written().latest("ordinal"))

    assert ask(room).secret
    assert not ask(room).secret
    assert letters().count() == 6


def test_a_browser_whose_asking_had_no_letter_gets_it_when_one_is_due(room):
    first = ask(room)
    mine = ask(room, "Support: Mine")
    assert not mine.secret
    confirm_asked(first)

    again = ask(room, "Support: And this", here=mine)

    assert again == mine
    assert again.secret
    letter = letters().last()
    assert "Support: Mine" in letter.text
    assert "Support: And this" in letter.text


def test_after_a_while_and_for_another_address_it_is_another(room, asked):
    assert ask(room, email="eve@example.org", here=asked) != asked
    later(minutes=15)
    assert ask(room, here=asked) != asked


def test_what_is_confirmed_takes_nothing_more(room, asked):
    confirm_asked(Confirmation.objects.get())
    assert ask(room, "Support: More", here=asked) != asked
    assert len(room.confirmed) == 1


# --- Told apart from what others see ----------------------------------------------


def test_another_browser_sees_the_page_with_the_link_alone(room, asked):
    browser = Client()
    browser.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    page = browser.get(yes_link(asked))
    assertContains(page, "Open the minutes")
    assertNotContains(page, "ada@example.org")
    assert not browser.cookies.get("__Host-asking")
