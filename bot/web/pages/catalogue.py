"""The front page: what my lead asks, what comes next, what one can practise and what one did, a box to ask the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from actions.coaching.path import Proposal
from actions.coaching.result import Result
from actions.coaching.scenario import QUICK, SKILLS
from actions.coaching.temper import DIFFICULTIES
from actions.storage import results
from actions.storage.records import Drill
from actions.storage.unit import Unit
from bot import proposal
from bot.conversation import NotTaken
from bot.text import TextError, clean
from bot.web import asked, shelf
from bot.web.pages import welcome
from bot.web.visit import Visit

RECENT = 6


@dataclass(frozen=True)
class Past:
    """One of my drills, as the front page lists it. `unread` counts the lead's comments I haven't opened."""

    drill: Drill
    title: str
    unread: int


@dataclass(frozen=True)
class Did:
    """What I did of one situation: how many times to an end, my best score (0–100 or None), the last such drill."""

    times: int
    best: int | None
    last: str


@dataclass(frozen=True)
class Mine:
    """Everything of the front page that is one's own."""

    past: list[Past]
    did: Mapping[str, Did]
    asked: list[asked.Asked]
    proposal: Proposal | None


async def show(visit: Visit) -> Response:
    """The catalogue in the language of the page; a newcomer is welcomed first."""
    if await welcome.awaits(visit):
        return visit.go("/welcome")
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
        return await _page(visit, 503, refused="503", said=text)
    return await _page(visit, said=text, answers=payloads)


async def _page(visit: Visit, status: int = 200, **facts: Any) -> Response:
    library, lang = visit.room.library, visit.voice.lang
    scenarios, mine = library.scenarios(lang), await visit.unit(lambda unit: _mine(unit, visit))
    wish, say = shelf.Wish.of(visit.request.query_params), visit.voice.say
    offered = shelf.offered(scenarios)
    quick = (f"{scenario.slug}{QUICK}{name}" for scenario in offered for name in scenario.moments)
    shelved = [*offered, *(library.scenario(slug, lang) for slug in quick)]
    return visit.show(
        "catalogue.html",
        status,
        mine=mine,
        today=visit.room.clock().date(),
        wish=wish,
        choices=shelf.choices(shelved),
        found=shelf.find(shelved, wish, visit.someone.trade, say),
        skills={skill: say(f"skill.{skill}") for skill in SKILLS},
        levels={difficulty: say(f"difficulty.{difficulty}") for difficulty in DIFFICULTIES},
        opted=[scenario for scenario in scenarios if "abusive" in scenario.kinds],
        proposed=mine.proposal and library.scenario(mine.proposal.slug, lang),
        open=next((line for line in mine.past if not line.drill.over), None),
        **{"said": "", "answers": [], "refused": "", **facts},
    )


def _mine(unit: Unit, visit: Visit) -> Mine:
    library, person, lang, today = visit.room.library, visit.someone, visit.voice.lang, visit.room.clock().date()
    played = results.of_person(unit, library, person.id)
    return Mine(
        _past(unit, person.id, library.titles(lang)),
        _did(played),
        asked.of_agent(unit, library, person, [drill for drill, _ in played], lang, today),
        proposal.choose(library, played, lang, today),
    )


def _past(unit: Unit, person_id: str, titles: Mapping[str, str]) -> list[Past]:
    return [
        Past(drill, titles.get(drill.scenario, drill.scenario), _unread(unit, drill))
        for drill in unit.drills.of_person(person_id, RECENT)
    ]


def _unread(unit: Unit, drill: Drill) -> int:
    if drill.shared_at is None:
        return 0
    return sum(1 for comment in unit.comments.of_drill(drill.id) if comment.read_at is None)


def _did(played: Sequence[tuple[Drill, Result]]) -> dict[str, Did]:
    """By slug, from drills that come newest first."""
    found: dict[str, Did] = {}
    for drill, result in played:
        if drill.over:
            known = found.get(drill.scenario, Did(0, None, drill.id))
            scores = [score for score in (known.best, result.score) if score is not None]
            found[drill.scenario] = Did(known.times + 1, max(scores, default=None), known.last)
    return found
