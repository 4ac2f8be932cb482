"""What was announced stays on the site, in both languages, for everyone to read and follow."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Announcement
from tests.counting import cost_of
from tests.factories import make_announcement, make_readers

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
LIST = "/en/network/announcements/"
FEED = "/en/network/announcements/feed/"


def announced(staff, **fields):
    announcement = make_announcement(**fields)
    announcement.send(by=staff)
    return announcement


def test_an_empty_archive_says_so(client):
    assertContains(client.get(LIST), "Nothing has been announced yet.")


def test_it_is_there_in_both_languages_from_the_moment_it_is_sent(client, staff):
    announcement = make_announcement(slug="a-call", title_en="A call", title_fr="Un appel")
    assert client.get(LIST + "a-call/").status_code == 404
    assertNotContains(client.get(LIST), "A call")
    announcement.schedule(by=staff, at=timezone.now() + timedelta(hours=1))
    assert client.get(LIST + "a-call/").status_code == 404

    announcement.send(by=staff)

    english = client.get(LIST + "a-call/")
    assertContains(english, "<h1>A call</h1>")
    assertContains(english, "The <em>call</em> is open.")
    assertContains(english, 'href="/fr/reseau/annonces/a-call/"')
    french = client.get("/fr/reseau/annonces/a-call/")
    assertContains(french, "<h1>Un appel</h1>")
    assertContains(french, "L’<em>appel</em> est ouvert.")
    assertContains(client.get(LIST), "A call")
    assertContains(client.get("/fr/reseau/annonces/"), "Un appel")


def test_a_kept_page_of_the_archive_is_drawn_anew_when_something_is_announced(
    client, staff, settings
):
    settings.EDITION_MEMO_SECONDS = 0
    assertNotContains(client.get(LIST), "A call")

    announced(staff, title_en="A call")

    assertContains(client.get(LIST), "A call")


def test_the_newest_comes_first_twenty_a_page(client, staff):
    for n in range(21):
        announced(staff, title_en=f"Number {n:02}")

    first, second = client.get(LIST), client.get(LIST + "?page=2")

    assert first.text.index("Number 20") < first.text.index("Number 19")
    assertNotContains(first, "Number 00")
    assertContains(second, "Number 00")


def test_the_list_asks_the_same_of_the_database_however_long_it_is(client, staff, settings):
    settings.PAGE_CACHE_SECONDS = 0

    def queries():
        return cost_of(client.get, LIST)

    announced(staff)
    before = queries()
    for _each in range(5):
        announced(staff)
    assert queries() == before


def test_nobody_learns_whom_it_went_to(client, staff):
    make_readers(7, province="NU")
    announcement = announced(staff, provinces=["NU"])

    for page in (LIST, announcement.get_absolute_url(), FEED):
        response = client.get(page)
        assertNotContains(response, "Nunavut")
        assertNotContains(response, ">7<")


def test_a_correction_stands_above_what_it_corrects(client, staff):
    announcement = announced(staff)
    announcement.correct(by=staff, en="It is the *7th*.", fr="C’est le 7.")

    page = client.get(announcement.get_absolute_url()).text

    assert page.index("It is the <em>7th</em>.") < page.index("The <em>call</em>")
    assert "It is the &lt;em&gt;7th" in client.get(FEED).text


HOSTILE = "<script>alert(1)</script> [x](javascript:alert(2)) ![p](https://evil.example/p.png)"


def test_nothing_in_its_words_acts_or_is_loaded(client, staff):
    announcement = announced(staff, words_en=HOSTILE, title_en="<b>Bold</b>")
    announcement.correct(by=staff, en=HOSTILE, fr=HOSTILE)

    for page in (LIST, announcement.get_absolute_url()):
        main = client.get(page).text.split("<main")[1].split("</main")[0]
        assert "<script" not in main
        assert "<img" not in main
        assert "<b>" not in main
        assert 'href="javascript' not in main
    feed = ElementTree.fromstring(client.get(FEED).content)
    summary = feed.find(f"{ATOM}entry/{ATOM}summary").text
    assert "<script" not in summary
    assert "<img" not in summary
    assert "src=" not in summary
    assert 'href="javascript' not in summary


# --- The feed ---------------------------------------------------------------------


def test_the_feed_of_each_language_tells_it_whole(client, staff):
    announcement = announced(staff, slug="a-call", title_en="A & B", title_fr="A et B")

    english = ElementTree.fromstring(client.get(FEED).content)
    french = ElementTree.fromstring(client.get("/fr/reseau/annonces/fil/").content)

    [entry], [entree] = english.findall(f"{ATOM}entry"), french.findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == "A & B"
    assert entree.find(f"{ATOM}title").text == "A et B"
    assert "The <em>call</em> is open." in entry.find(f"{ATOM}summary").text
    where = entree.find(f"{ATOM}link").get("href")
    assert where == "https://portal.example/fr/reseau/annonces/a-call/"
    assert datetime.fromisoformat(entry.find(f"{ATOM}updated").text) == announcement.published_at
    assert entry.find(f"{ATOM}id").text != entree.find(f"{ATOM}id").text
    announcement.correct(by=staff, en="No.", fr="Non.")
    again = ElementTree.fromstring(client.get(FEED + "?again").content).find(f"{ATOM}entry")
    assert again.find(f"{ATOM}id").text == entry.find(f"{ATOM}id").text
    assert again.find(f"{ATOM}updated").text > entry.find(f"{ATOM}updated").text


def test_an_empty_feed_is_a_whole_feed_and_a_character_xml_lacks_breaks_none(client, staff):
    assert not ElementTree.fromstring(client.get(FEED).content).findall(f"{ATOM}entry")

    announced(staff, title_en="A\x0bB", words_en="C\x0bD")

    assert ElementTree.fromstring(client.get(FEED + "?again").content).findall(f"{ATOM}entry")


def test_pages_are_the_same_for_all_who_only_read(client, staff):
    announcement = announced(staff)

    for page in (LIST, announcement.get_absolute_url(), FEED):
        response = client.get(page)
        assert "public" in response["Cache-Control"]
        assert client.post(page).status_code == 405 or page == FEED


def test_it_is_in_the_sitemap_once_it_is_public(client, staff):
    announcement = make_announcement(slug="a-call")
    assert "a-call" not in client.get("/sitemap-announcements.xml").text

    announcement.send(by=staff)

    listed = client.get("/sitemap-announcements.xml?again").text
    assert "https://portal.example/en/network/announcements/a-call/" in listed
    assert "https://portal.example/fr/reseau/annonces/a-call/" in listed
    assert Announcement.objects.public().count() == 1
