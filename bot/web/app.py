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
from bot.web.embed import api as embed
from bot.web.headers import BodyLimit, Lent, SecurityHeaders
from bot.web.pages import (
    assignments,
    catalogue,
    data,
    debrief,
    drill,
    error,
    examples,
    login,
    manifest,
    me,
    progress,
    team,
    welcome,
)
from bot.web.room import Room
from bot.web.visit import page

FOR_EVER = "public, max-age=31536000, immutable"


class Kept(StaticFiles):
    """Static files whose address carries a version: a browser may keep them."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOR_EVER if b"v=" in scope["query_string"] else "public, max-age=300"
        return response


async def health(request: Request) -> Response:
    """Whether a drill can be played: 200 once Rasa has its model loaded, 503 until then."""
    ready = await request.app.state.room.conversation.ready()
    return JSONResponse({"ready": ready}, status_code=200 if ready else 503)


ROUTES: tuple[BaseRoute, ...] = (
    Route("/", page(catalogue.show)),
    Route("/ask", page(catalogue.ask), methods=["POST"]),
    Route("/welcome", page(welcome.show)),
    Route("/welcome", page(welcome.choose), methods=["POST"]),
    Route("/me", page(me.show)),
    Route("/me", page(me.keep), methods=["POST"]),
    Route("/login", page(login.show, "anyone")),
    Route("/login", page(login.enter, "anyone"), methods=["POST"]),
    Route("/logout", page(login.leave), methods=["POST"]),
    Route("/lang", page(login.speak, "anyone"), methods=["POST"]),
    Route("/drills", page(drill.start), methods=["POST"]),
    Route("/drills/{drill}", page(drill.show)),
    Route("/drills/{drill}/replies", page(drill.reply), methods=["POST"]),
    Route("/drills/{drill}/state", page(drill.state)),
    Route("/drills/{drill}/scratch", page(drill.scratch), methods=["POST"]),
    Route("/drills/{drill}/hint", page(drill.hint), methods=["POST"]),
    Route("/drills/{drill}/replay", page(drill.replay), methods=["POST"]),
    Route("/drills/{drill}/end", page(drill.end), methods=["POST"]),
    Route("/exam", page(drill.exam), methods=["POST"]),
    Route("/drills/{drill}/debrief", page(debrief.show)),
    Route("/drills/{drill}/feedback", page(debrief.feedback), methods=["POST"]),
    Route("/drills/{drill}/share", page(debrief.share), methods=["POST"]),
    Route("/drills/{drill}/unshare", page(debrief.unshare), methods=["POST"]),
    Route("/drills/{drill}/contests", page(debrief.contest), methods=["POST"]),
    Route("/drills/{drill}/exemplar", page(debrief.exemplar), methods=["POST"]),
    Route("/examples", page(examples.show)),
    Route("/examples/{drill}", page(examples.read)),
    Route("/progress", page(progress.show)),
    Route("/progress/certificates/{stage}", page(progress.certificate)),
    Route("/me/export.json", page(data.export_json)),
    Route("/me/export.csv", page(data.export_csv)),
    Route("/me/erase", page(data.show)),
    Route("/me/erase", page(data.erase), methods=["POST"]),
    Route("/team", page(team.show, "lead")),
    Route("/team/assignments", page(assignments.assign, "lead"), methods=["POST"]),
    Route("/team/assignments/{assignment}/drop", page(assignments.drop, "lead"), methods=["POST"]),
    Route("/team/drills/{drill}", page(team.review, "lead")),
    Route("/team/drills/{drill}/comments", page(team.comment, "lead"), methods=["POST"]),
    Route("/manifest.webmanifest", page(manifest.show, "anyone")),
    Route("/api/health", health),
)


def create(room: Room) -> Starlette:
    """The ASGI application of the web door, with Slack's handler at /slack when the room has one."""
    # Pages hold a token beside what people typed, so only static files are compressed (BREACH).
    mounts: list[BaseRoute] = [Mount("/static", GZipMiddleware(Kept(directory=render.STATIC)))]
    if room.slack is not None:
        mounts.append(Mount("/slack", room.slack))
    origins = room.settings.embed_origins
    if origins:
        mounts.append(Mount("/embed", embed.create(room)))
    https = room.settings.cookie_secure
    app = Starlette(
        routes=[*ROUTES, *mounts],
        middleware=[
            *([Middleware(Lent, origins=origins)] if origins else []),
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
