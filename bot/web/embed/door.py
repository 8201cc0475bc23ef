"""Who passes the embed door, in which language, and how a refusal reads. No cookie counts here: only the token."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from actions.storage.editions import Gone
from bot.conversation import NotTaken
from bot.web import i18n, render
from bot.web.embed import people, token
from bot.web.embed.icons import icon
from bot.web.visit import Visit
from nlu.contract import LANGS, Lang

log = logging.getLogger(__name__)

Fields = Mapping[str, Any]
Handler = Callable[[Visit, Fields], Awaitable[Response]]


class Sorry(Exception):
    """A handler cannot do what was asked. `key` is the sentence in the catalogues; its end is a code for scripts."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


ABSENT = "embed.absent"
MOVED = "embed.moved"
SAID = {404: ABSENT, 405: ABSENT, 413: "notice.413"}


def call(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of a handler: it is called with the visit of the person whom the token names."""

    async def endpoint(request: Request) -> Response:
        lang = asked(request)
        try:
            visit = await _admit(request)
            lang = visit.voice.lang
            return await handler(visit, await _fields(request))
        except Sorry as sorry:
            return refusal(lang, sorry.status, sorry.key)
        except NotTaken:
            return refusal(lang, 503, "notice.503")
        except Gone:
            return refusal(lang, 404, ABSENT)
        except HTTPException as error:
            return refusal(lang, error.status_code, SAID.get(error.status_code, "notice.500"))
        except Exception:
            # Caught here, so that the answer keeps the headers without which a page elsewhere cannot read it.
            log.exception("%s %s failed", request.method, request.url.path)
            return refusal(lang, 500, "notice.500")

    return endpoint


async def lost(request: Request, error: Exception) -> Response:
    """Answer an HTTP error raised by the router."""
    status = getattr(error, "status_code", 404)
    return refusal(asked(request), status, SAID.get(status, ABSENT))


def refusal(lang: Lang, status: int, key: str) -> Response:
    """One clear sentence, and a code for scripts."""
    voice = i18n.voices()[lang]
    return JSONResponse({"error": key.partition(".")[2], "text": voice.say(key), "words": _words(voice)}, status)


def told(visit: Visit, html: str, status: int = 200, **facts: Any) -> Response:
    """A fragment for the element to show, and what a script needs to know of it."""
    return JSONResponse({"lang": visit.voice.lang, "html": html, "words": _words(visit.voice), **facts}, status)


def asked(request: Request) -> Lang:
    """The language of the page, when it names one; else the browser's, else French."""
    named = request.query_params.get("lang", "")
    wanted = (part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(","))
    return next((lang for tag in (named, *wanted) for lang in LANGS if tag == lang), "fr")


def part(visit: Visit, template: str, **facts: Any) -> str:
    """A fragment of the element, from `templates/embed/`."""
    return render.words(visit.templates, f"embed/{template}", {"icon": icon, **facts})


def _words(voice: i18n.Voice) -> dict[str, str]:
    # The element has no words of its own: these are for when we cannot be reached.
    return {"down": voice.say("notice.503"), "again": voice.say("embed.retry")}


async def _admit(request: Request) -> Visit:
    room = request.app.state.room
    origin = request.headers.get("origin", "")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    try:
        if origin not in room.settings.embed_origins:
            raise token.Refused("origin", 403)
        guest = token.read(given.strip() if scheme.lower() == "bearer" else "", room.settings.embed_key, origin)
    except token.Refused as refused:
        raise Sorry(refused.status, f"embed.{refused.code}") from refused
    person = await run_in_threadpool(people.find, room.engine, guest, room.clock())
    lang = asked(request) if request.query_params.get("lang") in LANGS else guest.lang
    voice = i18n.voices()[lang]
    return Visit(request, room, voice, render.environment(voice), person)


async def _fields(request: Request) -> Fields:
    if request.method != "POST":
        return request.query_params
    try:
        found = await request.json()
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Sorry(400, "embed.unreadable")
    return found
