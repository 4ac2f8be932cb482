"""A reader's ways through the portal: a first visit, the skip link, paper, no scripts."""

import re

import pytest

from tests.browser.visits import NARROW, SOON, WIDE

COMMITMENT = "/en/plans/2016-2018/19/"
HEAVIEST = 40_000


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport=WIDE, reduced_motion="reduce")
    context.set_default_timeout(SOON)
    yield context.new_page()
    context.close()


@pytest.fixture
def page_without_scripts(chromium):
    context = chromium.new_context(viewport=NARROW, java_script_enabled=False)
    context.set_default_timeout(SOON)
    yield context.new_page()
    context.close()


def test_a_first_visit_to_a_commitment_weighs_less_than_40_kilobytes(page, address):
    weights = {}
    kinds = {}
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.responseReceived", lambda got: kinds.update({got["requestId"]: got["type"]}))
    wire.on(
        "Network.loadingFinished",
        lambda done: weights.update({done["requestId"]: done["encodedDataLength"]}),
    )

    page.goto(address + COMMITMENT, wait_until="networkidle")

    counted = {"Document", "Stylesheet", "Script", "Font"}
    by_kind = {}
    for number, weight in weights.items():
        if kinds.get(number) in counted:
            by_kind[kinds[number]] = by_kind.get(kinds[number], 0) + weight
    assert {"Document", "Stylesheet"} <= by_kind.keys()
    assert sum(by_kind.values()) < HEAVIEST, by_kind


def test_the_first_tab_offers_to_skip_to_the_content(page, address):
    page.goto(address + COMMITMENT)

    page.keyboard.press("Tab")
    skip = page.evaluate("() => document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert skip == "#main"
    assert page.evaluate("() => !!document.activeElement.closest('main')")


def test_paper_gets_the_content_and_not_the_navigation(page, address):
    page.goto(address + COMMITMENT)
    page.set_viewport_size({"width": 720, "height": 1000})

    page.emulate_media(media="print")

    assert page.locator("h1").is_visible()
    assert not page.locator("header nav").is_visible()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") in {
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    }
    assert page.evaluate("() => document.documentElement.scrollWidth <= 720")


def test_the_twin_of_a_page_is_one_click_away(page, address):
    page.goto(address + COMMITMENT)

    page.click("header a[hreflang=fr]")

    assert page.url == address + "/fr/plans/2016-2018/19/"
    assert page.get_attribute("html", "lang") == "fr"


def test_searching_filtering_and_turning_pages_need_no_scripts(page_without_scripts, address):
    page = page_without_scripts
    page.goto(f"{address}/en/commitments/")
    everything = found(page)

    page.click("main a[href*='page=2']")
    second = page.url
    page.goto(f"{address}/en/commitments/")
    page.fill("main input[name=q]", "open data")
    page.press("main input[name=q]", "Enter")
    searched = found(page)
    page.click(".all-filters > summary")
    page.click("#filter-tag > summary")
    page.locator("#filter-tag input").first.check()
    page.click(".all-filters > button")
    filtered = found(page)

    assert "page=2" in second
    assert 0 < searched < everything
    assert 0 < filtered <= searched
    assert "q=open+data" in page.url


def test_with_scripts_the_list_answers_while_one_types(page, address):
    page.goto(f"{address}/en/commitments/")
    everything = page.inner_text("#count")
    page.evaluate("() => window.same = true")

    page.type("main input[name=q]", "open data")
    page.wait_for_function(
        "before => document.querySelector('#count').innerText !== before", arg=everything
    )

    assert "q=open+data" in page.url
    assert page.evaluate("() => window.same && document.activeElement.name === 'q'")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize(
    ("list_", "filter_"),
    [("commitments", "tag"), ("proposals", "issue"), ("network/organizations", "sector")],
)
def test_filters_stay_as_they_were_left_and_the_box_keeps_the_focus(
    page, address, cast, size, list_, filter_
):
    page.set_viewport_size(size)
    page.goto(f"{address}/en/{list_}/")
    if size == NARROW:
        page.click("#filters > summary")
    if not page.locator(f"#filter-{filter_}[open]").count():
        page.click(f"#filter-{filter_} > summary")
    box = page.locator(f"#filter-{filter_} input[type=checkbox]").first.get_attribute("id")

    for _ticked_and_unticked in range(2):
        before = page.url
        page.focus(f"[id='{box}']")
        page.keyboard.press("Space")
        page.wait_for_url(lambda url, before=before: url != before)
        page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling')")

        assert page.locator(f"[id='{box}']").is_visible()
        assert page.evaluate("() => document.activeElement.id") == box
    assert page.url == before or "=" not in page.url

    page.click(f"#filter-{filter_} > summary")
    page.fill("#q", "open")
    page.wait_for_url("**q=open**")
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling')")

    assert not page.locator(f"#filter-{filter_}[open]").count()
    assert page.evaluate("() => document.activeElement.id") == "q"


def found(page):
    """How many commitments the list says it found."""
    return int(re.search(r"\d+", page.inner_text("#count"))[0])
