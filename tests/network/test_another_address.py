"""Another address for an account: it moves once both mailboxes have said yes."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.actions import ask_to_move, erase, leave, leave_lists, move_account
from network.holdings import held_on
from network.models import AddressChange, Consent, JoinRequest, Letter, Member, Stop, User
from tests.factories import make_member, make_staff, make_user
from tests.forms import form_of
from tests.network.letters import make_letter
from tests.night import forgotten

pytestmark = pytest.mark.django_db
PAGE = "/en/account/email/"


@pytest.fixture
def ada():
    return make_member(email="ada@example.org")


@pytest.fixture
def page(client, ada):
    client.force_login(ada.user)
    return client


def ask(browser, new="countess@example.org"):
    return browser.post(PAGE, form_of(browser.get(PAGE), "address") | {"email": [new]})


def link(to):
    """The last link that came to a mailbox, opened by whoever reads it, who is not signed in."""
    words = Letter.objects.filter(to=to).latest("pk").text
    found = [word for word in words.split() if "/email/yes/" in word]
    return found[0].removeprefix("https://portal.example") if found else ""


def say_yes(to):
    reader = Client(HTTP_X_FORWARDED_PROTO="https")
    return reader.post(link(to))


def address_of(member):
    return User.objects.get(pk=member.user_id).email


def test_an_account_moves_once_both_mailboxes_have_said_yes(page, ada):
    assert ask(page)["Location"] == PAGE
    say_yes("ada@example.org")
    assert address_of(ada) == "ada@example.org"
    assertContains(page.get(PAGE), "has said yes")

    response = say_yes("countess@example.org")

    assertContains(response, "has moved")
    assert address_of(ada) == "countess@example.org"
    assert Member.objects.of("countess@example.org") == ada
    assert not Member.objects.of("ada@example.org")
    [mine] = EmailAddress.objects.filter(user=ada.user)
    assert (mine.email, mine.primary, mine.verified) == ("countess@example.org", True, True)
    told = Letter.objects.filter(template="network/emails/moved").order_by("pk")
    assert [letter.to for letter in told] == ["ada@example.org", "countess@example.org"]
    assert {row["email"] for row in held_on("countess@example.org")["consents"]} == {
        "ada@example.org"
    }


@pytest.mark.parametrize("alone", ["ada@example.org", "countess@example.org"])
def test_one_mailbox_alone_moves_nothing_however_often_it_says_yes(page, ada, alone):
    ask(page)
    for _time in range(3):
        say_yes(alone)

    assert address_of(ada) == "ada@example.org"


def test_opening_the_links_changes_nothing(page, ada):
    ask(page)
    for to in ("ada@example.org", "countess@example.org"):
        response = page.get(link(to))
        page.head(link(to))
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]

    change = AddressChange.objects.get()
    assert (change.old_agreed_at, change.new_agreed_at) == (None, None)


def test_a_link_works_for_a_week_and_once(page, ada):
    ask(page)
    say_yes("ada@example.org")
    week = timezone.now() - timedelta(days=7, seconds=1)
    AddressChange.objects.update(asked_at=week)

    assert say_yes("countess@example.org").status_code == 404
    assert address_of(ada) == "ada@example.org"
    forgotten()
    assert not AddressChange.objects.exists()


def test_secrets_are_kept_hashed(page, ada):
    ask(page)

    kept = AddressChange.objects.values().get()
    for to in ("ada@example.org", "countess@example.org"):
        assert link(to).rstrip("/").rpartition("/")[2] not in map(str, kept.values())


def test_taking_it_back_ends_the_links(page, ada):
    ask(page)
    page.post(PAGE, form_of(page.get(PAGE), "take_back") | {"take_back": ["yes"]})

    assert say_yes("ada@example.org").status_code == 404
    assertNotContains(page.get(PAGE), "countess@")


def test_asking_anew_ends_the_links_of_before(page, ada):
    ask(page)
    before = link("countess@example.org")
    ask(page, "third@example.org")

    assert Client(HTTP_X_FORWARDED_PROTO="https").post(before).status_code == 404
    assert AddressChange.objects.get().new == "third@example.org"


@pytest.mark.parametrize("spelling", ["bob@example.org", "Bob@example.org", "bob+x@example.org"])
def test_an_address_that_is_anothers_is_asked_alike_and_told_by_letter_alone(page, ada, spelling):
    make_member(email="bob@example.org")

    def asked(new):
        answer = ask(page, new)
        shown = page.get(PAGE).text.replace(new.lower(), "it")
        return answer.status_code, answer["Location"], re.sub(r'value="[^"]{64}"', "", shown)

    assert asked("free@example.org") == asked(spelling)
    assert "has one already" in Letter.objects.filter(to=spelling.lower()).latest("pk").text
    assert not link(spelling.lower())


def test_an_address_that_became_anothers_meanwhile_is_not_taken(page, ada):
    ask(page)
    links = [link(to) for to in ("ada@example.org", "countess@example.org")]
    make_user(email="countess@example.org")
    reader = Client(HTTP_X_FORWARDED_PROTO="https")
    shown = [reader.post(each, follow=True) for each in links]

    assert address_of(ada) == "ada@example.org"
    assertContains(shown[0], "once the other one has")
    # Nobody is left to say yes: neither page may send its reader to look for another letter.
    for response in (shown[1], page.get(links[0]), page.get(PAGE)):
        assertContains(response, "could not move")
        assertNotContains(response, "once the other one has")
        assertNotContains(response, "once both have said yes")


def test_ones_own_address_is_no_other_one(page):
    response = page.post(PAGE, {"email": "ADA@example.org"})

    assert response.status_code == 422
    assertContains(response, "your address already", status_code=422)


@pytest.mark.parametrize("broken", ["", "no address", "a@b\r\nBcc: c@d", "a@example.org,b@c.org"])
def test_what_is_no_address_brings_no_letter(page, broken):
    before = Letter.objects.count()

    assert page.post(PAGE, {"email": broken}).status_code in {200, 422}
    assert Letter.objects.count() == before


def test_staff_change_theirs_the_same_way(client):
    staff = make_staff(email="staff@example.org", language="fr")
    client.force_login(staff)

    ask(client, "new@example.org")
    assert link("new@example.org").startswith("/fr/compte/email/yes/")
    say_yes("staff@example.org")
    say_yes("new@example.org")

    staff.refresh_from_db()
    assert staff.email == "new@example.org"


def test_nobody_who_is_not_signed_in_asks(client):
    assert client.post(PAGE, {"email": "a@example.org"}).status_code == 302
    assert not AddressChange.objects.exists()


@pytest.mark.parametrize(("language", "said"), [("en", "Our staff have"), ("fr", "Notre pers")])
def test_of_what_staff_correct_both_mailboxes_are_told(
    client, ada, without_second_factor, language, said
):
    Member.objects.filter(pk=ada.pk).update(language=language)
    client.force_login(make_staff())
    url = f"/admin/network/user/{ada.user_id}/change/"

    client.post(url, form_of(client.get(url), "user_form") | {"email": ["countess@example.org"]})

    told = list(Letter.objects.filter(template="network/emails/moved").order_by("pk"))
    assert [letter.to for letter in told] == ["ada@example.org", "countess@example.org"]
    for letter in told:
        assert said in letter.text
        assert said in letter.html
    client.post(url, form_of(client.get(url), "user_form") | {"name": ["Ada, Countess"]})
    assert Letter.objects.filter(template="network/emails/moved").count() == 2


def test_what_staff_correct_leaves_the_old_mailbox_no_way_in(client, ada, without_second_factor):
    client.force_login(make_staff())
    url = f"/admin/network/user/{ada.user_id}/change/"
    client.post(url, form_of(client.get(url), "user_form") | {"email": ["countess@example.org"]})

    assert not EmailAddress.objects.filter(email="ada@example.org").exists()
    client.logout()
    client.post("/en/account/login/code/", {"email": "ada@example.org"})
    assert "No account has it" in Letter.objects.filter(to="ada@example.org").latest("pk").text


def test_what_the_rooms_above_keep_of_an_account_goes_along(page, ada, room):
    ask(page)
    say_yes("ada@example.org")
    say_yes("countess@example.org")

    assert room.moved == ("ada@example.org", "countess@example.org")


@pytest.mark.parametrize("how", ["page", "one_click"])
def test_a_letter_of_before_is_a_way_out_of_what_goes_to_the_new_address(client, how):
    ada = make_member(email="ada@example.org", announcements=True, digests=True)
    letter = make_letter(to="ada@example.org", kind=Letter.Kind.LIST, user=ada.user)
    move_account(ada.user, "countess@example.org")

    said = {"List-Unsubscribe": "One-Click"} | ({"page": "yes"} if how == "page" else {})
    client.post(letter.leave_url.removeprefix("https://portal.example"), said)

    ada.refresh_from_db()
    assert ada.lists == []
    stops = Stop.objects.order_by("address").values_list("address", "how")
    assert list(stops) == [("ada@example.org", how), ("countess@example.org", how)]


def test_of_two_whom_a_letter_could_mean_who_has_its_address_leaves():
    ada = make_member(email="ada@example.org", announcements=True)
    letter = make_letter(to="ada@example.org", kind=Letter.Kind.LIST, user=ada.user)
    move_account(ada.user, "countess@example.org")
    JoinRequest.objects.all().delete()
    bob = make_member(email="ada@example.org", announcements=True)

    leave_lists(letter, how=Stop.How.REPLY)

    ada.refresh_from_db()
    bob.refresh_from_db()
    assert (ada.announcements, bob.announcements) == (True, False)


@pytest.mark.parametrize("end", [leave, erase])
def test_who_leaves_takes_along_the_letter_to_the_address_they_were_moving_to(page, ada, end):
    ask(page)
    bob = make_member(email="bob@example.org")
    ask_to_move(bob.user, "third@example.org")
    assert Letter.objects.filter(to="countess@example.org").exists()

    end(ada, how=Consent.How.MEMBER)

    assert not Letter.objects.filter(to="countess@example.org").exists()
    assert Letter.objects.filter(to="third@example.org").exists()


def test_staff_who_leave_the_network_go_on_moving(page, ada):
    User.objects.filter(pk=ada.user_id).update(is_staff=True)
    ask(page)

    leave(Member.objects.get(), how=Consent.How.MEMBER)

    assert link("countess@example.org")
