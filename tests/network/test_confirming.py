"""Confirming: opening the link changes nothing; its button, or the code, makes a member once."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.actions import ask_to_join, confirm
from network.models import (
    Affiliation,
    Consent,
    ConsentWords,
    JoinRequest,
    Letter,
    Member,
    Organization,
    Purpose,
)
from tests.factories import (
    make_commitment,
    make_join_request,
    make_organization,
    make_subject,
)
from tests.forms import form_of
from tests.network.joining import link, press, signed_in

pytestmark = pytest.mark.django_db
JOIN, SENT, HOME = "/en/network/join/", "/en/network/join/sent/", "/en/network/member/"
DONE = "/en/network/join/done/"


@pytest.fixture
def asked():
    return make_join_request(email="Ada@Example.org", name="Ada", calls=True, origin="192.0.2.7")


# --- By the link ------------------------------------------------------------------


def test_the_button_makes_a_member_on_record_welcomed_and_signed_in(client, asked):
    response = press(client, link(asked))

    member = Member.objects.get()
    assert (response.status_code, response["Location"]) == (302, HOME)
    assert signed_in(client) == str(member.user.pk)
    assert client.get(HOME).status_code == 200
    assert (member.user.email, member.user.name) == ("ada@example.org", "Ada")
    assert not member.user.has_usable_password()
    assert member.lists == [Purpose.CALLS]
    given = Consent.objects.get(purpose="calls")
    assert (given.words, given.version, given.language) == (asked.words, asked.version, "en")
    assert (given.how, given.email, given.user) == ("form", "Ada@Example.org", member.user)
    assert given.asked_at == asked.created_at
    assert timezone.now() - given.at < timedelta(minutes=1)
    assert given.origin
    welcome = Letter.objects.get(template="network/emails/welcome")
    assert (welcome.to, welcome.language) == ("ada@example.org", "en")


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_ten_times_leaves_it_pending(client, asked, method):
    for _n in range(10):
        response = getattr(client, method)(link(asked))
        assert response.status_code == 200

    assert JoinRequest.objects.get().state == JoinRequest.State.WAITING
    assert not Member.objects.exists()
    assert not signed_in(client)


def test_the_link_is_told_to_nobody_and_kept_by_nobody(client, asked):
    answers = [client.get(link(asked)), press(client, link(asked)), client.get(link(asked))]
    for response in answers:
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"
    assert not re.search(r"(?:href|src|action)=\"https?://", answers[0].text.split("<main")[1])


def test_a_browser_that_tells_no_referrer_can_press_the_button(asked):
    """From such a page browsers send `Origin: null`, and say beside it whose page it was."""
    browser = Client(enforce_csrf_checks=True)
    browser.defaults["wsgi.url_scheme"] = "https"
    browser.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    data = form_of(browser.get(link(asked)), "confirm")

    elsewhere = {"origin": "null", "sec-fetch-site": "cross-site"}
    assert browser.post(link(asked), data, headers=elsewhere).status_code == 403
    unsaid = {"origin": "null"}
    assert browser.post(link(asked), data, headers=unsaid).status_code == 403
    here = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert browser.post(link(asked), {}, headers=here).status_code == 403
    assert browser.post(link(asked), data, headers=here).status_code == 302


def test_a_link_in_capitals_is_the_same_link(client, asked):
    assert press(client, link(asked).replace(asked.secret, asked.secret.upper()))
    assert Member.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_not_ours_leads_nowhere(client, asked, method):
    for secret in ["no-such-secret", asked.secret_digest, asked.secret[:-1], "é" * 32, "x" * 4000]:
        url = f"/en/network/join/confirm/{secret}/"
        assert getattr(client, method)(url).status_code == 404
    assert not Member.objects.exists()


def test_no_other_method_is_taken(client, asked):
    assert client.put(link(asked)).status_code == 405


def test_a_second_time_is_harmless_and_says_how_to_sign_in(client, asked):
    press(client, link(asked))
    stranger = Client()
    stranger.defaults = client.defaults

    for method in ("get", "post"):
        response = getattr(stranger, method)(link(asked), {"calls": "on"})
        assertContains(response, "a member already")
        assertContains(response, 'href="/en/account/login/"')
    assert not signed_in(stranger)
    assert Member.objects.count() == 1
    assert Consent.objects.count() == 2
    assert Letter.objects.filter(template="network/emails/welcome").count() == 1


def test_of_two_presses_the_second_leads_home_too(client, asked):
    """The first was answered, and its answer not seen, when the second was pressed."""
    data = form_of(client.get(link(asked)), "confirm")
    client.post(link(asked), data)

    assertContains(client.post(link(asked), data), 'href="/en/network/member/"')


def test_one_who_has_left_since_is_not_told_that_they_are_a_member(client, asked):
    confirm(asked, how=Consent.How.FORM).delete()

    response = client.get(link(asked))

    assertContains(response, "you have left")
    assertNotContains(response, "a member already")


def test_after_seven_days_it_says_so_and_offers_to_start_again(client, asked, slowly):
    JoinRequest.objects.update(created_at=timezone.now() - timedelta(days=7, seconds=1))

    for method in ("get", "post"):
        response = getattr(client, method)(link(asked))
        assert response.status_code == 410
        assert "seven days" in response.text
    sent = form_of(response, "join")
    assert (sent["email"], sent["name"], sent["calls"]) == (["Ada@Example.org"], ["Ada"], ["on"])
    assert "consent" not in sent
    assert not Member.objects.exists()
    assert client.post(JOIN, sent | {"consent": ["on"]}).status_code == 302
    assert JoinRequest.objects.count() == 2


def test_a_day_before_that_it_is_still_good(client, asked):
    JoinRequest.objects.update(created_at=timezone.now() - timedelta(days=6, hours=23))
    press(client, link(asked))
    assert Member.objects.exists()


# --- What may still be changed there ----------------------------------------------


def test_the_choices_of_the_form_can_be_changed_but_the_address_cannot(client, asked):
    subject = make_subject()
    make_commitment(subjects=[subject])

    press(
        client, link(asked), email="eve@example.org", name="Ada L.", language="fr", calls=[],
        digests="on", issues=subject.slug, province="YT", sector="academia",
    )  # fmt: skip

    member = Member.objects.get()
    assert (member.user.email, member.user.name) == ("ada@example.org", "Ada L.")
    assert (member.language, member.province, member.sector) == ("fr", "YT", "academia")
    assert member.lists == [Purpose.DIGESTS]
    assert list(member.issues.all()) == [subject]
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"membership", "digests"}
    assert Consent.objects.first().language == "en"  # of the words that were shown


def test_a_mistake_there_keeps_all_and_confirms_nothing(client, asked):
    response = press(client, link(asked), name="=SUM(1)", province="YT")

    assert form_of(response, "confirm")["province"] == ["YT"]
    assert JoinRequest.objects.get().province == ""
    assert not Member.objects.exists()


def test_who_came_by_letter_chooses_and_consents_there(client):
    asked = ask_to_join(
        "ada@example.org", language="fr", how=JoinRequest.How.MAIL, name="Ada", announcements=True
    )
    page = client.get(link(asked))
    sent = form_of(page, "confirm")
    assert (sent["name"], sent["language"]) == (["Ada"], ["fr"])
    assert not {"consent", "announcements", "calls", "digests"} & set(sent)

    assert "consent" in client.post(link(asked), sent).context["form"].errors
    assert not Member.objects.exists()
    client.post(link(asked), sent | {"consent": ["on"], "announcements": ["on"]})

    assert Member.objects.get().lists == [Purpose.ANNOUNCEMENTS]
    assert Consent.objects.first().words == ConsentWords.current("fr").text


def test_words_that_changed_since_are_asked_for_again(client, asked, settings):
    settings.MAILING_ADDRESS = "2 Other Street, Ottawa"
    sent = form_of(client.get(link(asked)), "confirm")
    assert "consent" not in sent

    client.post(link(asked), sent | {"consent": ["on"]})

    assert "2 Other Street" in Consent.objects.first().words


# --- Organizations ----------------------------------------------------------------


def test_a_listed_organization_is_joined_and_shows_nobody(client):
    friends = make_organization()
    press(client, link(make_join_request(organization=friends)))

    tie = Affiliation.objects.get()
    assert (tie.organization, tie.state, tie.listed) == (friends, "claimed", False)


def test_a_new_organization_waits_for_a_moderator(client):
    asked = make_join_request(
        organization_name="Les Amis de l’Été", language="fr", sector="community", province="QC"
    )
    press(client, link(asked))

    made = Organization.objects.get()
    assert (made.name_fr, made.name_en, made.state) == ("Les Amis de l’Été", "", "waiting")
    assert (made.slug, made.sector, made.province) == ("les-amis-de-lete", "community", "QC")
    assert made.proposed_by == Member.objects.get().user
    assert Affiliation.objects.get().organization == made


@pytest.mark.parametrize("sector", ["citizen", "student"])
def test_what_a_person_is_says_nothing_of_their_organization(client, sector):
    press(client, link(make_join_request(organization_name="Friends", sector=sector)))
    assert Organization.objects.get().sector == ""


def test_colleagues_who_name_the_same_new_one_wait_together():
    for _n in range(2):
        confirm(make_join_request(organization_name="Friends  of Été"), how=Consent.How.FORM)
    confirm(make_join_request(organization_name="FRIENDS of ete"), how=Consent.How.FORM)

    assert Organization.objects.count() == 1
    assert Affiliation.objects.count() == 3


@pytest.mark.parametrize("name", ["Friends", "日本", "!!!"])
def test_its_name_in_addresses_is_its_own(name):
    make_organization(slug="friends")
    make_organization(slug="organization")
    confirm(make_join_request(organization_name=name), how=Consent.How.FORM)
    assert Organization.objects.values("slug").distinct().count() == 3
