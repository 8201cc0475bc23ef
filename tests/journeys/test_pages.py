"""Every page, in both languages, on a narrow telephone at night: nothing scrolls sideways or comes from elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from nlu.contract import LANGS, Lang
from tests.journeys.conftest import Guests
from tests.journeys.visitor import NARROW, Visitor

REPLIES = {
    "fr": ("Bonsoir Madame. Voici votre clé, chambre 12, deuxième étage, l'ascenseur est à droite.", "une réclamation"),
    "en": ("Good evening. Here is your key, room 12, second floor, the lift is on your right.", "a complaint"),
}


@pytest.mark.parametrize("lang", LANGS)
def test_every_page_fits_a_narrow_telephone(guests: Guests, lang: Lang) -> None:
    agent = guests("Dominique", lang, size=NARROW, dark=True)
    lead = guests("Claude", lang, "lead", size=NARROW, dark=True)
    agent.sign_in()
    asked(agent)
    for slug in ("no-badge", "cancelled-care", "night-arrival"):
        agent.go("/")
        agent.start(slug)
        agent.page.locator("#brief summary").click()
        agent.look(f"brief-{slug}")
    agent.page.keyboard.press("Escape")
    agent.reply(REPLIES[lang][0], 1)
    for more in agent.page.locator(".note .more summary").all():
        more.click()
    agent.look("drill-night")
    agent.end()
    for summary in agent.page.locator(".criteria summary, .more summary").all():
        summary.click()
    agent.look("debrief-open")
    agent.share()
    lead.sign_in()
    lead.go("/team")
    lead.look("team")
    lead.page.locator(".shared a").click()
    expect(lead.page.locator(".commenting")).to_have_count(1)
    lead.look("review")
    lead.provoked = {404}
    assert lead.go("/nowhere") == 404
    lead.look("lost")


def asked(agent: Visitor) -> None:
    """The room answers above the catalogue."""
    agent.page.locator("#ask").fill(REPLIES[agent.lang][1])
    agent.page.get_by_role("button", name=agent.words("ask.send")).click()
    expect(agent.page.locator(".told")).not_to_be_empty()
    agent.look("asked")
