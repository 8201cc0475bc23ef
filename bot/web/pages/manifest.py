"""What a browser needs to install the room as an application (W3C Web Application Manifest)."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from bot.web.render import address
from bot.web.visit import Visit
from nlu.contract import LANGS

COLOURS = {"background_color": "#faf6ef", "theme_color": "#faf6ef"}
"""The paper of app.css, in light: a manifest knows one colour for both themes."""
SIZES = (192, 512)
"""Pixels of the drawn icons, as installing asks for. They keep their margins, so a system may cut them to any shape."""


async def show(visit: Visit) -> Response:
    """The manifest in the language asked for: browsers fetch it without a session."""
    asked = visit.request.query_params.get("lang")
    voice = visit.request.app.state.voices.get(asked, visit.voice)
    drawn = [
        {"src": address(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in SIZES
        for purpose in ("any", "maskable")
    ]
    described = {
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "name": "Vis-à-vis",
        "short_name": "Vis-à-vis",
        "description": voice.say("login.lede"),
        "lang": asked if asked in LANGS else voice.lang,
        "display": "standalone",
        "icons": [{"src": address("icon.svg"), "sizes": "any", "type": "image/svg+xml"}, *drawn],
        **COLOURS,
    }
    return JSONResponse(described, media_type="application/manifest+json")
