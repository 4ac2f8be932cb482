"""From an idea to its public page, as a person goes it: with scripts, and without any."""

import re
import subprocess
import sys

import pytest

from tests.browser.conftest import ROOT
from tests.browser.letters import newest
from tests.browser.visits import SOON, broken, press

PHONES = {True: {"width": 320, "height": 640}, False: {"width": 360, "height": 740}}
FORGET = "from network.models import Tally; Tally.objects.all().delete()"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request):
    return request.param


@pytest.fixture
def page(chromium, scripts):
    options = {"viewport": PHONES[scripts], "java_script_enabled": scripts}
    context = chromium.new_context(reduced_motion="reduce", **options)
    context.set_default_timeout(SOON)
    yield context.new_page()
    context.close()


@pytest.fixture
def moderator(chromium, address, cast):
    context = chromium.new_context(viewport=PHONES[True], reduced_motion="reduce")
    session = cast["sessions"]["staff en"]
    context.add_cookies([{"name": cast["cookie"], "value": session, "url": address}])
    context.set_default_timeout(SOON)
    yield context.new_page()
    context.close()


@pytest.fixture
def some_time_later(environment):
    """What one network asked for lately counts no more."""
    command = [sys.executable, "manage.py", "shell", "-c", FORGET]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=60)


def faults_of(page, scripts):
    """What is wrong with the page as it stands. axe-core is a script itself."""
    if scripts:
        return broken(page)
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    return [f"{page.url} scrolls sideways"] * (wide > page.viewport_size["width"])


def write(page, title):
    page.fill("#id_title", title)
    page.fill("#id_problem", "Nobody knows how many bees there are.")
    page.fill("#id_ask", "Publish a count of bees each year.")
    page.fill("#id_email", "ada@example.org")
    page.check("[name=shown][value=no]")
    page.check("#id_consent")


def put(page):
    """Past the preview; whoever is quicker than two seconds is asked to press once more."""
    press(page, "[name=do][value=put]")
    while page.locator("[name=do][value=preview]").count():
        press(page, "[name=do][value=preview]")
        press(page, "[name=do][value=put]")


@pytest.mark.usefixtures("some_time_later")
def test_an_idea_goes_from_its_author_to_the_public(page, scripts, moderator, address, folder):
    title = f"Count all the bees, {'with' if scripts else 'without'} scripts"
    page.goto(f"{address}/en/proposals/new/")
    page.click("[name=do][value=preview]")
    faults = faults_of(page, scripts)
    write(page, title)
    if scripts:
        page.wait_for_selector("#similar .panel")
        faults += faults_of(page, scripts)

    press(page, "[name=do][value=preview]")
    while "That was very quick" in page.inner_text("main"):
        press(page, "[name=do][value=preview]")
    assert "People have said something like this" in page.inner_text("main")
    faults += faults_of(page, scripts)
    put(page)
    assert page.url == f"{address}/en/network/yes/sent/"
    faults += faults_of(page, scripts)

    page.goto(re.search(r"http\S+/yes/\S+", newest(folder))[0])
    faults += faults_of(page, scripts)
    press(page, "#confirm button")
    assert "/en/proposals/yours/" in page.url
    assert "Waiting for a moderator" in page.inner_text("main")
    faults += faults_of(page, scripts)

    place, found = publish(moderator, address, title)
    faults += found
    page.goto(address + place)
    assert page.inner_text("h1") == title
    faults += faults_of(page, scripts)
    assert faults == []


def publish(page, address, title):
    """What a moderator does at the desk: two clicks. Where it is then, and what is wrong there."""
    page.goto(f"{address}/admin/proposals/proposal/")
    press(page, f"#result_list a:text-is('{title}')")
    decided, faults = page.url, broken(page)
    press(page, ".object-tools a[href*=publish]")
    faults += broken(page)
    press(page, "#decide [type=submit]")
    assert "is now: Published" in page.inner_text(".messagelist")
    faults += broken(page)
    page.goto(decided)
    return page.get_attribute(".viewsitelink", "href"), faults
