"""After a drill: what went well, what to try next, and what to share."""

from __future__ import annotations

import textwrap
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from actions.coaching import care
from actions.storage import editions, outbox
from actions.storage.records import Drill, Feedback
from actions.storage.unit import Unit
from bot.conversation import NotTaken
from bot.text import TextError, clean
from bot.web import charts
from bot.web.pages.drill import mine
from bot.web.transcript import FEELINGS, Moment, read, summary
from bot.web.visit import Visit

RATINGS = ("1", "2", "3", "4", "5")
EXEMPLARS = ("signed", "anonymous")
SHORT = 110
"""Characters of a reply that are quoted under the curve."""
FIGURE = 3
"""Behaviours that make a radar; fewer draw a line."""


@dataclass(frozen=True)
class Said:
    """A reply in a few words, and the customer's satisfaction (0–100) before and after it."""

    position: int
    text: str
    before: int
    after: int


@dataclass(frozen=True)
class Refused:
    """What could not be kept: `code` says why, `at` is the field or the criterion, `text` what was typed."""

    code: str = ""
    at: str = ""
    text: str = ""
    shared: bool = False


async def show(visit: Visit) -> Response:
    """The debrief of a drill that is over; opening it marks the lead's comments as read."""
    return await _page(visit, await mine(visit))


async def feedback(visit: Visit) -> Response:
    """How did you live it? 1–5 and, if you like, a line; the lead reads it only when that is ticked as well."""
    drill = await mine(visit)
    rating, line, shared = await visit.field("rating"), await visit.field("text"), bool(await visit.field("shared"))
    if rating not in RATINGS:
        return await _page(visit, drill, 422, Refused("rating", "feedback", line, shared))
    try:
        text = clean(line) if line.strip() else ""
        await visit.room.conversation.command(
            visit.someone, drill.id, "feedback", str(uuid.uuid4()), rating=int(rating), text=text, shared=shared
        )
    except TextError as error:
        return await _page(visit, drill, 422, Refused(error.code, "feedback", line, shared))
    except NotTaken:
        return await _page(visit, drill, 503, Refused("feedback", "feedback", line, shared))
    return visit.go(f"/drills/{drill.id}/debrief#feedback")


async def share(visit: Visit) -> Response:
    """Let my lead read this drill."""
    drill = await _over(visit)
    at = visit.room.clock()

    def work(unit: Unit) -> None:
        unit.drills.share(drill.id, at)
        if visit.room.settings.lrs_url:
            outbox.share(unit, visit.room.library, drill, at)
        unit.audit.add(visit.someone.id, "share", drill.id, at)

    await visit.unit(work)
    return visit.go(f"/drills/{drill.id}/debrief#share")


async def unshare(visit: Visit) -> Response:
    """Take it back: from now on it doesn't exist for the lead."""
    drill = await mine(visit)

    def work(unit: Unit) -> None:
        unit.drills.unshare(drill.id)
        unit.audit.add(visit.someone.id, "unshare", drill.id, visit.room.clock())

    await visit.unit(work)
    return visit.go(f"/drills/{drill.id}/debrief#share")


async def contest(visit: Visit) -> Response:
    """Say in a sentence why a mark of the scorecard is not right; an empty one withdraws what was said."""
    drill = await _over(visit)
    criterion, typed = await visit.field("criterion"), await visit.field("text")
    sheet = await visit.unit(lambda unit: editions.of(unit, visit.room.library, drill).grid)
    if criterion not in {one.id for one in sheet.criteria}:
        raise HTTPException(404)
    try:
        text = clean(typed) if typed.strip() else ""
    except TextError as error:
        return await _page(visit, drill, 422, Refused(error.code, criterion, typed))
    at = visit.room.clock()

    def work(unit: Unit) -> None:
        unit.contests.put(drill.id, criterion, text, at)
        unit.audit.add(visit.someone.id, "contest" if text else "uncontest", drill.id, at)

    await visit.unit(work)
    return visit.go(f"/drills/{drill.id}/debrief#mark-{criterion}")


async def exemplar(visit: Visit) -> Response:
    """Keep this drill as an example for the team, `signed` or `anonymous`; nothing takes it back."""
    drill, chosen = await _over(visit), await visit.field("as")
    if chosen and chosen not in EXEMPLARS:
        raise HTTPException(404)
    at = visit.room.clock()

    def work(unit: Unit) -> None:
        unit.drills.show(drill.id, chosen or None)
        unit.audit.add(visit.someone.id, "exemplar" if chosen else "unexemplar", drill.id, at)

    await visit.unit(work)
    return visit.go(f"/drills/{drill.id}/debrief#exemplar")


async def _over(visit: Visit) -> Drill:
    drill = await mine(visit)
    if not drill.over:
        raise HTTPException(404)
    return drill


async def _page(visit: Visit, drill: Drill, status: int = 200, refused: Refused = Refused()) -> Response:
    if not drill.over:
        return visit.go(f"/drills/{drill.id}")
    at = visit.room.clock()

    def work(unit: Unit) -> dict[str, Any]:
        scenario = editions.of(unit, visit.room.library, drill).scenario
        given = unit.feedback.get(drill.id)
        facts = {
            "story": read(unit, visit.room.library, drill),
            "told": summary(unit, visit.room.library, drill),
            "model": scenario.model,
            "feedback": given,
            "contests": unit.contests.of_drill(drill.id),
            "care": care.needed(scenario.kinds, drill.difficulty, drill.ending, given.rating if given else None),
        }
        unit.comments.mark_read(drill.id, at)  # last: SQLite lets nobody else write from here to the end
        return facts

    facts = await visit.unit(work)
    told, given = facts["told"], facts["feedback"]
    return visit.show(
        "debrief.html",
        status,
        **facts,
        drill=drill,
        said=_said(told["curve"], facts["story"].moments),
        feelings=FEELINGS,
        curve=_draw(visit, told),
        radar=_radar(visit, told["behaviours"]),
        support=visit.room.settings.support[visit.voice.lang],
        recorded=bool(visit.room.settings.lrs_url),
        lived=_lived(given, refused),
        refused=refused,
    )


def _lived(given: Feedback | None, refused: Refused) -> Feedback | None:
    """What stands in the form of the reflection: what was just refused, else what was kept."""
    if refused.at == "feedback":
        return Feedback("", given.rating if given else 0, refused.text, refused.shared)
    return given


def _said(curve: Sequence[Mapping[str, int]], moments: Sequence[Moment]) -> list[Said]:
    texts = {moment.position: textwrap.shorten(moment.text, SHORT, placeholder="…") for moment in moments}
    return [
        Said(after["position"], texts[after["position"]], before["satisfaction"], after["satisfaction"])
        for before, after in pairwise(curve)
    ]


def _draw(visit: Visit, told: Mapping[str, Any]) -> Markup:
    say, points = visit.voice.say, told["curve"]
    labels = [say("curve.opening"), *(str(point["position"]) for point in points[1:])]
    lines = {say(f"feeling.{name}"): [point[name] for point in points] for name in FEELINGS}
    places = {point["position"]: place for place, point in enumerate(points)}
    decisive = {places[turn["position"]]: turn["delta"] for turn in told["decisive"]}
    return charts.curve(say("curve.title"), labels, lines, decisive)


def _radar(visit: Visit, behaviours: Sequence[Mapping[str, Any]]) -> Markup | None:
    values = {one["label"]: one["value"] for one in behaviours}
    known = [value for value in values.values() if value is not None]
    return charts.radar(visit.voice.say("debrief.behaviours"), values) if len(known) >= FIGURE and any(known) else None
