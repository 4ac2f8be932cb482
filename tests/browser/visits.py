"""Visiting every page once and writing down all that a test may want to know of it."""

from dataclasses import dataclass, field
from pathlib import Path

import axe_playwright_python

from tests.addresses import examples
from tests.browser.urls import ERRORS

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}

# Everything a keyboard must reach: what can be acted on and is there to be seen.
CONTROLS = """() => {
  const all = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')];
  const seen = all.filter(e => !e.disabled && e.checkVisibility({visibilityProperty: true}));
  const groups = new Set();
  window.controls = seen.filter(e => {
    if (e.type !== 'radio') return true;
    const first = !groups.has(e.name);
    groups.add(e.name);
    return first;
  });
  window.reached = new Set();
  window.unseen = [];
  document.addEventListener('focusin', ({target}) => {
    const radio = target.type === 'radio' && document.getElementsByName(target.name)[0];
    window.reached.add(radio || target);
    const style = getComputedStyle(target);
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    if (!ring && style.boxShadow === 'none') window.unseen.push(target.outerHTML.slice(0, 120));
  });
  document.activeElement.blur();
  window.scrollTo(0, 0);
  return window.controls.length;
}"""
MISSED = """() => window.controls
  .filter(e => !window.reached.has(e)).map(e => e.outerHTML.slice(0, 120))"""
SKIPPED = """() => {
  const first = document.querySelector('a[href^="#"]');
  return !!first && !!document.querySelector(first.getAttribute('href'));
}"""
# In the dark only colours differ, so only what is said of colours is asked again.
IN_THE_DARK = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
IN_THE_LIGHT = {"type": "tag", "values": RULES}
VIOLATIONS = """asked => axe.run(document, {
  runOnly: asked,
  iframes: false,
  resultTypes: ['violations'],
}).then(found => found.violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}`)))"""


@dataclass
class Visit:
    """One page as a reader's browser saw it.

    `broken` holds axe-core's findings, each with the variant it was found in;
    `wider` is by how many pixels the page is wider than a window of 320.
    """

    name: str
    path: str
    status: int
    source: str
    language: str
    console: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    wider: int = 0
    missed: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)


def page_types(cast):
    """The name and path of every address a reader may come to, and of every error page."""
    yield from examples()
    for language in ("en", "fr"):
        for status in ERRORS:
            yield f"error {status}", f"/{language}/errors/{status}/"
    for who, name, path in cast["pages"]:
        if who == "reader":
            yield name, path


def visit_all(chromium, address, cast):
    """Visit each page type that is a page; others (data, redirects) are left out."""
    kept = {"name": cast["cookie"], "value": cast["session"], "url": address}
    mine = [(f"member: {name}", path) for who, name, path in cast["pages"] if who == "member"]
    visits = []
    for cookies, pages in ([], page_types(cast)), ([kept], mine):
        context = chromium.new_context(viewport=WIDE, reduced_motion="reduce", locale="en-CA")
        context.add_cookies(cookies)
        page = context.new_page()
        for name, path in pages:
            visit = go(page, address, name, path)
            if visit:
                look(page, visit)
                visits.append(visit)
        context.close()
    return visits


def go(page, address, name, path):
    """Open an address; None if what comes is no page of its own."""
    answer = page.request.get(address + path, max_redirects=0)
    if answer.status in {301, 302} or "text/html" not in answer.headers.get("content-type", ""):
        return None
    visit = Visit(name, path, answer.status, answer.text(), path[1:3])

    def heard(message):
        # Chromium itself says so of an error page, which is what was asked for.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            visit.console.append(message.text)

    def asked(request):
        if not request.url.startswith((address, "data:", "about:")):
            visit.elsewhere.append(request.url)

    listeners = {
        "console": heard,
        "pageerror": lambda error: visit.console.append(str(error)),
        "request": asked,
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    page.goto(address + path, wait_until="load")
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    return visit


def look(page, visit):
    """Look at the page that is open in each variant, then walk it with the Tab key."""
    page.evaluate(AXE)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        for scheme, asked in (("light", IN_THE_LIGHT), ("dark", IN_THE_DARK)):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate(VIOLATIONS, asked)
            visit.broken += [f"{scheme}, {size['width']} px: {fault}" for fault in found]
    visit.wider = page.evaluate("() => document.documentElement.scrollWidth - 320")
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    # What scrolls by itself is a stop too, so there may be more stops than controls.
    for presses in (page.evaluate(CONTROLS) + 1, 20, 20):
        for _ in range(presses):
            page.keyboard.press("Tab")
        visit.missed = page.evaluate(MISSED)
        if not visit.missed:
            break
    visit.unseen = page.evaluate("() => window.unseen")
