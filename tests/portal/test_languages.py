"""Both languages, all the time: twins, redirects, and no cookie to remember which."""

import re

import pytest
from django.urls import reverse, translate_url
from django.utils.translation import override

from tests.addresses import examples

pytestmark = pytest.mark.django_db

# The contract of DESIGN.md.
TWINS = [
    ("/en/", "/fr/"),
    ("/en/plans/", "/fr/plans/"),
    ("/en/plans/2016-2018/", "/fr/plans/2016-2018/"),
    ("/en/plans/2016-2018/19/", "/fr/plans/2016-2018/19/"),
    ("/en/commitments/?q=budget", "/fr/engagements/?q=budget"),
    ("/en/institutions/", "/fr/institutions/"),
    ("/en/network/", "/fr/reseau/"),
    ("/en/network/join/", "/fr/reseau/adhesion/"),
    ("/en/network/organizations/", "/fr/reseau/organisations/"),
    ("/en/proposals/", "/fr/propositions/"),
    ("/en/proposals/new/", "/fr/propositions/nouvelle/"),
    ("/en/account/login/", "/fr/compte/login/"),
]


@pytest.mark.parametrize(("english", "french"), TWINS)
def test_every_page_has_its_twin_at_the_address_of_the_contract(english, french):
    with override("en"):
        assert translate_url(english, "fr") == french
    with override("fr"):
        assert translate_url(french, "en") == english


@pytest.mark.parametrize(
    ("accepted", "home"),
    [
        ("fr", "/fr/"),
        ("fr-CA,fr;q=0.9,en;q=0.5", "/fr/"),
        ("en", "/en/"),
        ("", "/en/"),
        ("de", "/en/"),
    ],
)
def test_the_front_door_leads_to_the_language_the_browser_asks_for(client, accepted, home):
    response = client.get("/", headers={"accept-language": accepted})

    assert (response.status_code, response["Location"]) == (302, home)
    assert "Accept-Language" in response["Vary"]
    assert not response.cookies


@pytest.mark.parametrize(
    ("asked", "accepted", "there"),
    [
        ("/plans/", "fr", "/fr/plans/"),
        ("/commitments/?q=a&page=2", "en", "/en/commitments/?q=a&page=2"),
        ("/commitments/?q=a", "fr", "/fr/engagements/?q=a"),
        ("/engagements/?q=a", "en", "/en/commitments/?q=a"),
        ("/engagements", "fr", "/fr/engagements/"),
    ],
)
def test_an_address_without_a_language_leads_to_the_readers(client, asked, accepted, there):
    response = client.get(asked, headers={"accept-language": accepted})

    assert (response.status_code, response["Location"]) == (302, there)
    assert "Accept-Language" in response["Vary"]
    assert not response.cookies


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("/fr/commitments/?q=a&plan=b", "/fr/engagements/?q=a&plan=b"),
        ("/en/engagements/?q=a", "/en/commitments/?q=a"),
        ("/fr/network/join/", "/fr/reseau/adhesion/"),
        ("/en/propositions/nouvelle/", "/en/proposals/new/"),
        ("/fr/commitments", "/fr/engagements/"),
    ],
)
def test_an_address_in_the_other_languages_words_leads_to_its_twin(client, asked, there):
    response = client.get(asked)

    assert (response.status_code, response["Location"]) == (301, there)


@pytest.mark.parametrize(
    "asked",
    ["/en/nothing/", "/fr/nothing/", "/nothing", "/de/plans/", "/fr/plans/none/", "/en//plans/"],
)
def test_what_is_nowhere_is_not_found_and_leads_nowhere(client, asked):
    assert client.get(asked).status_code == 404


def test_what_is_sent_to_a_wrong_address_is_not_led_on(client):
    assert client.post("/fr/commitments/").status_code == 404


def test_the_language_of_the_address_wins_over_the_browsers(client):
    response = client.get("/fr/no-such-page/", headers={"accept-language": "en"})

    assert response["Content-Language"] == "fr"
    assert '<html lang="fr"' in response.text


@pytest.mark.parametrize("address", ["/robots.txt", "/sitemap.xml", "/.well-known/security.txt"])
def test_what_is_the_same_in_both_languages_does_not_vary_by_them(client, address):
    assert "Accept-Language" not in client.get(address)["Vary"]


def test_every_page_names_its_twin_and_itself(client, plans):
    for name, address in examples():
        response = client.get(address)
        if response.status_code != 200 or "text/html" not in response["Content-Type"]:
            continue
        if "no-store" in response["Cache-Control"]:
            continue
        language = address[1:3]
        other = {"en": "fr", "fr": "en"}[language]
        named = dict(re.findall(r'rel="alternate" hreflang="(..)" href="([^"]+)"', response.text))
        assert named[language] == f"https://portal.example{address}", name
        with override(language):
            assert named[other] == f"https://portal.example{translate_url(address, other)}", name
        assert named[other] != named[language]


def test_a_twin_is_asked_the_same(client, plans):
    response = client.get("/en/commitments/?q=bees%20%26%20birds&page=1")

    assert (
        'class="language" href="/fr/engagements/?q=bees%20%26%20birds&amp;page=1"' in response.text
    )


def test_the_page_for_an_address_that_means_nothing_has_that_address_for_a_twin(client):
    assert 'class="language" href="/en/no-such-page/"' in client.get("/en/no-such-page/").text


def test_the_home_page_of_each_language_is_in_it(client, plans):
    with override("fr"):
        response = client.get(reverse("home"))

    assert response["Content-Language"] == "fr"
    assert '<html lang="fr"' in response.text
