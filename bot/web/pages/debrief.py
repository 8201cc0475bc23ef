"""After a drill: what went well, what to try next, and what to share."""

from __future__ import annotations

import uuid
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from actions.storage.records import Drill, Feedback
from actions.storage.unit import Unit
from bot.conversation import NotTaken
from bot.text import TextError, clean
from bot.web import charts
from bot.web.pages.drill import mine
from bot.web.transcript import FEELINGS, Transcript, read, summary
from bot.web.visit import Visit

RATINGS = ("1", "2", "3", "4", "5")


async def show(visit: Visit) -> Response:
    """The debrief of a drill that is over; opening it marks the lead's comments as read."""
    return await _page(visit, await mine(visit))


async def feedback(visit: Visit) -> Response:
    """How did you live it? 1–5 and, if you like, a line."""
    drill = await mine(visit)
    rating, line = await visit.field("rating"), await visit.field("text")
    if rating not in RATINGS:
        return await _page(visit, drill, 422, refused="rating", line=line)
    try:
        text = clean(line) if line.strip() else ""
        await visit.room.conversation.command(
            visit.someone, drill.id, "feedback", str(uuid.uuid4()), rating=int(rating), text=text
        )
    except TextError as error:
        return await _page(visit, drill, 422, refused=error.code, line=line)
    except NotTaken:
        return await _page(visit, drill, 503, refused="feedback", line=line)
    return visit.go(f"/drills/{drill.id}/debrief#feedback")


async def share(visit: Visit) -> Response:
    """Let my lead read this drill."""
    drill = await mine(visit)
    if not drill.over:
        raise HTTPException(404)
    at = visit.room.clock()

    def work(unit: Unit) -> None:
        unit.drills.share(drill.id, at)
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


async def _page(visit: Visit, drill: Drill, status: int = 200, refused: str = "", line: str = "") -> Response:
    if not drill.over:
        return visit.go(f"/drills/{drill.id}")
    at = visit.room.clock()

    def work(unit: Unit) -> tuple[Transcript, dict[str, Any], Feedback | None]:
        story = read(unit, visit.room.library, drill)
        unit.comments.mark_read(drill.id, at)
        return story, summary(unit, visit.room.library, drill), unit.feedback.get(drill.id)

    story, told, given = await visit.unit(work)
    return visit.show(
        "debrief.html",
        status,
        drill=drill,
        story=story,
        told=told,
        feelings=FEELINGS,
        curve=_draw(visit, told["curve"]),
        feedback=given,
        refused=refused,
        line=line,
    )


def _draw(visit: Visit, points: list[dict[str, int]]) -> Markup:
    say = visit.voice.say
    labels = [say("curve.opening"), *(str(point["position"]) for point in points[1:])]
    lines = {say(f"feeling.{name}"): [point[name] for point in points] for name in FEELINGS}
    return charts.curve(say("curve.title"), labels, lines)
