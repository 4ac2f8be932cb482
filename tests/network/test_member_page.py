"""A member's own page: their choices, on record; what is held on them; the way out."""

import json

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from network.actions import change_membership, move_account
from network.holdings import held_on
from network.models import (
    Consent,
    Edition,
    InboundMessage,
    JoinRequest,
    Letter,
    Member,
    Purpose,
    Stop,
    User,
)
from tests.factories import (
    make_commitment,
    make_community,
    make_member,
    make_staff,
    make_subject,
    make_user,
)
from tests.forms import form_of
from tests.network.letters import make_letter

pytestmark = pytest.mark.django_db
URL = "/en/network/member/"


@pytest.fixture
def ada():
    return make_member(email="Ada@example.org", name="Ada", announcements=True)


@pytest.fixture
def page(client, ada):
    client.force_login(ada.user)
    return client.get(URL)


def sent(page, **more):
    """What a browser sends from the member's form; a value of None unticks."""
    data = form_of(page, "choices") | {name: [value] for name, value in more.items()}
    return {name: value for name, value in data.items() if value != [None]}


def acts(address="ada@example.org"):
    return [(one.purpose, one.act) for one in Consent.objects.of(address).oldest()]


def test_a_member_sees_what_they_receive_and_what_they_agreed_to(page):
    assertContains(page, "Hello, Ada")
    assert form_of(page, "choices")["announcements"] == ["on"]
    assertContains(page, "Membership of the network")
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["member", "leave_network", "erase"])
def test_nobody_is_led_to_sign_in(client, name):
    response = client.get(reverse(f"network:{name}"))
    assert response.status_code == 302
    assert "/account/login/" in response.url


def test_who_is_signed_in_and_no_member_is_told_how_to_join(client):
    client.force_login(make_user())
    assertContains(client.get(URL), "You are not a member")


def test_choices_are_kept_and_what_changed_is_put_on_record(client, page, ada):
    subject = make_subject()
    make_commitment(subjects=[subject])
    page = client.get(URL)
    data = sent(page, announcements=None, calls="on", sector="media", province="QC", language="fr")

    response = client.post(URL, data | {"issues": [subject.pk]})

    assertRedirects(response, URL)
    ada = Member.objects.get()
    assert ada.lists == [Purpose.CALLS]
    assert (ada.sector, ada.province, ada.language) == ("media", "QC", "fr")
    assert list(ada.issues.all()) == [subject]
    assert acts()[-2:] == [("calls", "given"), ("announcements", "withdrawn")]
    assert Consent.objects.newest().filter(purpose="calls").first().words


def test_keeping_what_is_there_puts_nothing_on_record(client, page):
    before = acts()
    client.post(URL, sent(page))
    client.post(URL, sent(page))
    assert acts() == before


def test_ticking_a_box_again_lifts_what_stopped_the_letters(client, page, ada):
    Stop.put("ada@example.org", how=Stop.How.PAGE)
    client.post(URL, sent(page, calls="on"))
    assert not Stop.objects.exists()


@pytest.mark.parametrize(("how", "scope"), [("bounced", "all"), ("staff", "lists")])
def test_boxes_do_not_promise_letters_that_are_stopped(client, page, ada, how, scope):
    assertNotContains(page, "No letters of the network go to this address")
    Stop.put("ada@example.org", how=how, scope=scope)

    seen = client.get(URL)
    assertContains(seen, "No letters of the network go to this address")
    assert "announcements" not in form_of(seen, "choices")

    # What is not ticked again stays stopped, whatever else is chosen.
    client.post(URL, sent(seen, sector="media"))
    assert Stop.objects.exists()
    assert acts()[-1] == ("announcements", "withdrawn")


def test_what_is_ticked_again_after_a_stop_is_agreed_to_anew(client, page, ada):
    Stop.put("ada@example.org", how=Stop.How.BOUNCED, scope=Stop.Scope.ALL)

    client.post(URL, sent(client.get(URL), announcements="on"))

    assert not Stop.objects.exists()
    assert acts()[-2:] == [("announcements", "given")] * 2
    assertNotContains(client.get(URL), "No letters of the network go to this address")


def test_bad_input_loses_nothing_and_says_where(client, page, ada):
    response = client.post(URL, sent(page, name="=1+1", sector="media", language="xx"))

    assert response.status_code == 422
    assertContains(response, "A name cannot begin with", status_code=422)
    assertContains(response, 'value="=1+1"', status_code=422)
    assert form_of(response, "choices")["sector"] == ["media"]
    assert Member.objects.get().sector == ""
    assertContains(response, "Hello, Ada", status_code=422)


@pytest.mark.parametrize("field", ["issues", "communities"])
@pytest.mark.parametrize("number", [str(2**63 - 1), "9" * 25, "-" + "9" * 25, "9" * 5000, "x"])
def test_a_number_that_nothing_can_have_is_no_choice(client, page, field, number):
    response = client.post(URL, sent(page) | {field: [number]})

    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_a_name_is_shown_only_once_a_moderator_agreed(client, page, ada):
    client.post(URL, sent(page, shown="on"))
    ada.refresh_from_db()
    assert ada.listing == Member.Listing.WAITING
    assert not Member.objects.listed().exists()

    before = Edition.current()
    ada.agree_to_listing(by=make_staff())
    assert list(Member.objects.listed()) == [ada]
    assert Edition.current() > before

    client.post(URL, sent(client.get(URL), name="Ada, Countess"))
    assert not Member.objects.listed().exists()


def test_who_may_not_moderate_is_refused(ada):
    from django.core.exceptions import PermissionDenied

    ada.show_name(True)
    for nobody in (ada.user, make_user(is_staff=True)):
        with pytest.raises(PermissionDenied):
            ada.agree_to_listing(by=nobody)


def test_the_download_holds_all_that_is_held_and_nothing_that_opens(client, page, ada):
    make_letter(to="ada+news@example.org", key="to-ada")
    make_letter(to="bob@example.org", key="to-bob")

    assert client.get(reverse("network:download")).status_code == 405
    response = client.post(reverse("network:download"))

    held = json.loads(response.content)
    assert held["accounts"][0]["email"] == "ada@example.org"
    assert held["memberships"][0]["announcements"] is True
    assert {row["purpose"] for row in held["consents"]} == {"membership", "announcements"}
    assert len(held["letters_to_you"]) == Letter.objects.to_address("ada@example.org").count()
    assert "bob@" not in response.content.decode()
    assert ada.user.password not in response.content.decode()
    assert "attachment" in response.headers["Content-Disposition"]
    assert "no-store" in response.headers["Cache-Control"]


def test_opening_the_page_of_leaving_changes_nothing(client, page, ada):
    for name in ("leave_network", "erase"):
        assertContains(client.get(reverse(f"network:{name}")), "<button>")
    assert Member.objects.exists()


def test_who_leaves_is_gone_but_for_the_record(client, page, ada):
    owed = make_letter(to="ada@example.org", kind=Letter.Kind.LIST, key="news")
    link = owed.leave_url.removeprefix("https://portal.example")

    response = client.post(reverse("network:leave_network"))

    assertRedirects(response, reverse("network:left"))
    assert not Member.objects.exists()
    assert not User.objects.filter(email="ada@example.org").exists()
    assert not Letter.objects.to_address("ada@example.org").exists()
    assert not JoinRequest.objects.exists()
    assert acts()[-2:] == [("membership", "withdrawn"), ("announcements", "withdrawn")]
    assert Stop.objects.of("ada@example.org").get().how == Stop.How.MEMBER
    assert client.get(URL).status_code == 302  # signed out
    # The link in a letter that was read before still answers, and harms nobody.
    assertContains(client.get(link), "you have left")
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_staff_who_leave_keep_their_account(client, ada):
    User.objects.filter(pk=ada.user_id).update(is_staff=True)
    client.force_login(User.objects.get(pk=ada.user_id))
    client.post(reverse("network:leave_network"))
    assert User.objects.filter(email="ada@example.org").exists()
    assert not Member.objects.exists()


def test_who_is_erased_leaves_a_mark_that_only_their_address_finds(client, page, ada):
    InboundMessage.objects.create(
        key="k", way="pipe", raw=b"x", size=1, sender="ada@example.org",
        sender_address="ada@example.org",
    )  # fmt: skip

    client.post(reverse("network:erase"))

    assert not InboundMessage.objects.exists()
    assert not Stop.objects.exists()
    assert not Consent.objects.of("ada@example.org").exists()
    assert Consent.objects.count() == 4
    for consent in Consent.objects.all():
        assert consent.email.startswith("erased-")
        assert "ada" not in consent.email
        assert consent.origin == ""


def test_leaving_twice_is_leaving_once(client, page):
    client.post(reverse("network:leave_network"))
    assert client.post(reverse("network:leave_network")).status_code == 302
    assert acts().count(("membership", "withdrawn")) == 1


def test_one_member_never_sees_or_changes_another(client, page, ada):
    make_member(email="bob@example.org", name="Bob Secret")
    assertNotContains(client.get(URL), "Bob Secret")
    client.post(URL, sent(page, calls="on"))
    assert Member.objects.of("bob@example.org").lists == []


def test_a_member_is_found_by_one_command(capsys, ada):
    from django.core.management import call_command

    call_command("person", "ADA@example.org")
    held = json.loads(capsys.readouterr().out)
    assert held["accounts"][0]["name"] == "Ada"
    assert held["consents"]


def test_all_choices_are_kept_or_none(ada, monkeypatch):
    from network.forms.membership import MemberForm

    form = MemberForm({"language": "fr", "calls": "on"}, instance=Member.objects.get())
    assert form.is_valid()
    monkeypatch.setattr(Member, "receive", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        change_membership(Member.objects.get(), form.choices)
    assert Member.objects.get().language == "en"


def test_what_was_agreed_to_under_the_old_address_goes_when_one_is_erased(client, page, ada):
    move_account(ada.user, "countess@example.org")

    assert Member.objects.of("countess@example.org") == ada
    held = held_on("countess@example.org")
    assert {row["email"] for row in held["consents"]} == {"Ada@example.org"}
    client.post(reverse("network:erase"))
    assert not Consent.objects.of("ada@example.org").exists()


def test_what_was_agreed_to_under_the_old_address_is_still_shown(client, page, ada):
    make_member(email="bob@example.org", calls=True)
    move_account(ada.user, "countess@example.org")
    client.post(URL, sent(client.get(URL), digests="on"))

    shown = client.get(URL)

    purposes = [consent.purpose for consent in shown.context["consents"]]
    assert sorted(purposes) == ["announcements", "digests", "membership"]
    assertContains(shown, "Membership of the network")


def test_a_community_that_is_not_public_is_neither_offered_nor_taken_nor_lost(client, page, ada):
    hidden, joined = (make_community(is_public=False) for _each in range(2))
    joined.members.add(ada)
    seen = client.get(URL)
    assertNotContains(seen, hidden.name)
    assertNotContains(seen, joined.name)

    client.post(URL, sent(seen, calls="on"))
    assert list(ada.communities.all()) == [joined]

    response = client.post(URL, sent(seen) | {"communities": [hidden.pk]})
    assert response.status_code == 422
    assert list(ada.communities.all()) == [joined]


def test_the_menu_leads_whoever_is_signed_in_to_their_page_and_marks_it_nowhere(client):
    link = '<a href="/en/network/member/"'
    assert link not in client.get("/en/network/").text

    client.force_login(make_member().user)
    mine, network = (client.get(path).text for path in ("/en/network/member/", "/en/network/"))

    # The menu is drawn once for each part of the site: it knows the part, not the page.
    assert f"{link}>" in mine
    assert f"{link}>" in network
    assert f"{link} aria-current" not in mine + network


def test_who_is_a_member_already_is_not_asked_in_at_the_door(client):
    door = "<strong>Join the network</strong>"
    assert door in client.get("/en/network/").text

    client.force_login(make_member().user)

    assert door not in client.get("/en/network/").text
