"""The invitation kit: a letter in both languages, and a sheet of paper with a code."""

import re
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import segno
from pytest_django.asserts import assertContains, assertNotContains

from network.views.communities import Invitation
from tests.factories import make_community

pytestmark = pytest.mark.django_db
SITE = "https://portal.example"


@pytest.fixture
def bees():
    return make_community(
        slug="bees",
        name_en="Bees & wasps",
        name_fr="Abeilles et guêpes",
        why_en="Count them.\n\nThen publish.",
        why_fr="Comptez-les.\n\nPuis publiez.",
    )


@pytest.fixture
def kit(client, bees):
    return client.get("/en/network/communities/bees/invite/")


@pytest.fixture
def sheet(client, bees):
    return client.get("/en/network/communities/bees/poster/")


def letters(page):
    found = re.findall(r'<textarea[^>]* lang="(\w+)"[^>]*>\n(.*?)</textarea>', page.text, re.S)
    return {language: unescape(text) for language, text in found}


def test_the_letter_is_there_in_both_languages_the_readers_first(client, kit):
    assert list(letters(kit)) == ["en", "fr"]
    french = client.get("/fr/reseau/communautes/bees/invitation/")
    assert list(letters(french)) == ["fr", "en"]
    assert letters(french) == letters(kit)


def test_each_letter_says_why_and_leads_to_its_own_page(kit):
    said = letters(kit)

    assert "Count them.\n\nThen publish." in said["en"]
    assert "Comptez-les.\n\nPuis publiez." in said["fr"]
    assert said["en"].endswith(f"{SITE}/en/network/communities/bees/\n")
    assert said["fr"].endswith(f"{SITE}/fr/reseau/communautes/bees/\n")


def test_the_letter_is_plain_text(bees, kit):
    assert "Do you work on this: Bees & wasps?" in letters(kit)["en"]
    assert "&amp;" not in Invitation("en", bees).text


def test_a_mail_program_opens_with_the_same_letter(kit):
    links = [unescape(link) for link in re.findall(r'href="(mailto:[^"]+)"', kit.text)]

    for link, text in zip(links, letters(kit).values(), strict=True):
        address, _mark, query = link.partition("?")
        assert address == "mailto:"
        assert not {" ", "+"} & set(query)
        said = dict(part.split("=", 1) for part in query.split("&"))
        assert unquote(said["body"]).replace("\r\n", "\n") == text
        assert unquote(said["subject"])


def test_nothing_in_the_kit_follows_anyone(kit, sheet):
    for page in (kit, sheet):
        main = page.text[page.text.index("<main") : page.text.index("</main>")]
        for link in re.findall(r'(?:href|src)="([^"]+)"', main):
            if not link.startswith("mailto:"):
                assert not parse_qs(urlsplit(unescape(link)).query), link
        assert not page.cookies


def test_the_sheet_is_in_both_languages(sheet):
    assertContains(sheet, '<section lang="en">')
    assertContains(sheet, '<section lang="fr">')
    assertContains(sheet, "Bees &amp; wasps</h2>")
    assertContains(sheet, "Abeilles et guêpes</h2>")


def test_the_code_leads_to_the_page_in_the_language_the_phone_asks_for(client, sheet):
    address = sheet.context["address"]
    assert address == f"{SITE}/network/communities/bees/"
    assertContains(sheet, address)

    path = urlsplit(address).path
    for language, page in [
        ("fr-CA,fr;q=0.9", "/fr/reseau/communautes/bees/"),
        ("en-CA", "/en/network/communities/bees/"),
    ]:
        answer = client.get(path, headers={"accept-language": language}, follow=True)
        assert answer.request["PATH_INFO"] == page
        assert answer.status_code == 200


def test_the_code_of_the_french_sheet_is_the_same_for_all(client, bees, sheet):
    """Whichever page it was printed from, the reader's phone chooses the language."""
    french = client.get("/fr/reseau/communautes/bees/affiche/")

    address = french.context["address"]
    assert client.get(urlsplit(address).path, follow=True).status_code == 200
    for language, page in [("fr", "/fr/reseau/communautes/bees/"), ("en", "/en/network/c")]:
        answer = client.get(
            urlsplit(address).path, headers={"accept-language": language}, follow=True
        )
        assert answer.request["PATH_INFO"].startswith(page)


def test_the_code_is_drawn_without_a_style_of_its_own(sheet):
    drawn = re.search(r'<svg viewBox[^>]*class="square-code">.*?</svg>', sheet.text, re.S)[0]

    assert "style" not in drawn
    assert "data:" not in drawn
    assert "<title>QR code" in drawn
    side = segno.make(sheet.context["address"], error="m", micro=False).symbol_size(border=4)[0]
    assert f'viewBox="0 0 {side} {side}"' in drawn
    path = re.search(r' d="([^"]+)"', drawn)[1]
    assert path in segno.make(sheet.context["address"], error="m", micro=False).svg_inline(
        omitsize=True, border=4
    )


def test_only_the_sheet_is_printed(sheet):
    main = sheet.text[sheet.text.index("<main") : sheet.text.index("</main>")]
    around = re.sub(r'<div class="sheet.*</figure>\s*</div>', "", main, flags=re.S)
    for tag in re.findall(r"<(?:nav|h1|p|a)\b[^>]*class[^>]*>", around):
        assert "noprint" in tag
    assertNotContains(sheet, "<form")
