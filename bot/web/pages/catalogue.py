"""The front page: what one can practise, what one did, and a box to ask the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from actions.storage.records import Drill
from actions.storage.unit import Unit
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
    scenarios = visit.room.library.scenarios(visit.voice.lang)
    titles = {scenario.slug: scenario.title for scenario in scenarios}
    past = await visit.unit(lambda unit: _past(unit, visit.someone.id, titles))
    return visit.show(
        "catalogue.html",
        status,
        scenarios=scenarios,
        past=past,
        open=next((line for line in past if not line.drill.over), None),
        **{"asked": "", "answers": [], "refused": "", **facts},
    )


def _past(unit: Unit, person_id: str, titles: dict[str, str]) -> list[Past]:
    return [
        Past(drill, titles.get(drill.scenario, drill.scenario), _unread(unit, drill))
        for drill in unit.drills.of_person(person_id)[:RECENT]
    ]


def _unread(unit: Unit, drill: Drill) -> int:
    if drill.shared_at is None:
        return 0
    return sum(1 for comment in unit.comments.of_drill(drill.id) if comment.read_at is None)
