"""My progress: the learning path, what grew, the replays that helped, every drill. Mine alone, and against nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from actions.coaching import path, progress
from actions.coaching.path import Path, Stage
from actions.coaching.progress import Trend
from actions.coaching.result import Result
from actions.storage import results
from actions.storage.library import Library
from actions.storage.records import Certificate, Drill
from actions.storage.unit import Unit
from bot import proposal
from bot.web import charts
from bot.web.visit import Visit

PAGE = 20
REPLAYS = 5
NUMBER = re.compile(r"[0-9]{1,4}")
CHARTED = 2
"""Periods from which a line says more than its numbers do."""


@dataclass(frozen=True)
class Step:
    """A stage of the path: which of its skills hold, and the certificate once earned. `closing` names its whole
    scenarios, slug → title."""

    stage: Stage
    holds: Mapping[str, bool]
    closing: Mapping[str, str]
    certificate: Certificate | None

    @property
    def held(self) -> int:
        """How many of the skills hold."""
        return sum(self.holds.values())

    @property
    def share(self) -> int:
        """0–100."""
        return round(100 * self.held / len(self.holds))


@dataclass(frozen=True)
class Line:
    """One row of a trend: its name and first and last known values, 0–100; `values` has one per period."""

    name: str
    values: tuple[int | None, ...]

    @property
    def known(self) -> tuple[int, ...]:
        """The values there are, the first to the last."""
        return tuple(value for value in self.values if value is not None)


@dataclass(frozen=True)
class Told:
    """A trend as the page shows it; `chart` is empty while there is too little for a line."""

    id: str
    lines: tuple[Line, ...]
    chart: Markup


Played = list[tuple[Drill, Result]]


async def show(visit: Visit) -> Response:
    """The page; a certificate that was earned is given on the way."""
    person, library, at = visit.someone.id, visit.room.library, visit.room.clock()
    learning = path.parse(library.read("path.yml"))

    def work(unit: Unit) -> tuple[Played, list[Certificate]]:
        found = results.of_person(unit, library, person)
        return found, _certified(unit, library, learning, person, found, at)

    played, certificates = await visit.unit(work)
    titles = library.titles(visit.voice.lang)
    told = progress.tell([(drill.started_at.date(), result) for drill, result in reversed(played)])
    labels = library.read(f"coach/{visit.voice.lang}.yml")["labels"]
    days = [visit.voice.short(day, told.by == "month") for day in told.periods]
    return visit.show(
        "progress.html",
        told=told,
        names={**labels["strategies"], **labels["behaviours"]},
        days=days,
        trends=[
            _trend(visit, "behaviours", told.behaviours, labels["behaviours"], days),
            _trend(visit, "strategies", told.strategies, labels["strategies"], days),
        ],
        steps=_steps(learning, proposal.done(library, played), titles, certificates),
        better=[(drill, result) for drill, result in played if result.improved and drill.over][:REPLAYS],
        titles=titles,
        **_paged(visit, played),
    )


async def certificate(visit: Visit) -> Response:
    """One certificate, to print. One that was not earned does not exist (404)."""
    library, person = visit.room.library, visit.someone.id
    held = await visit.unit(lambda unit: unit.certificates.of_person(person))
    stages = {stage.id: stage for stage in path.parse(library.read("path.yml")).stages}
    found = next((one for one in held if one.stage == visit.request.path_params["stage"]), None)
    if found is None or found.stage not in stages:
        raise HTTPException(404)
    day = found.earned_at.date()
    return visit.show("certificate.html", stage=stages[found.stage], day=visit.voice.day(day), iso=day.isoformat())


def _certified(
    unit: Unit, library: Library, learning: Path, person: str, played: Played, at: datetime
) -> list[Certificate]:
    """Everything earned, the new ones given now and for good. Two tabs may do it at once: it is given once."""
    held = {one.stage for one in unit.certificates.of_person(person)}
    through = {drill.scenario for drill, _ in played if drill.over and drill.ending != "ended"}
    for stage in progress.earned(learning, proposal.done(library, played), through):
        if stage not in held:
            unit.certificates.add(Certificate(person, stage, at))
    return unit.certificates.of_person(person)


def _steps(
    learning: Path, done: Sequence[path.Done], titles: Mapping[str, str], certificates: Sequence[Certificate]
) -> list[Step]:
    given = {one.stage: one for one in certificates}
    return [
        Step(
            stage,
            {skill: path.standing(learning, skill, done).strength >= learning.mastered for skill in stage.skills},
            {slug: titles[slug] for slug in stage.scenarios if slug in titles},
            given.get(stage.id),
        )
        for stage in learning.stages
    ]


def _trend(visit: Visit, name: str, trends: Sequence[Trend], labels: Mapping[str, str], days: Sequence[str]) -> Told:
    lines = tuple(Line(labels.get(trend.name, trend.name), trend.values) for trend in trends)
    known = tuple(line for line in lines if line.known)
    if len(days) < CHARTED or not known:
        return Told(name, known, Markup())
    title = visit.voice.say(f"trend.{name}")
    return Told(name, known, charts.trend(title, days, {line.name: line.values for line in known}))


def _paged(visit: Visit, played: Played) -> dict[str, Any]:
    """One page of the drills, and where it stands among them; any other number is the nearest page."""
    asked = visit.request.query_params.get("page", "1")
    pages = max(1, -(-len(played) // PAGE))
    number = min(max(int(asked), 1), pages) if NUMBER.fullmatch(asked) else 1
    return {"past": played[(number - 1) * PAGE : number * PAGE], "number": number, "pages": pages}
