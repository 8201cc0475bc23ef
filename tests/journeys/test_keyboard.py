"""A whole drill without a mouse: what is needed can be reached with Tab, seen to have the focus, and used."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Guests
from tests.journeys.visitor import DESKTOP, PASSWORD, Visitor, assert_own_words

TEXT = "I can hear how long three weeks have been. What happened after you sent the machine back?"
FAR = 80
"""More presses of Tab than any of our pages needs."""


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
    page.keyboard.type(TEXT)
    press("Control+Enter")
    moment = alex.taken(1)
    assert_own_words(moment, TEXT)
    expect(page.locator("#text")).to_be_focused()
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


def consulted(alex: Visitor) -> None:
    """F2 opens the brief wherever one is; Escape closes it and gives the focus back."""
    page, press = alex.page, alex.page.keyboard.press
    press("F2")
    expect(page.locator("#brief .panel")).to_be_visible()
    press("Escape")
    expect(page.locator("#brief .panel")).to_be_hidden()
    expect(page.locator("#moment-1 .note summary").last).to_be_focused()
