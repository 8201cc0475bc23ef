"""Signing in and out, and choosing a language."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot import accounts
from bot.web import session
from bot.web.visit import Visit, inside
from nlu.contract import LANGS


async def show(visit: Visit) -> Response:
    """The form; whoever is signed in already goes on."""
    target = inside(visit.request.query_params.get("next", "/"))
    return visit.go(target) if visit.person else visit.show("login.html", target=target, login="", refused=False)


async def enter(visit: Visit) -> Response:
    """Check login and password. Which of the two was wrong is not said."""
    login, target = await visit.field("login"), inside(await visit.field("next"))
    person = await run_in_threadpool(accounts.verify, visit.room.engine, login, await visit.field("password"))
    if person is None:
        return visit.show("login.html", 422, target=target, login=login, refused=True)
    session.sign_in(visit.request, person)
    return visit.go(target)


async def leave(visit: Visit) -> Response:
    """Sign out."""
    session.sign_out(visit.request)
    return visit.go("/login")


async def speak(visit: Visit) -> Response:
    """Choose the language of the door, here and for the next sign-in."""
    lang = await visit.field("lang")
    if lang in LANGS:
        await remember(visit, lang)
    return visit.go(inside(await visit.field("next")))


async def remember(visit: Visit, lang: str) -> None:
    """Speak `lang`, one of LANGS, from now on."""
    visit.request.session["lang"] = lang
    person = visit.person
    if person:
        await visit.unit(lambda unit: unit.people.speak(person.id, lang))
