"""Puts the web door together: routes, layers, error pages. The process's composition root calls `create`."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.web import i18n, render, session
from bot.web.headers import BodyLimit, SecurityHeaders
from bot.web.pages import catalogue, debrief, drill, error, login, team
from bot.web.room import Room
from bot.web.visit import page

FOR_EVER = "public, max-age=31536000, immutable"


class Kept(StaticFiles):
    """Static files whose address carries a version: a browser may keep them."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOR_EVER if b"v=" in scope["query_string"] else "public, max-age=3600"
        return response


async def health(request: Request) -> Response:
    """Whether a drill can be played: 200 once Rasa has its model loaded, 503 until then."""
    ready = await request.app.state.room.conversation.ready()
    return JSONResponse({"ready": ready}, status_code=200 if ready else 503)


ROUTES: tuple[BaseRoute, ...] = (
    Route("/", page(catalogue.show)),
    Route("/ask", page(catalogue.ask), methods=["POST"]),
    Route("/login", page(login.show, "anyone")),
    Route("/login", page(login.enter, "anyone"), methods=["POST"]),
    Route("/logout", page(login.leave), methods=["POST"]),
    Route("/lang", page(login.speak, "anyone"), methods=["POST"]),
    Route("/drills", page(drill.start), methods=["POST"]),
    Route("/drills/{drill}", page(drill.show)),
    Route("/drills/{drill}/replies", page(drill.reply), methods=["POST"]),
    Route("/drills/{drill}/hint", page(drill.hint), methods=["POST"]),
    Route("/drills/{drill}/replay", page(drill.replay), methods=["POST"]),
    Route("/drills/{drill}/end", page(drill.end), methods=["POST"]),
    Route("/drills/{drill}/debrief", page(debrief.show)),
    Route("/drills/{drill}/feedback", page(debrief.feedback), methods=["POST"]),
    Route("/drills/{drill}/share", page(debrief.share), methods=["POST"]),
    Route("/drills/{drill}/unshare", page(debrief.unshare), methods=["POST"]),
    Route("/team", page(team.show, "lead")),
    Route("/team/drills/{drill}", page(team.review, "lead")),
    Route("/team/drills/{drill}/comments", page(team.comment, "lead"), methods=["POST"]),
    Route("/api/health", health),
)


def create(room: Room) -> Starlette:
    """The ASGI application of the web door, with Slack's handler at /slack when the room has one."""
    # Pages hold a token beside what people typed, so only static files are compressed (BREACH).
    mounts: list[BaseRoute] = [Mount("/static", GZipMiddleware(Kept(directory=render.STATIC)))]
    if room.slack is not None:
        mounts.append(Mount("/slack", room.slack))
    https = room.settings.cookie_secure
    app = Starlette(
        routes=[*ROUTES, *mounts],
        middleware=[
            Middleware(SecurityHeaders, https=https),
            Middleware(BodyLimit),
            Middleware(
                SessionMiddleware,
                secret_key=room.settings.secret_key,
                session_cookie=session.COOKIE,
                max_age=session.MAX_AGE,
                same_site="lax",
                https_only=https,
            ),
        ],
        exception_handlers={HTTPException: error.known},
    )
    app.state.room = room
    app.state.voices = i18n.voices()
    app.state.templates = {lang: render.environment(voice) for lang, voice in app.state.voices.items()}
    return app
