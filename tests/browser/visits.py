"""Visiting every page once and writing down all that a test may want to know of it."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import axe_playwright_python

from tests.addresses import NOT_FOUND, POSTED, examples
from tests.browser.urls import ERRORS

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
SIZES = (WIDE, NARROW)
EVERY_LOOK = os.environ.get("EVERY_LOOK") == "on"
SOON = 30_000  # milliseconds: what is not there by then is not coming

# Everything a keyboard must reach: what can be acted on and is there, for eyes and ears.
CONTROLS = """() => {
  const all = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')];
  const seen = all.filter(e => !e.disabled && !e.closest('[aria-hidden=true]')
    && e.checkVisibility({visibilityProperty: true}));
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
# As good as pressing Tab at every control, and a hundred times quicker: each takes the focus,
# keeps it, and no script holds the key back there.
STEP_BY_STEP = """() => {
  for (const control of window.controls.filter(e => e.tabIndex >= 0)) {
    control.focus();
    const key = new KeyboardEvent('keydown', {key: 'Tab', bubbles: true, cancelable: true});
    const held = !control.dispatchEvent(key) || document.activeElement !== control;
    if (held) window.reached.delete(control);
  }
}"""
# One page of each set of scripts and styles is walked with the key itself.
WALKED = {"home", "commitments:index", "proposals:propose", "network:join", "queue"}
# What depends on colours and on the width, asked once more where these are others.
LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
THE_LOOKS = {"type": "rule", "values": LOOKS}
# Until scripts have seen the size that the window has now.
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
EVERYTHING = {"type": "tag", "values": RULES}
# What its rules for sound and for turned screens would fetch once more is not needed here.
VIOLATIONS = """asked => axe.run(document, {
  runOnly: asked,
  iframes: false,
  preload: false,
  resultTypes: ['violations'],
}).then(found => found.violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}`)))"""


@dataclass
class Visit:
    """One page as somebody's browser saw it: whose, says `who`.

    `at` is where it led; `broken` holds axe-core's findings, each with its variant;
    `wider` is by how many pixels the page is wider than a window of 320.
    """

    who: str
    name: str
    path: str
    language: str
    at: str = ""
    status: int = 0
    source: str = ""
    console: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    wider: int = 0
    missed: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)

    @property
    def kind(self):
        """What it has in common with its twin in the other language."""
        return self.who.split()[0], self.name


def page_types(cast):
    """Who comes to which page, its name and path, and what is pressed there.

    Every address that a reader may come to, every error page, and what the cast adds; an
    address whose example leads nowhere is among these, with what the cast put there.
    """
    for name, path in examples():
        if name not in POSTED | NOT_FOUND:
            yield "reader", name, path, None
    for language in ("en", "fr"):
        for status in ERRORS:
            yield "reader", f"error {status}", f"/{language}/errors/{status}/", None
    yield from cast["pages"]


def visit_all(chromium, address, cast):
    """Visit each page type that is a page; others (data, redirects) are left out."""
    every = [*page_types(cast)]
    visits: list[Visit] = []
    for who in dict.fromkeys(who for who, *_rest in every):
        context = chromium.new_context(viewport=WIDE, reduced_motion="reduce", locale="en-CA")
        if session := cast["sessions"].get(who):
            context.add_cookies([{"name": cast["cookie"], "value": session, "url": address}])
        context.add_init_script(AXE)
        page = context.new_page()
        page.set_default_timeout(SOON)
        for _who, name, path, pressed in (one for one in every if one[0] == who):
            if who == "reader" and not is_page(page, address + path):
                continue
            if who == "visitor":
                context.clear_cookies()
            visit = Visit(who, name, path, language_of(who, path))
            go(page, address, visit, pressed)
            look(page, visit, is_twin=visit.kind in {one.kind for one in visits})
            visits.append(visit)
        context.close()
    return visits


def language_of(who, path):
    """The desk is read in the language that its reader chose; all else says it in its path."""
    return who[-2:] if path.startswith("/admin/") else path[1:3]


def is_page(page, url):
    """Whether what answers is a page of its own; a file and a redirect are none."""
    answer = page.request.get(url, max_redirects=0)
    return answer.status not in {301, 302} and "text/html" in answer.headers["content-type"]


def go(page, address, visit, pressed):
    """Open a page, press there what is to be pressed, and note all that the browser tells."""

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
    answer = page.goto(address + visit.path, wait_until="load")
    if pressed:
        answer = press(page, **pressed)
    visit.status, visit.source = answer.status, answer.text()
    visit.at = page.url.removeprefix(address)
    for event, listener in listeners.items():
        page.remove_listener(event, listener)


def press(page, click, fill=None, check=None, choose=None):
    """Fill a form in and press its button; what answers."""
    for one, words in (fill or {}).items():
        page.fill(one, words)
    if check:
        page.check(check)
    if choose:
        page.select_option(choose[0], choose[1])
    with page.expect_navigation() as came:
        page.click(click)
    return came.value


def look(page, visit, *, is_twin):
    """Look at the page that is open in each variant, then go through it by keyboard.

    Light and dark differ in colours, languages in words, and every page is built alike at
    any width: so both languages together ask everything at both widths. The words are
    looked at where they have least room. EVERY_LOOK=on asks everything
    in all four variants, and walks every page with the Tab key itself.
    """
    variants = [(NARROW, "light", EVERYTHING)]
    if not is_twin:
        variants = [(NARROW, "dark", THE_LOOKS), (WIDE, "light", EVERYTHING)]
    if EVERY_LOOK:
        variants = [(size, scheme, EVERYTHING) for size in SIZES for scheme in ("dark", "light")]
    for size, scheme, asked in variants:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.evaluate(TWO_FRAMES)
        found = page.evaluate(VIOLATIONS, asked)
        visit.broken += [f"{scheme}, {size['width']} px: {fault}" for fault in found]
        if size is NARROW:
            visit.wider = page.evaluate("() => document.documentElement.scrollWidth - 320")
    walk(page, visit)


def walk(page, visit):
    """Reach every control by keyboard. What scrolls by itself is a stop of the Tab key too."""
    controls = page.evaluate(CONTROLS)
    page.keyboard.press("Tab")
    if visit.name in WALKED or EVERY_LOOK:
        for _ in range(controls + 20):
            page.keyboard.press("Tab")
    else:
        page.evaluate(STEP_BY_STEP)
    visit.missed = page.evaluate(MISSED)
    visit.unseen = page.evaluate("() => window.unseen")


def broken(page):
    """What axe-core finds wrong with the page as it stands, and whether it scrolls sideways."""
    page.evaluate(AXE)
    found = page.evaluate(VIOLATIONS, EVERYTHING)
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(VIOLATIONS, THE_LOOKS)
    page.emulate_media(color_scheme="light")
    if page.evaluate("() => document.documentElement.scrollWidth") > NARROW["width"]:
        found.append(f"{page.url} scrolls sideways")
    return found
