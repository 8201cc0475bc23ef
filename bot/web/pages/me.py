"""My account: my language, my trade, how I practise, how the pages look, and the way out."""

from __future__ import annotations

from starlette.responses import Response

from actions.coaching.scenario import TRADES
from bot.web.pages import login
from bot.web.pages.welcome import OTHER
from bot.web.visit import Visit
from nlu.contract import LANGS

THEMES = ("", "light", "dark")
"""As the system has it, or one's own choice for this session."""


async def show(visit: Visit) -> Response:
    """What I chose, ready to be changed."""
    kept, recorded = "kept" in visit.request.query_params, bool(visit.room.settings.lrs_url)
    return visit.show("me.html", trades=(*TRADES, OTHER), themes=THEMES, kept=kept, recorded=recorded)


async def keep(visit: Visit) -> Response:
    """Keep what I chose; a value that nobody offered changes nothing."""
    lang, trade, theme = [await visit.field(name) for name in ("lang", "trade", "theme")]
    chosen: dict[str, str | bool | None] = {"exam": bool(await visit.field("exam"))}
    if trade in (*TRADES, OTHER):
        chosen["trade"] = None if trade == OTHER else trade
    await visit.unit(lambda unit: unit.people.choose(visit.someone.id, **chosen))
    if lang in LANGS:
        await login.remember(visit, lang)
    if theme in THEMES:
        visit.request.session["theme"] = theme
    return visit.go("/me?kept")
