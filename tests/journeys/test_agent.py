"""An agent practises in French on a telephone: sign in, try, see why, try again, debrief, share."""

from __future__ import annotations

from playwright.sync_api import expect

from bot.web.transcript import FEELINGS
from tests.integration.room import Room
from tests.journeys.conftest import Guests
from tests.journeys.visitor import Visitor, assert_own_words, said

WEAK = "Calmez-vous, Monsieur. C'est la procédure, il faut patienter."
BETTER = (
    "Trois semaines et trois appels, à votre place je serais à bout aussi. Le blocage vient de chez nous, je vous"
    " présente mes excuses. Pouvez-vous me donner votre numéro de commande ?"
)
ACT = "Merci Monsieur Delorme. Je lance votre remboursement aujourd'hui : il sera sur votre compte sous 48 heures."
LEVELS = {"met", "partly", "missed", "unacceptable", "not_seen"}


def test_an_agent_practises_on_a_telephone(guests: Guests, room: Room) -> None:
    camille = guests("Camille")
    camille.go("/login")
    camille.look("threshold")
    camille.sign_in()
    expect(camille.page.get_by_role("heading", level=1)).to_contain_text("Camille")
    camille.look("catalogue")
    drill = camille.start()
    camille.look("drill-opening")
    first = weak_reply(camille)
    replayed(camille, first)
    hinted(camille)
    camille.reply(ACT, 2)
    camille.look("drill")
    camille.end()
    camille.look("debrief")
    debriefed(camille, replies=2)
    felt(camille)
    camille.share()
    kinds = [entry.kind for entry in room.log(drill)]
    assert [kind for kind in kinds if kind != "end"] == ["reply", "replay", "reply", "hint", "reply"]
    assert room.drill(drill).shared_at is not None


def weak_reply(camille: Visitor) -> str:
    """What the customer answers to a weak reply, whose coach note quotes it."""
    moment = camille.reply(WEAK, 1)
    assert moment.locator(".exchange > .bubble.mine mark").count() > 0
    assert_own_words(moment, WEAK)
    moment.locator(".note .more summary", has_text=camille.words("note.words")).click()
    expect(moment.locator(".evidence li").first).to_be_visible()
    camille.look("note")
    return said(moment.locator(".exchange > .line p"))


def replayed(camille: Visitor, first: str) -> None:
    """The same moment again, with better words and another reaction; the first try stays to be compared."""
    camille.page.locator("#moment-1").get_by_role("button", name=camille.words("moment.replay")).click()
    expect(camille.page.locator(".taken-back")).to_contain_text(WEAK)
    expect(camille.page.locator("#moment-1")).to_have_count(0)
    camille.look("replay")
    moment = camille.reply(BETTER, 1)
    assert_own_words(moment, BETTER)
    assert said(moment.locator(".exchange > .line p")) != first
    expect(camille.page.locator(".taken-back")).to_have_count(0)
    camille.page.reload()
    assert said(camille.taken(1).locator(".earlier .mine")).strip() == WEAK


def hinted(camille: Visitor) -> None:
    """A word of help, which leaves what is being typed alone."""
    camille.page.locator("#text").fill("Je regarde")
    camille.page.locator("#hinting").get_by_role("button").click()
    expect(camille.page.locator("#hints .hint")).to_have_count(1)
    expect(camille.page.locator("#text")).to_have_value("Je regarde")


def debriefed(camille: Visitor, replies: int) -> None:
    """Scorecard, curve and its table, decisive moments, behaviours, and a verdict that says it is simulated."""
    page = camille.page
    criteria = page.locator(".criteria > li")
    assert {criterion.get_attribute("data-level") for criterion in criteria.all()} <= LEVELS
    criteria.first.locator("summary").click()
    expect(criteria.first.locator(".checks, .hintline").first).to_be_visible()
    expect(page.locator("svg.pygal-chart")).to_be_visible()
    expect(page.locator("svg.pygal-chart path.line.reactive")).to_have_count(len(FEELINGS))
    page.get_by_text(camille.words("curve.table"), exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(replies + 1)
    expect(page.locator(".decisive > li").first).to_be_visible()
    assert 1 <= page.locator(".decisive > li").count() <= 2
    expect(page.locator(".bars li")).to_have_count(5)
    expect(page.locator(".verdict").get_by_text(camille.words("verdict.simulated"))).to_be_visible()
    expect(page.locator(".verdict dd")).to_have_count(3)
    once = camille.voice.translations.ungettext("debrief.replayed", "debrief.replayeds", 1) % {"num": 1}
    expect(page.locator(".debrief-head")).to_contain_text(once)


def felt(camille: Visitor) -> None:
    """How the agent lived it."""
    form = camille.page.locator("#feedback")
    form.get_by_role("radio", name="4").check()
    form.get_by_label(camille.words("feedback.line")).fill("La reprise m'a aidée.")
    form.get_by_role("button").click()
    expect(form.locator(".done")).to_be_visible()
    expect(form.get_by_role("radio", name="4")).to_be_checked()
    expect(form.get_by_label(camille.words("feedback.line"))).to_have_value("La reprise m'a aidée.")
