"""From the form to the member's page, as a person goes it: through the letter and its link."""

import re

import pytest

from tests.browser.letters import letters, newest
from tests.browser.visits import NARROW, SOON, broken


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport=NARROW, reduced_motion="reduce")
    context.set_default_timeout(SOON)
    yield context.new_page()
    context.close()


def fill_in(page, address, to):
    """Fill the form in; who is so quick is asked to press once more, until two seconds are over."""
    page.goto(f"{address}/fr/reseau/adhesion/")
    page.fill("#id_email", to)
    page.check("#id_calls")
    page.check("#id_consent")
    page.click("#join button")
    faults = broken(page)
    while page.locator("#join").count() and "plus sur le bouton" in page.inner_text("main"):
        page.click("#join button")
    return faults


def link_in(folder):
    found = [re.search(r"http\S+/confirmer/\S+", words) for words in letters(folder)]
    return next(link[0] for link in reversed(found) if link)


def test_a_visitor_joins_by_the_form_and_the_letters_link(page, address, folder):
    faults = fill_in(page, address, "ada@example.org")
    assert page.url == f"{address}/fr/reseau/adhesion/courriel/"
    faults += broken(page)

    page.goto(link_in(folder))
    faults += broken(page)
    page.click("summary")
    page.check("#id_digests")
    faults += broken(page)
    page.click("#confirm button")

    assert page.url == f"{address}/fr/reseau/membre/"
    assert page.is_checked("#id_calls")
    assert page.is_checked("#id_digests")
    faults += broken(page)

    page.goto(link_in(folder))
    assert "déjà membre" in page.inner_text("h1")
    faults += broken(page)

    page.context.clear_cookies()
    page.goto(f"{address}/en/account/login/")
    page.fill("#id_email", "ada@example.org")
    page.click("#code button")
    faults += broken(page)
    page.fill("#id_code", re.search(r"^[A-Z]{4}-[A-Z]{4}\r?$", newest(folder), re.M)[0].strip())
    page.click("#code button")
    page.goto(f"{address}/en/network/member/")
    assert page.url == f"{address}/en/network/member/"

    fill_in(page, address, "bob@example.org")
    assert "trop souvent" in page.inner_text("main")
    assert page.input_value("#id_email") == "bob@example.org"
    faults += broken(page)
    assert faults == []
