"""A whole drill without a mouse, and without eyes: what is needed can be reached with Tab, and what happens is said."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Guests
from tests.journeys.visitor import DESKTOP, PASSWORD, Visitor, assert_own_words, said

WEAK = "Calm down, please. That's our policy."
TEXT = "I can hear how long three weeks have been. What happened after you sent the machine back?"
OFFLINE = "ERR_INTERNET_DISCONNECTED"
FAR = 80
"""More presses of Tab than any of our pages needs."""
LISTEN = """() => {
  window.heard = [];
  for (const live of document.querySelectorAll("[aria-live], [role=status], [role=alert], [role=log]"))
    new MutationObserver(() => live.textContent.trim() && window.heard.push(live.textContent.trim()))
      .observe(live, {childList: true, characterData: true, subtree: true});
}"""
HEARD = "() => window.heard.splice(0)"


def tab(page: Page, selector: str, back: bool = False) -> None:
    """Press Tab until the focus, visible, is on `selector`."""
    for _ in range(FAR):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_a_drill_without_a_mouse(guests: Guests) -> None:
    alex = guests("Alex", "en", size=DESKTOP)
    signed_in(alex)
    page, press = alex.page, alex.page.keyboard.press
    tab(page, "#late-refund button")
    press("Enter")
    expect(page.locator("#text")).to_be_visible()
    tab(page, "#text")
    typed(alex, WEAK)
    explained(alex)
    replayed(alex)
    moment = alex.taken(1)
    tab(page, "#moment-1 .note summary", back=True)
    press("Enter")
    expect(moment.locator(".note details").last).to_have_attribute("open", "")
    expect(moment.locator(".note details[open]")).to_have_count(1)
    consulted(alex)
    tab(page, ".bar details:not(#brief) summary", back=True)
    press("Enter")
    tab(page, ".bar form button")
    press("Enter")
    expect(page.locator(".criteria")).to_be_visible()
    tab(page, ".criteria summary")
    press("Enter")
    expect(page.locator(".criteria details").first).to_have_attribute("open", "")


def signed_in(alex: Visitor) -> None:
    """The form has the focus; a trade is said once; the first Tab of the next page skips to the content."""
    page, press = alex.page, alex.page.keyboard.press
    alex.go("/login")
    expect(page.locator("#login")).to_be_focused()
    page.keyboard.type(alex.login)
    press("Tab")
    page.keyboard.type(PASSWORD)
    press("Enter")
    expect(page).to_have_url(f"{alex.address}/welcome")
    tab(page, "input[name=trade]")
    press("Space")
    tab(page, "button[value=skip]")
    press("Enter")
    expect(page).to_have_url(f"{alex.address}/")
    tab(page, ".skip")
    press("Enter")
    expect(page.locator("#main")).to_be_focused()


def typed(alex: Visitor, text: str) -> None:
    """The first reply of the drill, from the box that has the focus and keeps it."""
    alex.page.keyboard.type(text)
    alex.page.keyboard.press("Control+Enter")
    assert_own_words(alex.taken(1), text)
    expect(alex.page.locator("#text")).to_be_focused()


def explained(alex: Visitor) -> None:
    """What a marked word means shows as the focus comes to it, until Escape."""
    mark = "#moment-1 .exchange > .bubble.mine mark"
    tab(alex.page, mark, back=True)
    bubble = alex.page.locator("mark:focus > .tip")
    expect(bubble).not_to_be_empty()
    assert wide(bubble) > 100
    alex.page.keyboard.press("Escape")
    assert wide(bubble) <= 1


def wide(element: Locator) -> float:
    """Pixels; what is there for a screen reader alone is one pixel wide."""
    box = element.bounding_box()
    assert box
    return box["width"]


def replayed(alex: Visitor) -> None:
    """The same moment again: the box has the focus at once, and the two tries stand side by side."""
    tab(alex.page, "#moment-1 .replay button")
    alex.page.keyboard.press("Enter")
    expect(alex.page.locator(".taken-back")).to_contain_text(WEAK)
    expect(alex.page.locator("#text")).to_be_focused()
    typed(alex, TEXT)
    expect(alex.page.locator("#moment-1 .compare .try")).to_have_count(2)


def consulted(alex: Visitor) -> None:
    """F2 opens the brief wherever one is; Escape closes it and gives the focus back."""
    page, press = alex.page, alex.page.keyboard.press
    press("F2")
    expect(page.locator("#brief .panel")).to_be_visible()
    press("Escape")
    expect(page.locator("#brief .panel")).to_be_hidden()
    expect(page.locator("#moment-1 .note summary").last).to_be_focused()


def test_what_happens_is_said(guests: Guests) -> None:
    alex = guests("Alex", "en")
    alex.sign_in()
    alex.start()
    page = alex.page
    page.evaluate(LISTEN)
    assert_said(alex, alex.reply(TEXT, 1), felt=True)
    alex.provoked = {422}
    alex.send("   ")
    expect(page.locator("#notice")).to_have_text(alex.words("notice.empty"))
    assert page.evaluate(HEARD) == [alex.words("notice.empty")]
    page.get_by_role("button", name=alex.words("drill.hint")).click()
    hint = page.locator("#hints .hint")
    expect(hint).to_have_count(1)
    assert page.evaluate(HEARD) == [said(hint).strip()]
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    alex.send(WEAK)
    expect(page.locator(".kept")).to_be_visible()
    assert page.evaluate(HEARD) == [alex.words("drill.offline"), alex.words("notice.kept")]
    page.context.set_offline(False)
    assert_said(alex, alex.taken(2), felt=True)
    page.get_by_role("button", name=alex.words("exam.hide")).click()
    expect(page.locator("#feeling")).to_have_text(alex.words("exam.on"))
    page.evaluate(LISTEN)
    assert_said(alex, alex.reply(TEXT, 3), felt=False)
    alex.troubles = [trouble for trouble in alex.troubles if OFFLINE not in trouble]


def assert_said(alex: Visitor, moment: Locator, felt: bool) -> None:
    """Once and in one place: the customer's words, what they feel now, and what the coach says first."""
    line = said(moment.locator(".exchange > .line p")).strip()
    now = alex.page.locator("[data-drill]").get_attribute("data-now")
    assert now
    (heard,) = alex.page.evaluate(HEARD)
    assert heard.startswith(line) and heard.count(line) == 1
    if felt:
        feeling = said(alex.page.locator("#mood")).strip()
        assert heard.count(f"{now} {feeling}.") == 1
    else:
        assert now not in heard
    headline = moment.locator("[data-headline]")
    assert not headline.count() or said(headline).strip() in heard
