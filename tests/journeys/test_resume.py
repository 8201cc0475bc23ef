"""A pause, the servers killed and started again, another device: half a reply is still there, and so is its drill."""

from __future__ import annotations

from playwright.sync_api import ViewportSize, expect

from nlu.contract import Lang
from tests.integration.room import Room
from tests.journeys.conftest import Guests
from tests.journeys.visitor import DESKTOP, PHONE, Visitor, assert_own_words

FIRST: dict[Lang, str] = {
    "fr": "Trois semaines, c'est long, et le blocage vient de chez nous. Que s'est-il passé ?",
    "en": "Three weeks is a long time, and the hold-up is on our side. What happened?",
}
HALF: dict[Lang, str] = {"fr": "Je regarde votre dossier, et", "en": "I'm looking at your file, and"}
REST: dict[Lang, str] = {"fr": " je vous rappelle avant midi.", "en": " I'll call you back before noon."}


def test_the_servers_may_die_while_somebody_pauses(guests: Guests, room: Room) -> None:
    # Two people and one death: starting the servers again is what takes the time.
    camille, alex = guests("Camille", "fr", size=PHONE), guests("Alex", "en", size=DESKTOP)
    paused = {camille: interrupted(camille), alex: interrupted(alex)}
    servers = ("rasa", "actions", "web")
    room.stop(*servers, outright=True)
    room.start(*servers)
    resumed(camille, paused[camille], room, PHONE)
    resumed(alex, paused[alex], room, DESKTOP)


def interrupted(agent: Visitor) -> str:
    """One reply, half of another, and the pause button; the drill's id."""
    page = agent.page
    agent.sign_in()
    drill = agent.start()
    agent.reply(FIRST[agent.lang], 1)
    page.locator("#text").fill(HALF[agent.lang])
    page.locator("details.pop summary", has_text=agent.words("drill.pause")).click()
    page.get_by_role("button", name=agent.words("drill.pause_now")).click()
    expect(page).to_have_url(f"{agent.address}/")
    return drill


def resumed(agent: Visitor, drill: str, room: Room, size: ViewportSize) -> None:
    """On another device the front page leads back to it; the reply is finished, and the drill too."""
    other = agent.elsewhere(size)
    page, text = other.page, HALF[agent.lang] + REST[agent.lang]
    page.locator(".resume").click()
    assert other.drill == drill
    assert_own_words(other.taken(1), FIRST[agent.lang])
    expect(page.locator("#text")).to_have_value(HALF[agent.lang])
    assert_own_words(other.reply(text, 2), text)
    other.end()
    expect(page.locator(".strength")).to_be_visible()
    log = room.log(drill)
    assert [entry.text for entry in log if entry.kind == "reply"] == [FIRST[agent.lang], text]
    assert room.drill(drill).over
    assert other.troubles == []
    page.context.close()
