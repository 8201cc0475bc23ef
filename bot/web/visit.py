"""One request as a page sees it: who asks, in which language, for which room."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import quote

from jinja2 import Environment
from sqlalchemy.exc import IntegrityError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from actions.storage.editions import Gone
from actions.storage.records import Person
from actions.storage.unit import Unit
from bot.web import csrf, i18n, render, session
from bot.web.room import Room

log = logging.getLogger(__name__)
Who = Literal["anyone", "person", "lead"]
T = TypeVar("T")


@dataclass(frozen=True)
class Visit:
    """What a handler receives."""

    request: Request
    room: Room
    voice: i18n.Voice
    templates: Environment
    person: Person | None

    @property
    def fragment(self) -> bool:
        """True when our own script asks: it wants a part of a page, not a redirect."""
        return self.request.headers.get("x-requested-with") == "fetch"

    @property
    def someone(self) -> Person:
        """The person signed in; `page` has made sure there is one."""
        assert self.person is not None
        return self.person

    async def field(self, name: str) -> str:
        """A text field of the form; empty when absent."""
        value = (await self.request.form()).get(name, "")
        return value if isinstance(value, str) else ""

    async def unit(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in one unit of work, away from the event loop.

        What it writes may hang on something that another tab erased a moment ago: then the page doesn't exist (404).
        """

        def run() -> T:
            with Unit(self.room.engine) as unit:
                return work(unit)

        try:
            return await run_in_threadpool(run)
        except IntegrityError as error:
            log.warning("%s: %s", self.request.url.path, error.orig)
            raise HTTPException(404) from error

    def show(self, template: str, status: int = 200, **facts: Any) -> Response:
        """A page or a part of one."""
        now = self.room.clock()
        common = {
            "person": self.person,
            "csrf": csrf.token(self.request),
            "path": self.request.url.path,
            "theme": self.request.session.get("theme", ""),
            "since": lambda at: self.voice.since(at, now),
        }
        return HTMLResponse(render.words(self.templates, template, {**common, **facts}), status)

    def go(self, address: str) -> Response:
        """On to another page, after a POST."""
        return RedirectResponse(address, status_code=303)


Handler = Callable[[Visit], Awaitable[Response]]


def open_visit(request: Request, person: Person | None) -> Visit:
    """Put together what a handler needs."""
    lang = i18n.preferred(request)
    state = request.app.state
    return Visit(request, state.room, state.voices[lang], state.templates[lang], person)


def page(handler: Handler, who: Who = "person") -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of a handler: nobody passes without the role, no POST without its token.

    A page for leads does not exist (404) for anyone else.
    """

    async def endpoint(request: Request) -> Response:
        try:
            person = await run_in_threadpool(session.person, request, request.app.state.room.engine)
            return await _admit(open_visit(request, person), handler, who)
        except HTTPException:
            raise
        except Gone as gone:
            log.warning("%s %s: %s", request.method, request.url.path, gone)
            return sorry(request, 410)
        except Exception:
            # Caught here rather than at the edge, so that the answer keeps its headers and the visitor's language.
            log.exception("%s %s failed", request.method, request.url.path)
            return sorry(request, 500)

    return endpoint


def sorry(request: Request, status: int) -> Response:
    """The friendly page, or the friendly sentence when our script asked, for an error."""
    visit = open_visit(request, None)
    template = "_notice.html" if visit.fragment else "error.html"
    return visit.show(template, status, code=str(status))


async def _admit(visit: Visit, handler: Handler, who: Who) -> Response:
    if who != "anyone" and visit.person is None:
        return _sign_in_first(visit)
    if visit.request.method == "POST" and not await csrf.valid(visit.request):
        raise HTTPException(403)
    if who == "lead" and visit.someone.role != "lead":
        raise HTTPException(404)
    return await handler(visit)


def _sign_in_first(visit: Visit) -> Response:
    if visit.fragment:
        return visit.show("_notice.html", 401, code="signed_out")
    if visit.request.method == "GET" and visit.request.url.path != "/":
        return visit.go(f"/login?next={quote(visit.request.url.path)}")
    return visit.go("/login")


def inside(address: str) -> str:
    """`address` when it stays on this site, else the front page: no open redirect."""
    local = address.startswith("/") and not address.startswith(("//", "/\\")) and "\n" not in address
    return address if local else "/"
