"""Supporting a proposal without an account: once each, by whoever owns the address."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Confirmation, Edition, Letter
from proposals import moderating, supporting
from proposals.models import Proposal, Support
from tests.counting import cost_of
from tests.factories import (
    make_member,
    make_organization,
    make_proposal,
    make_staff,
    make_support,
    make_user,
)
from tests.forms import form_of
from tests.proposals.supporting import (
    SITE,
    browser,
    confirm_link,
    fill_in,
    number,
    press_yes,
)

pytestmark = pytest.mark.django_db


def test_anyone_supports_by_an_address_and_the_letters_button(client, proposal, url):
    edition = Edition.current()

    response = fill_in(client, url, email="Ada@Example.org")

    assert response.headers["Location"].endswith("/sent/")
    assert number(proposal) == 0
    letter = Letter.objects.get()
    assert "Support “Count the bees”" in letter.text
    assert "bees" not in letter.subject

    page = press_yes(client)

    assertContains(page, "You support this idea")
    assertContains(page, "1 person supports it now")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert number(proposal) == 1
    support = Support.objects.get()
    assert (support.email, support.address) == ("Ada@Example.org", "ada@example.org")
    assert Edition.current() == edition


def test_opening_the_pages_and_the_letters_link_counts_nothing(client, proposal, url):
    fill_in(client, url, email="ada@example.org")
    before = (list(Support.objects.values()), Letter.objects.count())

    for _time in range(10):
        for path in (url, confirm_link(), f"/en/proposals/{proposal.pk}/support/withdraw/"):
            assert client.get(path).status_code == 200
            client.head(path)

    assert (list(Support.objects.values()), Letter.objects.count()) == before
    assert number(proposal) == 0


def test_a_second_time_is_told_the_same_and_counts_once(client, proposal, url):
    make_support(proposal, "ada@example.org")
    first = fill_in(client, url, email="bea@example.org")

    again = fill_in(browser(), url, email="ADA+bees@example.org")

    assert (first.status_code, first.headers["Location"]) == (
        again.status_code,
        again.headers["Location"],
    )
    assert {len(letter.text.split()) for letter in Letter.objects.all()} == {
        len(Letter.objects.first().text.split())
    }
    page = press_yes(browser(), confirm_link(Letter.objects.get(address="ada@example.org")))
    assertContains(page, "You support this idea")
    assert number(proposal) == 1
    assert Support.objects.filter(address="ada@example.org").count() == 1


@pytest.mark.parametrize("known", ["supporter", "author", "nobody"])
def test_asking_costs_and_answers_the_same_for_every_address(client, proposal, url, known):
    make_support(proposal, "supporter@example.org")
    Proposal.objects.update(address="author@example.org", email="author@example.org")

    response = fill_in(client, url, email=f"{known}@example.org")

    assert response.status_code == 302
    assert response.headers["Location"] == "/en/network/yes/sent/"
    assert Letter.objects.count() == 1


def test_pressing_the_button_twice_counts_once(client, proposal, url):
    fill_in(client, url, email="ada@example.org")
    link = confirm_link()
    press_yes(client)

    assert client.post(link, follow=True).status_code == 200

    assert number(proposal) == 1


@pytest.mark.parametrize("state", ["waiting", "refused", "hidden", "unconfirmed"])
def test_only_what_is_public_can_be_supported(client, state):
    proposal = make_proposal(state=state)
    for page in ("support/", "support/withdraw/", "support/withdrawn/", "support/done/"):
        assert client.get(f"/en/proposals/{proposal.pk}/{page}").status_code == 404
    assert client.post(f"/en/proposals/{proposal.pk}/support/").status_code == 404


def test_one_that_is_hidden_before_the_yes_is_not_supported(client, proposal, url):
    fill_in(client, url, email="ada@example.org")
    Proposal.objects.update(state="hidden")

    page = client.get(confirm_link())

    assertNotContains(page, "Count the bees")
    supporting.confirm(Confirmation.objects.get())
    assert not Support.objects.exists()
    assert number(proposal) == 0


def test_one_that_is_merged_before_the_yes_is_supported_where_it_went(client, proposal, url):
    fill_in(client, url, email="ada@example.org")
    into = make_proposal(title="Count all insects")
    Proposal.objects.filter(pk=proposal.pk).update(state="merged", merged_into=into)

    press_yes(client)

    assert number(into) == 1
    assert Support.objects.get().proposal == into


def test_authors_support_is_in_their_proposal_already(client, proposal, url):
    Proposal.objects.update(address="ada@example.org", email="ada@example.org")
    fill_in(client, url, email="ada@example.org")

    assert press_yes(client).status_code == 200

    assert number(proposal) == 0
    assert not Support.objects.exists()


def test_two_ideas_supported_in_one_browser_come_in_one_letter(client, proposal, url):
    other = make_proposal(title="Count the birds")

    fill_in(client, url, email="ada@example.org")
    fill_in(client, f"/en/proposals/{other.pk}/support/", email="ada@example.org")

    assert Letter.objects.count() == 1
    press_yes(client)
    assert (number(proposal), number(other)) == (1, 1)


# --- Signed in -----------------------------------------------------------------------


def test_who_is_signed_in_supports_at_once_by_one_button(client, proposal, url):
    client.force_login(make_member(email="ada@example.org").user)
    Letter.objects.all().delete()

    page = client.post(url, follow=True)

    assertContains(page, "1 person supports it now")
    assert not Letter.objects.exists()
    assertContains(client.post(url, follow=True), "1 person supports it now")
    assert number(proposal) == 1
    assertContains(client.get(url), "You support this idea.")


def test_who_is_signed_in_withdraws_at_once_and_twice_is_once(client, proposal, url):
    client.force_login(make_member(email="ada@example.org").user)
    client.post(url)
    make_support(proposal)

    for _time in range(2):
        page = client.post(f"/en/proposals/{proposal.pk}/support/withdraw/", follow=True)

        assertContains(page, "1 person supports it now")
    assert number(proposal) == 1


def test_who_supported_by_mail_and_signs_in_later_counts_once(client, proposal, url):
    make_support(proposal, "ada@example.org")
    client.force_login(make_member(email="ada@example.org").user)

    client.post(url)

    assert number(proposal) == 1


def test_authors_signed_in_are_told_that_it_is_theirs(client, proposal, url):
    author = make_member(email="ada@example.org").user
    Proposal.objects.update(address="ada@example.org", email="ada@example.org", user=author)
    client.force_login(author)

    assertContains(client.get(url), "You put this idea forward yourself")
    assert client.post(url).status_code == 409
    assert number(proposal) == 0


# --- Forms and pages -----------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"email": ""},
        {"email": "\0"},
        {"email": "a" * 100_000 + "@example.org"},
        {"email": "ada@example.org\r\nBcc: all@example.org"},
        {"email": "ada@example.org", "language": "\0"},
        {"email": ["a@example.org", "b@example.org"], "language": ["en", "zz"]},
        {"who": "\0" * 9, "language": "fr", "topic": "\0"},
    ],
)
def test_no_form_of_nonsense_breaks_the_page_or_counts(client, proposal, url, said):
    signed_in = browser()
    signed_in.force_login(make_user())
    for each in (url, f"/en/proposals/{proposal.pk}/support/withdraw/"):
        assert client.post(each, said).status_code in {200, 302}
        assert signed_in.post(each, said).status_code in {200, 302}
    assert number(proposal) == 0


def test_the_page_says_the_number_and_organizations_apart_in_constant_queries(client, proposal):
    def shown():
        return client.get(f"/en/proposals/{proposal.pk}/support/")

    shown()
    few = cost_of(shown)
    for _n in range(3):
        make_support(proposal)
        make_support(proposal, organization=make_organization())

    page = shown()

    assertContains(page, "3 people support it now.")
    assert cost_of(shown) == few


def test_in_french_it_is_french(client, proposal):
    page = client.get(f"/fr/propositions/{proposal.pk}/appuyer/")

    assertContains(page, "Appuyer cette idée")
    fill_in(client, f"/fr/propositions/{proposal.pk}/appuyer/", email="ada@example.org")
    assert "Appuyer « Count the bees »".replace(" ", " ") in Letter.objects.get().text.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert SITE in Letter.objects.get().text


def test_over_the_limit_it_asks_to_wait_and_keeps_what_was_typed(client, proposal, url):
    for n in range(10):
        fill_in(client, url, email=f"ada{n}@example.org")

    response = fill_in(client, url, email="bea@example.org")

    assert response.status_code == 429
    assert response.headers["Retry-After"]
    assert b"bea@example.org" in response.content


def test_one_merged_twice_before_the_yes_is_supported_where_it_went(client, proposal, url):
    middle, last = make_proposal(), make_proposal()
    fill_in(client, url, email="ada@example.org")
    moderator = make_staff()
    moderating.merge(proposal, middle, by=moderator)
    moderating.merge(middle, last, by=moderator)

    press_yes(client)

    assert number(last) == 1


def test_the_private_page_of_a_support_goes_where_its_proposal_went(client, proposal, url):
    fill_in(client, url, email="ada@example.org")
    page = press_yes(client).redirect_chain[-1][0]
    into = make_proposal(title="Count the wasps")
    moderating.merge(Proposal.objects.get(pk=proposal.pk), into, by=make_staff())

    assertContains(client.get(page), "Count the wasps")
    client.post(page, form_of(client.get(page), "withdraw"))

    assert number(into) == 0


def test_what_both_addresses_of_one_account_supported_counts_once(proposal):
    make_support(proposal, "old@example.org")
    make_support(proposal, "new@example.org")
    make_support(proposal, "other@example.org")

    supporting.move("old@example.org", "new@example.org")

    assert number(proposal) == 2
    assert not Support.objects.filter(address="old@example.org").exists()


@pytest.mark.parametrize("author", ["old@example.org", "new@example.org"])
def test_a_support_by_the_other_address_of_its_author_counts_no_more(author):
    proposal = make_proposal(email=author)
    make_support(proposal, "new@example.org" if "old" in author else "old@example.org")

    supporting.move("old@example.org", "new@example.org")

    assert number(proposal) == 0
