"""Every page, for everybody: both languages, both themes, zoomed, with text spread (docs/accessibility.md)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from starlette.routing import Route

from actions.storage.records import Certificate, Role
from actions.storage.unit import Unit
from bot.web.app import ROUTES
from nlu.contract import LANGS, Lang
from tests.integration.room import Room, now
from tests.journeys.accessible import audit, reflow, rules
from tests.journeys.conftest import Guests
from tests.journeys.visitor import DESKTOP, PHONE, Visitor

AGENT: Role = "agent"
LEAD: Role = "lead"
PAGES: tuple[tuple[str, Role, str], ...] = (
    ("/welcome", AGENT, "/welcome"),
    ("/", AGENT, "/"),
    ("/", AGENT, "/?q=zzz"),
    ("/", LEAD, "/"),
    ("/drills/{drill}", AGENT, "/drills/{open}"),
    ("/drills/{drill}/debrief", AGENT, "/drills/{done}/debrief"),
    ("/progress", AGENT, "/progress"),
    ("/progress", LEAD, "/progress"),
    ("/progress/certificates/{stage}", AGENT, "/progress/certificates/welcome"),
    ("/examples", AGENT, "/examples"),
    ("/examples/{drill}", LEAD, "/examples/{done}"),
    ("/me", AGENT, "/me"),
    ("/me/erase", AGENT, "/me/erase"),
    ("/team", LEAD, "/team"),
    ("/team/drills/{drill}", LEAD, "/team/drills/{done}"),
)
"""The route of a page, who looks at it, and where: `open` and `done` are drills."""
THRESHOLD = "/login"
NOT_PAGES = {
    "/api/health", "/manifest.webmanifest", "/drills/{drill}/state", "/me/export.json", "/me/export.csv",
}  # fmt: skip
"""Addresses that answer a program, or hand over a file."""

WEAK = {
    "fr": "Calmez-vous, Madame. C'est la procédure, je suis désolée.",
    "en": "Calm down, please. That's our policy, I'm sorry.",
}
BETTER = {
    "fr": "Trois semaines, c’est long. Racontez-moi ce qui s’est passé.",
    "en": "Three weeks is a long time. What happened after you sent it back?",
}
WRONG = """<!doctype html><html><head><title>x</title></head><body><main>
<img src="/x.png"><p style="color: #999; background: #aaa">pale</p>
<div style="width: 30rem">wide</div><p style="height: 1rem; overflow: hidden">two<br>lines</p></main></body></html>"""


def test_no_page_is_left_out() -> None:
    read = {route.path for route in ROUTES if isinstance(route, Route) and "GET" in (route.methods or ())}
    seen = {THRESHOLD, *(route for route, _, _ in PAGES)}
    assert read - NOT_PAGES == seen, "add the page to PAGES above, or to NOT_PAGES what no person reads"


def test_what_is_wrong_is_found(browser: Browser) -> None:
    page = browser.new_page(viewport=DESKTOP)
    page.set_content(WRONG)
    found = audit(page, rules())
    for rule in ("image-alt", "html-has-lang", "color-contrast"):
        assert any(rule in line for line in found), rule
    narrow = reflow(page)
    assert any("reflowed" in line and "wide" in line for line in narrow)
    assert any("text spread" in line and "overflow: hidden" in line for line in narrow)
    page.close()


@pytest.mark.parametrize("lang", LANGS)
def test_every_page_is_for_everybody(guests: Guests, room: Room, lang: Lang) -> None:
    script = rules()
    agent, lead = guests("Dominique", lang, size=DESKTOP), guests("Claude", lang, LEAD, size=DESKTOP)
    agent.go(THRESHOLD)
    found = looked(agent, script)
    agent.sign_in()
    lead.sign_in()
    drills = practised(agent, lang)
    earned(room, agent, drills["done"])
    for _, who, address in PAGES:
        visitor = lead if who == LEAD else agent
        assert visitor.go(address.format(**drills)) == 200, address
        found += looked(visitor, script)
    agent.provoked = {404}
    agent.go("/nowhere")
    found += looked(agent, script)
    assert not found, "\n".join(found)


def looked(visitor: Visitor, script: str) -> list[str]:
    """Everything amiss on the page the visitor is on."""
    found = []
    for size in (PHONE, DESKTOP):
        visitor.page.set_viewport_size(size)
        visitor.page.reload()  # folded as it comes
        found += audit(visitor.page, script)
    found += reflow(visitor.page)
    visitor.page.set_viewport_size(DESKTOP)
    return found


def practised(agent: Visitor, lang: Lang) -> dict[str, str]:
    """A drill that is over and shared, and one in the middle, with a moment taken back and a hint."""
    agent.start("night-arrival")
    agent.reply(WEAK[lang], 1)
    agent.end()
    agent.share()
    done = agent.drill
    agent.go("/")
    running = agent.start("late-refund")
    agent.reply(BETTER[lang], 1)
    agent.reply(WEAK[lang], 2)
    agent.page.locator("#moment-2").get_by_role("button", name=agent.words("moment.replay")).click()
    expect(agent.page.locator(".taken-back")).to_be_visible()
    agent.page.locator("#hinting").get_by_role("button").click()
    expect(agent.page.locator("#hints .hint")).to_have_count(1)
    return {"done": done, "open": running}


def earned(room: Room, agent: Visitor, done: str) -> None:
    """What many drills would bring: a certificate, and an example for the team."""
    with Unit(room.engine) as unit:
        person = unit.people.by_login(agent.login)
        assert person
        unit.certificates.add(Certificate(person.id, "welcome", now()))
        unit.drills.show(done, "signed")
