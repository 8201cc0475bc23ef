"""For a team lead: the drills that agents of the team chose to share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from actions.storage.records import Drill, Person
from actions.storage.unit import Unit
from bot.text import TextError, clean
from bot.web import asked
from bot.web.pages.drill import ours
from bot.web.transcript import read, summary
from bot.web.visit import Visit


@dataclass(frozen=True)
class Shared:
    """A shared drill, as the list shows it."""

    drill: Drill
    agent: Person
    title: str
    comments: int


async def show(visit: Visit) -> Response:
    """What I asked of my team, and every drill shared in it, newest first."""
    return await listing(visit)


async def listing(visit: Visit, status: int = 200, **asking: Any) -> Response:
    """The page of the team; `asking` is the form to ask for a situation, as typed and what is wrong with it."""
    library, lang, lead = visit.room.library, visit.voice.lang, visit.someone

    def work(unit: Unit) -> dict[str, Any]:
        return {
            "shared": _shared(unit, lead, library.titles(lang)),
            "given": asked.of_team(unit, library, lead.team, lang),
            "agents": asked.agents_of(unit, lead.team),
        }

    facts = {"situations": asked.assignable(library, lang), "typed": {}, "wrong": {}, **await visit.unit(work)}
    return visit.show("team.html", status, today=visit.room.clock().date(), **{**facts, **asking})


async def review(visit: Visit) -> Response:
    """The transcript of a shared drill, with every turn's assessment. Reading it leaves a trace."""
    return await _page(visit)


async def comment(visit: Visit) -> Response:
    """A few words on one turn."""
    turn, typed = await visit.field("turn"), await visit.field("text")
    try:
        text = clean(typed)
    except TextError as error:
        return await _page(visit, 422, refused=error.code, turn=turn, typed=typed)
    at = visit.room.clock()

    def work(unit: Unit) -> tuple[Drill, int]:
        drill, _ = _readable(unit, visit)
        for entry in unit.turns.entries(drill.id):
            if entry.kind == "reply" and str(entry.id) == turn and entry.id is not None:
                unit.comments.add(entry.id, visit.someone.id, text, at)
                unit.audit.add(visit.someone.id, "comment", drill.id, at)
                return drill, entry.position
        raise HTTPException(404)

    drill, position = await visit.unit(work)
    return visit.go(f"/team/drills/{drill.id}#moment-{position}")


def _shared(unit: Unit, lead: Person, titles: dict[str, str]) -> list[Shared]:
    found = unit.drills.shared_in_team(lead.team)
    said = unit.comments.count(drill.id for drill, _ in found)
    return [
        Shared(drill, agent, titles.get(drill.scenario, drill.scenario), said.get(drill.id, 0))
        for drill, agent in found
    ]


def _readable(unit: Unit, visit: Visit) -> tuple[Drill, Person]:
    drill, agent = ours(unit, visit)
    if drill.shared_at is None:
        raise HTTPException(404)
    return drill, agent


async def _page(visit: Visit, status: int = 200, refused: str = "", turn: str = "", typed: str = "") -> Response:
    at = visit.room.clock()

    def work(unit: Unit) -> dict[str, Any]:
        drill, agent = _readable(unit, visit)
        unit.audit.add(visit.someone.id, "read", drill.id, at)
        given = unit.feedback.get(drill.id)
        return {
            "drill": drill,
            "agent": agent,
            "story": read(unit, visit.room.library, drill, agent),
            "told": summary(unit, visit.room.library, drill),
            "contests": unit.contests.of_drill(drill.id),
            "feedback": given if given and given.shared else None,
        }

    facts = await visit.unit(work)
    return visit.show("review.html", status, **facts, refused=refused, turn=turn, typed=typed)
