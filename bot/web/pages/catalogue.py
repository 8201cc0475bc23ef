"""The front page: what one can practise, what one did, and a box to ask the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from actions.coaching.scenario import SKILLS, Scenario
from actions.storage.records import Drill
from actions.storage.unit import Unit
from bot import proposal
from bot.conversation import NotTaken
from bot.text import TextError, clean
from bot.web.visit import Visit

RECENT = 6


@dataclass(frozen=True)
class Past:
    """One of my drills, as the front page lists it. `unread` counts the lead's comments I haven't opened."""

    drill: Drill
    title: str
    unread: int


async def show(visit: Visit) -> Response:
    """The catalogue in the language of the page."""
    return await _page(visit)


async def ask(visit: Visit) -> Response:
    """Ask the room in one's own words; the answer comes above the catalogue."""
    try:
        text = clean(await visit.field("text"))
    except TextError as error:
        return await _page(visit, 422, refused=error.code)
    try:
        payloads = await visit.room.conversation.lobby(visit.someone, text)
    except NotTaken:
        return await _page(visit, 503, refused="503", asked=text)
    return await _page(visit, asked=text, answers=payloads)


async def _page(visit: Visit, status: int = 200, **facts: Any) -> Response:
    library, lang = visit.room.library, visit.voice.lang
    scenarios, titles = library.scenarios(lang), library.titles(lang)
    person, today = visit.someone.id, visit.room.clock().date()
    past = await visit.unit(lambda unit: _past(unit, person, titles))
    next_one = await visit.unit(lambda unit: proposal.find(unit, library, person, lang, today))
    return visit.show(
        "catalogue.html",
        status,
        scenarios=[scenario for scenario in scenarios if "abusive" not in scenario.kinds],
        opted=[scenario for scenario in scenarios if "abusive" in scenario.kinds],
        quick=_quick(scenarios),
        proposed=next_one and library.scenario(next_one.slug, lang),
        reason=next_one,
        past=past,
        open=next((line for line in past if not line.drill.over), None),
        **{"asked": "", "answers": [], "refused": "", **facts},
    )


def _quick(scenarios: Sequence[Scenario]) -> dict[str, list[Scenario]]:
    """The quick drills by the skill they train, in the order of the skills."""
    every = [
        scenario.quick(name) for scenario in scenarios if "abusive" not in scenario.kinds for name in scenario.moments
    ]
    found = {skill: [drill for drill in every if drill.skills == (skill,)] for skill in SKILLS}
    return {skill: drills for skill, drills in found.items() if drills}


def _past(unit: Unit, person_id: str, titles: dict[str, str]) -> list[Past]:
    return [
        Past(drill, titles.get(drill.scenario, drill.scenario), _unread(unit, drill))
        for drill in unit.drills.of_person(person_id)[:RECENT]
    ]


def _unread(unit: Unit, drill: Drill) -> int:
    if drill.shared_at is None:
        return 0
    return sum(1 for comment in unit.comments.of_drill(drill.id) if comment.read_at is None)
