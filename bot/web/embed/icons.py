"""The icons of the room, drawn in place: a page elsewhere cannot point into our file."""

from __future__ import annotations

import re
from functools import cache

from markupsafe import Markup

from bot.web.render import STATIC

SYMBOL = re.compile(r'<symbol id="([\w-]+)"([^>]*)>(.*?)</symbol>', re.DOTALL)


@cache
def _drawn() -> dict[str, Markup]:
    page = (STATIC / "icons.svg").read_text(encoding="utf-8")
    return {
        name: Markup(f'<svg class="icon" aria-hidden="true"{frame}>{lines}</svg>')
        for name, frame, lines in SYMBOL.findall(page)
    }


def icon(name: str) -> Markup:
    """The icon called `name` in `icons.svg`. Raises KeyError when there is none."""
    return _drawn()[name]
