"""A lead reviews, in English on a desktop, what an agent chose to share; the agent reads the comment.

`SCREENSHOTS=1 .venv/bin/python -m pytest tests/journeys/test_lead.py` also renews docs/drill.png, the README's picture.
"""

from __future__ import annotations

import os

from playwright.sync_api import FloatRect, expect

from bot.settings import ROOT
from tests.journeys.conftest import Guests
from tests.journeys.visitor import DESKTOP, Visitor, assert_own_words

FIRST = (
    "Three weeks and three calls: I'd have run out of patience too. The hold-up is on our side."
    " You have to give me the order number, and I'll release it today."
)
SECOND = "Thank you, Mr Dellow. I'm sending your refund today, and I'll write to you myself by Wednesday noon."
UNDER_THE_BAR = "first => scrollBy({top: first.getBoundingClientRect().top - 92, behavior: 'instant'})"
COMMENT = "You named the three calls before anything else, and he heard it."


def test_a_lead_reviews_what_an_agent_shared(guests: Guests) -> None:
    alex, sam = guests("Alex", "en", size=DESKTOP), guests("Sam", "en", "lead", size=DESKTOP)
    alex.sign_in()
    private, shared = practised(alex, pictured=False), practised(alex, pictured=True)
    alex.share()
    sam.sign_in()
    reviewed(sam, shared, private)
    read_by_the_agent(alex, shared)
    taken_back(alex, sam, shared)


def practised(alex: Visitor, pictured: bool) -> str:
    """A drill of two replies; its id."""
    alex.go("/")
    drill = alex.start()
    assert_own_words(alex.reply(FIRST, 1), FIRST)
    if pictured:
        alex.look("drill")
        picture(alex)
        alex.reply(SECOND, 2)
    alex.end()
    if pictured:
        alex.look("debrief")
    return drill


def picture(alex: Visitor) -> None:
    """The README's picture: from the customer's first line to the box for the next reply."""
    if os.environ.get("SCREENSHOTS"):
        alex.page.locator(".opening").evaluate(UNDER_THE_BAR)
        last = alex.page.locator("#hinting").bounding_box()
        assert last
        frame: FloatRect = {"x": 0, "y": 0, "width": DESKTOP["width"], "height": last["y"] + last["height"] + 16}
        alex.page.screenshot(path=ROOT / "docs" / "drill.png", clip=frame)


def reviewed(sam: Visitor, shared: str, private: str) -> None:
    """The lead sees the shared drill alone, every turn with its assessment, and comments on the first."""
    page = sam.page
    page.get_by_role("link", name=sam.words("nav.team")).click()
    expect(page.locator(".shared > li")).to_have_count(1)
    sam.look("team")
    sam.provoked = {404}
    assert sam.go(f"/team/drills/{private}") == 404
    assert sam.go(f"/drills/{shared}") == 404
    sam.provoked = set()
    sam.go("/team")
    page.locator(".shared a").click()
    expect(page.locator(".story .note")).to_have_count(2)
    assert_own_words(page.locator("#moment-1"), FIRST)
    comment = page.locator("#moment-1 .commenting")
    comment.get_by_label(sam.words("review.comment")).fill(COMMENT)
    comment.get_by_role("button").click()
    expect(page.locator("#moment-1 .comment")).to_contain_text(COMMENT)
    expect(page.locator(".comment")).to_have_count(1)
    sam.look("review")


def read_by_the_agent(alex: Visitor, shared: str) -> None:
    """An unread mark leads to the comment, and is gone once read."""
    alex.go("/")
    line = alex.page.locator(".past li", has=alex.page.locator(f"a[href*='{shared}']"))
    expect(line.locator(".badge")).to_be_visible()
    alex.look("catalogue")
    line.get_by_role("link").click()
    expect(alex.page.locator(".remark .comment")).to_contain_text(COMMENT)
    alex.go("/")
    expect(line).to_be_visible()
    expect(alex.page.locator(".badge")).to_have_count(0)


def taken_back(alex: Visitor, sam: Visitor, shared: str) -> None:
    """What is no longer shared does not exist for the lead."""
    alex.go(f"/drills/{shared}/debrief")
    alex.page.get_by_role("button", name=alex.words("share.take_back")).click()
    expect(alex.page.get_by_role("button", name=alex.words("share.share"))).to_be_visible()
    sam.provoked = {404}
    assert sam.go(f"/team/drills/{shared}") == 404
    sam.look("lost")
    sam.go("/team")
    expect(sam.page.locator(".shared > li")).to_have_count(0)
