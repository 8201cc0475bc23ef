"""What a page must be for everybody: axe-core finds nothing, text may grow and spread, nothing scrolls sideways.

axe-core comes from npm, for tests alone: `npm ci` in this folder (`make test` does it) brings it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from tests.journeys.visitor import TOO_WIDE

SCRIPT = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
ABSENT = "axe-core is absent: `npm ci` in tests/journeys brings it"
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
HEIGHT = 900
ZOOMED = {"zoomed to 200 %": 640, "reflowed (WCAG 1.4.10)": 320}
"""A window of 1280 pixels at 200 % has 640 left, at 400 % it has 320."""

RUN = """async ([selector, standards]) => {
  const found = await axe.run(selector, {runOnly: standards, resultTypes: ["violations"]});
  return found.violations;
}"""
# A panel that floats over the page hides what is under it, so each is looked at by itself.
FLOATING = "details.pop"
UNFOLD = "document.querySelectorAll('details:not(.pop)').forEach(one => { one.open = true; })"
FLOAT = """place => document.querySelectorAll("details.pop").forEach((one, other) => {
  one.open = other === place;
  one.toggleAttribute("data-looked-at", other === place);
})"""
LOOKED_AT = "[data-looked-at]"
# An adopted sheet, because the policy of our pages lets nobody write a style into them.
SPREAD = """spread => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(spread ? `* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important; } p { margin-bottom: 2em !important; }` : "");
  document.adoptedStyleSheets = [sheet];
}"""
# Cut off by what holds it, or beyond the edge of the window where nothing can be scrolled (a fixed bar, the left side).
# What is there for a screen reader alone is one pixel wide on purpose.
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter(one => {
  const clips = /hidden|clip/, scrolls = /auto|scroll/, styled = getComputedStyle;
  if (!one.textContent.trim() || one instanceof SVGElement || one.clientWidth < 3 || one.clientHeight < 3) return false;
  const box = one.getBoundingClientRect(), style = styled(one);
  for (let holder = one; holder; holder = holder.parentElement)
    if (holder.clientWidth < 3 || scrolls.test(styled(holder).overflowX)) return false;
  return box.left < -1 || box.right > innerWidth + 1 ||
    (clips.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1) ||
    (clips.test(style.overflowY) && one.scrollHeight > one.clientHeight + 1);
}).map(one => one.outerHTML.slice(0, 120))"""


def rules() -> str:
    """The text of axe-core; skips the test when it is not there."""
    if not SCRIPT.exists():
        pytest.skip(ABSENT)
    return SCRIPT.read_text(encoding="utf-8")


def audit(page: Page, script: str) -> list[str]:
    """What axe-core finds on the page in both themes: as it stands, unfolded, and on each floating panel."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(script)  # evaluating is not bound by the page's policy, a script element would be
    found = _heard(page, "as it stands", "html")
    page.evaluate(UNFOLD)
    found += _heard(page, "unfolded", "html")
    for place in range(page.locator(FLOATING).count()):
        page.evaluate(FLOAT, place)
        found += _heard(page, f"panel {place + 1}", LOOKED_AT)
    page.evaluate(FLOAT, -1)
    return found


def reflow(page: Page) -> list[str]:
    """What scrolls sideways in narrow windows, and what is cut off once lines, words and letters stand apart."""
    found = []
    for name, width in ZOOMED.items():
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for state, spread in (("", False), (", text spread (WCAG 1.4.12)", True)):
            page.evaluate(SPREAD, spread)
            seen = [*(page.evaluate(TOO_WIDE, width) or ()), *page.evaluate(CUT_OFF)]
            found += [f"{page.url} {name}{state}: {line}" for line in seen]
        page.evaluate(SPREAD, False)
    return found


def _heard(page: Page, state: str, selector: str) -> list[str]:
    """One line for each element and rule."""
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        where = f"{page.url} {theme}, {page.evaluate('innerWidth')} px, {state}"
        for violation in page.evaluate(RUN, [selector, list(STANDARDS)]):
            found += [f"{where}: {line}" for line in _told(violation)]
    return found


def _told(violation: Mapping[str, Any]) -> Iterator[str]:
    for node in violation["nodes"]:
        where = " ".join(map(str, node["target"]))
        why = " ".join(node["failureSummary"].split())
        yield f"{violation['id']} at {where} ({violation['help']}): {why}"
