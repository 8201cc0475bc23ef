"""The first visit: a language, a trade, and straight into a first exchange of 90 seconds."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from actions.coaching import path
from actions.coaching.scenario import TRADES
from bot import proposal
from bot.conversation import NotTaken
from bot.web import shelf
from bot.web.pages import login
from bot.web.visit import Visit
from nlu.contract import LANGS

SEEN = "welcomed"
OTHER = "other"
"""A trade that is none of ours: nothing is kept of it."""


async def awaits(visit: Visit) -> bool:
    """Whether this is an agent who never chose a trade, never practised, and did not just pass the welcome by."""
    person = visit.someone
    if person.trade or person.role != "agent" or visit.request.session.get(SEEN):
        return False
    return not await visit.unit(lambda unit: unit.drills.of_person(person.id, 1))


async def show(visit: Visit) -> Response:
    """The welcome; one may come back to it."""
    return _page(visit, trade=visit.request.query_params.get("trade", visit.someone.trade or ""))


async def choose(visit: Visit) -> Response:
    """Keep the language and the trade, then begin the first drill, or see the catalogue when asked to."""
    lang, trade, then = [await visit.field(name) for name in ("lang", "trade", "then")]
    if lang in LANGS:
        await login.remember(visit, lang)
        return visit.go(f"/welcome?trade={trade}" if trade in (*TRADES, OTHER) else "/welcome")
    if trade in TRADES:
        await visit.unit(lambda unit: unit.people.choose(visit.someone.id, trade=trade))
    elif trade != OTHER and then != "skip":
        return _page(visit, 422, refused="trade")
    visit.request.session[SEEN] = True
    return visit.go("/") if then == "skip" else await _begin(visit, trade)


async def _begin(visit: Visit, trade: str) -> Response:
    library, lang, today = visit.room.library, visit.voice.lang, visit.room.clock().date()
    order = path.parse(library.read("path.yml"))
    slug = shelf.first(library.scenarios(lang), order, trade)
    if slug is None:
        next_one = proposal.choose(library, [], lang, today)
        if next_one is None:
            return visit.go("/")  # an empty library: its catalogue says so
        slug = next_one.slug
    difficulty = library.scenario(slug, lang).difficulties[0]
    try:
        drill_id = await visit.room.conversation.begin(visit.someone, slug, lang, difficulty, "web")
    except NotTaken:
        return _page(visit, 503, refused="503", trade=trade)
    return visit.go(f"/drills/{drill_id}")


def _page(visit: Visit, status: int = 200, **facts: Any) -> Response:
    return visit.show("welcome.html", status, trades=(*TRADES, OTHER), **{"trade": "", "refused": "", **facts})
