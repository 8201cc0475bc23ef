"""For a team lead: asking for a situation to be played, and taking that back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import Response

from actions.storage.records import Person
from actions.storage.unit import Unit
from bot.text import TextError, clean
from bot.web import asked
from bot.web.pages import team
from bot.web.visit import Visit

EVERYONE = "all"
NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Wanted:
    """What the form asks for. `person_id` is None for the whole team."""

    scenario: str
    person_id: str | None
    due: date
    text: str


async def assign(visit: Visit) -> Response:
    """Ask the whole team, or one agent of it, to play a situation by a day."""
    typed = {name: await visit.field(name) for name in ("scenario", "who", "due", "text")}
    agents = await visit.unit(lambda unit: asked.agents_of(unit, visit.someone.team))
    wanted, wrong = _read(visit, typed, agents)
    if wanted is None:
        return await team.listing(visit, 422, typed=typed, wrong=wrong)
    at, scenario, person_id, due, text = visit.room.clock(), wanted.scenario, wanted.person_id, wanted.due, wanted.text

    def work(unit: Unit) -> None:
        unit.assignments.add(visit.someone, person_id, scenario, due, text, at)
        unit.audit.add(visit.someone.id, "assign", None, at)

    await visit.unit(work)
    return visit.go("/team#assigned")


async def drop(visit: Visit) -> Response:
    """Take an assignment of one's own team back."""
    given = visit.request.path_params["assignment"]
    if not NUMBER.fullmatch(given):
        raise HTTPException(404)

    def work(unit: Unit) -> None:
        assignment = unit.assignments.get(int(given))
        if assignment is None or assignment.team != visit.someone.team:
            raise HTTPException(404)
        unit.assignments.drop(assignment.id)
        unit.audit.add(visit.someone.id, "unassign", None, visit.room.clock())

    await visit.unit(work)
    return visit.go("/team#assigned")


def _read(visit: Visit, typed: dict[str, str], agents: list[Person]) -> tuple[Wanted | None, dict[str, str]]:
    """What was asked for, or what is wrong with each field: the end of a key of the catalogue."""
    wrong: dict[str, str] = {}
    if typed["scenario"] not in asked.assignable(visit.room.library, visit.voice.lang):
        wrong["scenario"] = "scenario"
    who = None if typed["who"] == EVERYONE else typed["who"]
    if who is not None and who not in {agent.id for agent in agents}:
        wrong["who"] = "who"
    due = _day(typed["due"])
    if due is None or due < visit.room.clock().date():
        wrong["due"] = "day" if due is None else "past"
    try:
        text = clean(typed["text"]) if typed["text"].strip() else ""
    except TextError as error:
        wrong["text"], text = error.code, ""
    return (None if wrong or due is None else Wanted(typed["scenario"], who, due, text)), wrong


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None
