"""A small intranet that embeds the practice room, and a page of an LMS that holds that intranet in a frame.

    EMBED_KEY=… ROOM=http://127.0.0.1:8000 python examples/embed/host.py

Open http://127.0.0.1:9000 (the intranet) or http://localhost:9000/lms (another site, with the intranet inside).
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from string import Template

import jwt
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

HERE = Path(__file__).resolve().parent
MINUTES = 10
"""How long a token lives; the room refuses more than fifteen."""
WORDS = {
    "fr": {
        "title": "Dix minutes pour s’entraîner",
        "lede": "Une conversation difficile, sans enjeu, avant la vraie.",
        "fallback": "La salle d’entraînement ne répond pas. Revenez dans un moment.",
    },
    "en": {
        "title": "Ten minutes of practice",
        "lede": "A difficult conversation, with nothing at stake, before the real one.",
        "fallback": "The practice room isn’t answering. Come back in a moment.",
    },
}


def sign(key: str, host: str, sub: str, name: str, lang: str) -> str:
    """A token that tells the room who visits the page at `host` (an origin, such as https://intranet.example)."""
    now = datetime.now(timezone.utc)
    claims = {"aud": "visavis-embed", "sub": sub, "name": name, "lang": lang, "origin": host}
    return jwt.encode({**claims, "iat": now, "exp": now + timedelta(minutes=MINUTES)}, key, algorithm="HS256")


def create(room: str, key: str, host: str, lms: str, scenario: str = "late-refund") -> Starlette:
    """The intranet at the origin `host`, which the LMS at the origin `lms` may hold in a frame."""
    policy = "; ".join(
        (
            "default-src 'self'",
            f"script-src {room}",
            f"style-src 'self' {room}",
            f"connect-src 'self' {room}",
            f"frame-ancestors {lms}",
        )
    )

    def page(request: Request, name: str) -> str:
        lang = _lang(request)
        facts = {"room": room, "host": host, "lang": lang, "scenario": scenario, **WORDS[lang]}
        return Template((HERE / name).read_text(encoding="utf-8")).substitute(facts)

    async def index(request: Request) -> Response:
        return HTMLResponse(page(request, "index.html"), headers={"Content-Security-Policy": policy})

    async def style(request: Request) -> Response:
        return FileResponse(HERE / "style.css")

    async def icon(request: Request) -> Response:
        return Response(status_code=204)

    async def token(request: Request) -> Response:
        # Your site knows who is signed in: put that person here, never a name that the browser sends.
        return JSONResponse({"token": sign(key, host, "employee-42", "Camille", _lang(request))})

    async def course(request: Request) -> Response:
        return HTMLResponse(page(request, "lms.html"))

    return Starlette(
        routes=[
            Route("/", index),
            Route("/style.css", style),
            Route("/favicon.ico", icon),
            Route("/token", token),
            Route("/lms", course),
        ]
    )


def _lang(request: Request) -> str:
    return "en" if request.query_params.get("lang") == "en" else "fr"


if __name__ == "__main__":
    port = int(os.environ.get("PORT", "9000"))
    uvicorn.run(
        create(
            os.environ.get("ROOM", "http://127.0.0.1:8000"),
            os.environ["EMBED_KEY"],
            f"http://127.0.0.1:{port}",
            f"http://localhost:{port}",
        ),
        port=port,
        ws="none",
    )
