"""Staff see how many it would go to and all it becomes, before anything goes."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Announcement, Letter, Stop
from tests.counting import cost_of
from tests.factories import make_announcement, make_member, make_readers
from tests.network.announcements.admin.desk import previews, send, url
from tests.network.announcements.sending import state_of

pytestmark = pytest.mark.django_db
State = Announcement.State


def test_the_number_is_on_the_page_by_language_without_who_stopped(client, staff):
    make_readers(3)
    make_readers(2, language="fr")
    Stop.put(make_member(announcements=True).address, how=Stop.How.PAGE)
    make_member(calls=True)
    announcement = make_announcement()

    for page in (url("change", announcement), url("send", announcement)):
        text = client.get(page).text
        assert "It would go to 5 members." in text
        assert "English: 3" in text
        assert "French: 2" in text
        assert "Not counted: 1 whose address" in text


def test_the_page_asks_the_same_of_the_database_however_many_members(client, staff):
    announcement = make_announcement()

    def queries():
        return cost_of(client.get, url("change", announcement))

    before = queries()
    make_readers(50)
    assert queries() == before


def test_previews_show_all_it_becomes_and_change_nothing(client, staff):
    announcement = make_announcement()

    overview, page_en, page_fr, letter_en, letter_fr = map(client.get, previews(announcement))

    assertContains(overview, "The call is open.")
    assertContains(overview, "L’appel est ouvert.")
    assertContains(overview, "List", 0, html=True)
    assertContains(page_en, "The <em>call</em> is open.")
    assertContains(page_fr, '<html lang="fr">')
    assertContains(page_fr, "L’<em>appel</em> est ouvert.")
    assertContains(page_fr, 'content="noindex"')
    assertContains(letter_en, "<p>The <em>call</em> is open.</p>")
    assertContains(letter_fr, "Le Réseau d’exemple")
    assert not Letter.objects.exists()
    assert state_of(announcement) == State.DRAFT
    for response in (overview, page_en, letter_en):
        assert "no-store" in response["Cache-Control"]


def test_a_preview_escapes_what_is_written_and_runs_nothing(client, staff):
    announcement = make_announcement(
        title_en="<script>alert(1)</script>",
        words_en="<script>alert(2)</script>\n\n[x](javascript:alert(3)) ![p](https://a.example/p)",
    )

    for page in previews(announcement):
        response = client.get(page)
        assert "<script>alert" not in response.text
        assert 'href="javascript' not in response.text
        assert "<img" not in response.text.split("<main")[-1].split("</main")[0]
        assert "unsafe" not in response["Content-Security-Policy"]


def test_the_letters_own_style_is_let_through_and_no_other(client, staff):
    response = client.get(url("letter", make_announcement(), "en"))

    [style] = re.findall(r"<style>(.*?)</style>", response.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}'" in response["Content-Security-Policy"]


def test_previews_are_looked_at_and_not_written_to(client, staff):
    for page in previews(make_announcement()):
        assert client.post(page).status_code == 405


def test_a_language_there_is_not_is_not_found(client, staff):
    announcement = make_announcement()

    for kind in ("page", "letter"):
        assert client.get(url(kind, announcement, "de")).status_code == 404


def test_what_keeps_letters_from_being_written_is_told_before_sending(client, staff, settings):
    settings.MAILING_ADDRESS = ""
    announcement = make_announcement()

    for page in (url("preview", announcement), url("send", announcement)):
        assertContains(client.get(page), "lacks the mailing address")
    assertNotContains(client.get(url("send", announcement)), "Send it")
    assert client.get(url("letter", announcement, "en")).status_code == 409
    assert client.post(url("trial", announcement)).status_code == 409
    send(client, announcement)
    assert state_of(announcement) == State.DRAFT
