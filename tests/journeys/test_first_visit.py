"""From the first visit of somebody who has an account and nothing else, to nothing of theirs being left."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import ViewportSize, expect
from sqlalchemy.engine import Engine

from actions.storage import tables
from actions.storage.unit import Unit
from nlu.contract import Lang
from tests.integration.room import Room
from tests.journeys.conftest import Guests
from tests.journeys.visitor import EACH, Visitor, assert_own_words
from tests.journeys.visitor import said as spoken


class Said(NamedTuple):
    """What the newcomer writes. `act` and `half` are ASCII, and nobody else's words: their bytes can be looked for."""

    weak: str
    better: str
    act: str
    half: str
    view: str


NAME = "Dominique"
SAID: dict[Lang, Said] = {
    "fr": Said(
        "Calmez-vous, Madame. C'est la procédure.",
        "Non, je ne le pense pas. C'est nous qui avons affiché ce prix, et c'est à vous qu'on fait la grimace : c'est"
        " injuste. Qu'avez-vous vu au rayon ?",
        "Marguerite ouvre la caisse six, et je corrige tout de suite l'huile au prix du rayon.",
        "Je relis les bons d'Anselme",
        "Elle parlait en même temps que moi.",
    ),
    "en": Said(
        "Calm down, please. That's our policy.",
        "It isn't, no. We put up that price, and now you're the one getting the sighs: that's not fair on you."
        " What did you see on the shelf?",
        "Marjorie is opening till six, and I'm changing the oil to the shelf price right now.",
        "I'm reading Anselm's slips",
        "She was talking over me.",
    ),
}
READING = (
    ".strength", ".next", "#curve", ".decisive", ".model", ".criteria", ".bars", "section.verdict", "#feedback",
)  # fmt: skip
"""The parts of a debrief in the order in which they are read: the strength comes before everything."""
PLACES = """parts => {
  const all = [...document.querySelectorAll("main *")];
  return parts.map(part => all.findIndex(one => one.matches(part)));
}"""
KEPT_HERE = "Object.keys(localStorage).filter(key => key.startsWith('visavis.'))"


@EACH
def test_from_the_first_visit_to_nothing_left(guests: Guests, room: Room, lang: Lang, size: ViewportSize) -> None:
    agent, lead = guests(NAME, lang, size=size), guests("Claude", lang, "lead", size=size)
    lead.sign_in()
    welcomed(agent)
    guided(agent)
    debriefed(agent)
    shared_for_a_while(agent, lead)
    contested(agent)
    offered(agent, lead)
    grown(agent)
    taken_along(agent)
    erased(agent, room)


def welcomed(agent: Visitor) -> None:
    """A language, a trade that a change of language keeps, and straight into a first exchange."""
    page = agent.page
    other, names = {"fr": "en", "en": "fr"}[agent.lang], {"fr": "Français", "en": "English"}
    agent.enter()
    expect(page).to_have_url(f"{agent.address}/welcome")
    page.get_by_role("radio", name=agent.words("trade.shop")).check()
    for lang in (other, agent.lang):
        page.locator(".tongue").get_by_role("button", name=names[lang]).click()
        expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.get_by_role("radio", name=agent.words("trade.shop"))).to_be_checked()
    agent.look("welcome")
    page.get_by_role("button", name=agent.words("welcome.start")).click()
    expect(page.locator("#text")).to_be_visible()


def guided(agent: Visitor) -> None:
    """One tip at a time, through a weak reply, the same moment again, and the end."""
    page, said = agent.page, SAID[agent.lang]
    assert_tip(agent, 1)
    agent.reply(said.weak, 1)
    assert_tip(agent, 2)
    page.locator("#moment-1").get_by_role("button", name=agent.words("moment.replay")).click()
    expect(page.locator(".taken-back")).to_contain_text(said.weak)
    moment = agent.reply(said.better, 1)
    assert_own_words(moment, said.better)
    expect(moment.locator(".compare .try")).to_have_count(2)
    agent.look("compare")
    agent.reply(said.act, 2)
    expect(page.locator("#ending")).to_be_focused()
    assert_tip(agent, 3)
    agent.end()


def assert_tip(agent: Visitor, step: int) -> None:
    """Of the three tips this one shows."""
    for each in (1, 2, 3):
        expect(agent.page.locator(f"#guide [data-step='{each}']")).to_be_visible(visible=each == step)


def debriefed(agent: Visitor) -> None:
    """Everything is there, the strength first; how it was lived is kept, and what the lead may read of it."""
    page = agent.page
    places = page.evaluate(PLACES, READING)
    assert places == sorted(places) and places[0] >= 0, dict(zip(READING, places, strict=True))
    expect(page.locator(".strength p")).not_to_be_empty()
    expect(page.locator("svg.pygal-chart").first).to_be_visible()
    expect(page.locator(".model article")).to_have_count(2)
    expect(page.locator(".bars li")).to_have_count(5)
    expect(page.locator(".verdict").get_by_text(agent.words("verdict.simulated"))).to_be_visible()
    agent.look("debrief")
    form = page.locator("#feedback")
    form.get_by_role("radio", name="4").check()
    form.get_by_role("checkbox", name=agent.words("feedback.shared")).check()
    form.get_by_role("button").click()
    expect(form.locator(".done")).to_be_visible()
    expect(form.get_by_role("checkbox")).to_be_checked()


def shared_for_a_while(agent: Visitor, lead: Visitor) -> None:
    """The lead reads it from the moment it is shared to the moment it is not."""
    agent.share()
    assert lead.go(f"/team/drills/{agent.drill}") == 200
    expect(lead.page.locator("h1")).to_contain_text(NAME)
    lead.look("review")
    agent.page.get_by_role("button", name=agent.words("share.take_back")).click()
    expect(agent.page.get_by_role("button", name=agent.words("share.share"))).to_be_visible()
    lead.provoked = {404}
    assert lead.go(f"/team/drills/{agent.drill}") == 404


def contested(agent: Visitor) -> None:
    """A mark is disagreed with, and the disagreement withdrawn."""
    mark, view = agent.page.locator(".criteria > li").first, SAID[agent.lang].view
    mark.locator("summary").click()
    mark.get_by_label(agent.words("contest.label")).fill(view)
    mark.get_by_role("button", name=agent.words("contest.send")).click()
    expect(mark.locator(".contested")).to_contain_text(view)
    mark.locator(".contested").get_by_role("button").click()
    expect(mark.locator(".contested")).to_have_count(0)
    expect(mark.get_by_label(agent.words("contest.label"))).to_have_value("")


def offered(agent: Visitor, lead: Visitor) -> None:
    """An example for the team, in which nothing says who it is of."""
    agent.page.get_by_role("button", name=agent.words("exemplar.hide")).click()
    expect(agent.page.locator("#exemplar .done")).to_contain_text(agent.words("exemplar.anonymous"))
    lead.go("/examples")
    expect(lead.page.locator(".examples > li")).to_have_count(1)
    lead.look("examples")
    assert NAME not in lead.page.content()
    lead.page.locator(".examples a").click()
    expect(lead.page.locator(".story article")).to_have_count(2)
    assert spoken(lead.page.locator(".story .mine p").last).strip() == SAID[agent.lang].act
    assert NAME not in lead.page.content()


def grown(agent: Visitor) -> None:
    """The drill is among those of the progress page."""
    drill = agent.drill
    agent.go("/progress")
    expect(agent.page.locator(f"#drills a[href='/drills/{drill}/debrief']")).to_be_visible()
    agent.look("progress")


def taken_along(agent: Visitor) -> None:
    """Both files hold every reply, the one that was taken back as well."""
    said = SAID[agent.lang]
    agent.go("/me")
    agent.look("me")
    turns = json.loads(downloaded(agent, "data.json"))["turns"]
    replies = [said.weak, said.better, said.act]
    assert [turn["text"] for turn in turns if turn["kind"] == "reply"] == replies
    table = csv.DictReader(io.StringIO(downloaded(agent, "data.csv")), delimiter={"fr": ";", "en": ","}[agent.lang])
    assert [line[agent.words("csv.reply")] for line in table] == replies


def downloaded(agent: Visitor, key: str) -> str:
    """The text of the file that a link hands over."""
    with agent.page.expect_download() as download:
        agent.page.get_by_role("link", name=agent.words(key)).click()
    return download.value.path().read_text(encoding="utf-8-sig")


def erased(agent: Visitor, room: Room) -> None:
    """A drill in the middle, what is being typed in it, and all the rest: gone, from the screen to the files."""
    page, said = agent.page, SAID[agent.lang]
    agent.go("/")
    agent.start()
    with page.expect_response(lambda answer: answer.url.endswith("/scratch") and answer.status == 204):
        page.locator("#text").fill(said.half)
    with Unit(room.engine) as unit:
        person = unit.people.by_login(agent.login)
        assert person
        ids = (person.id, *unit.belongings.drills(person.id))
    assert {"drills", "turns", "results", "scratches", "feedback", "audit", "people"} <= naming(room.engine, ids)
    assert "visavis.db" in holding(room, said.half)
    assert {"visavis.db", "rasa.db"} <= holding(room, said.act)
    assert page.evaluate(KEPT_HERE)
    agent.go("/me/erase")
    page.get_by_role("checkbox", name=agent.words("erase.sure")).check()
    page.get_by_role("button", name=agent.words("erase.now")).click()
    expect(page.locator("main")).to_contain_text(agent.words("erase.nothing"))
    assert page.evaluate(KEPT_HERE) == []
    assert naming(room.engine, ids) == {"people"}
    with Unit(room.engine) as unit:
        assert unit.belongings.count(person.id) == {}
    assert holding(room, said.act) | holding(room, said.half) == set()
    page.get_by_role("link", name=agent.words("erase.onward")).click()
    expect(page.locator(".hello")).to_contain_text(agent.words("catalogue.first"))
    expect(page.locator(".past")).to_contain_text(agent.words("past.empty"))
    expect(page.locator(".resume, .did")).to_have_count(0)


def naming(engine: Engine, ids: tuple[str, ...]) -> set[str]:
    """The tables of which a row names any of these."""
    with engine.connect() as connection:
        return {
            table.name
            for table in tables.metadata.sorted_tables
            for row in connection.execute(table.select())
            if any(each in str(tuple(row)) for each in ids)
        }


def holding(room: Room, words: str) -> set[str]:
    """The files of the room that hold these words somewhere in their bytes; the log of a database counts as it."""
    files: list[Path] = [path for path in room.settings.var_dir.rglob("*") if path.is_file()]
    return {path.name.removesuffix("-wal") for path in files if words.encode() in path.read_bytes()}
