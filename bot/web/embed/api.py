"""What `visavis-chat.js` asks for: JSON around fragments that our templates escaped (docs/embedding.md)."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import Route

from actions.coaching.scenario import Scenario
from actions.storage.library import LibraryError
from actions.storage.records import Drill
from actions.storage.unit import Unit
from bot.conversation import NotTaken
from bot.text import TextError, clean
from bot.web import shelf
from bot.web.embed.door import ABSENT, MOVED, Fields, Sorry, call, lost, part, told
from bot.web.pages import data
from bot.web.pages.drill import MESSAGE_ID, mine
from bot.web.room import Room
from bot.web.transcript import Transcript, read, summary
from bot.web.visit import Visit

DOOR = "embed"


async def scenarios(visit: Visit, fields: Fields) -> Response:
    """What can be practised; with `scenario`, that one alone, ready to begin or to take up again."""
    slug, lang = _text(fields, "scenario"), visit.voice.lang
    if not slug:
        found = shelf.offered(visit.room.library.scenarios(lang))
        return told(visit, part(visit, "scenarios.html", scenarios=found), scenarios=_listed(found))
    scenario = _scenario(visit, slug)
    person = visit.someone.id
    recent = await visit.unit(lambda unit: unit.drills.of_person(person))
    opened = next((drill for drill in recent if drill.scenario == slug and not drill.over), None)
    chosen = _difficulty(scenario, _text(fields, "difficulty"))
    html = part(visit, "scenario.html", scenario=scenario, chosen=chosen, opened=opened)
    return told(visit, html, scenarios=_listed([scenario]))


async def begin(visit: Visit, fields: Fields) -> Response:
    """Begin a scenario in the language of the element."""
    scenario = _scenario(visit, _text(fields, "scenario"))
    difficulty = _difficulty(scenario, _text(fields, "difficulty"))
    drill_id = await visit.room.conversation.begin(visit.someone, scenario.slug, visit.voice.lang, difficulty, DOOR)
    drill = await visit.unit(lambda unit: unit.drills.get(drill_id))
    assert drill is not None
    return await _chat(visit, drill, 201)


async def show(visit: Visit, fields: Fields) -> Response:
    """The drill, wherever it stands."""
    return await _chat(visit, await mine(visit))


async def reply(visit: Visit, fields: Fields) -> Response:
    """Take what the agent typed: once, whatever happens on the way."""
    drill = await mine(visit)
    message_id = _message_id(fields)
    if not drill.over:
        try:
            text = clean(_text(fields, "text"))
            await visit.room.conversation.reply(visit.someone, drill.id, text, message_id)
        except TextError as error:
            raise Sorry(422, f"notice.{error.code}") from error
        except NotTaken as error:
            raise Sorry(503, "notice.kept") from error
    drill = await mine(visit)
    story = await _story(visit, drill)
    moment = next((each for each in story.moments if each.message_id == message_id), None)
    if moment is None:  # the drill is over, or another tab took this reply back
        raise Sorry(409, MOVED)
    html = part(visit, "taken.html", story=story, drill=drill, moment=moment)
    return _answer(visit, drill, html, position=moment.position)


async def hint(visit: Visit, fields: Fields) -> Response:
    """A word of help; costs nothing."""
    drill = await _open(visit)
    await _command(visit, drill, fields, "hint")
    story = await _story(visit, drill)
    return _answer(visit, drill, part(visit, "hints.html", story=story, drill=drill))


async def replay(visit: Visit, fields: Fields) -> Response:
    """Take the drill back to just before a moment, and answer again."""
    drill = await mine(visit)
    position = fields.get("position")
    if type(position) is not int or not 1 <= position <= len((await _story(visit, drill)).moments):
        raise Sorry(404, ABSENT)
    await _command(visit, drill, fields, "replay", position=position)
    return await _chat(visit, await mine(visit))


async def end(visit: Visit, fields: Fields) -> Response:
    """Stop here, kindly: the answer is the debrief."""
    drill = await mine(visit)
    if not drill.over:
        await _command(visit, drill, fields, "end")
    return await debrief(visit, fields)


async def debrief(visit: Visit, fields: Fields) -> Response:
    """What went well, what to try next, and the simulated verdict, of a drill that is over."""
    drill = await mine(visit)
    if not drill.over:
        raise Sorry(409, MOVED)

    def work(unit: Unit) -> tuple[Transcript, dict[str, Any]]:
        return read(unit, visit.room.library, drill), summary(unit, visit.room.library, drill)

    story, review = await visit.unit(work)
    return _answer(visit, drill, part(visit, "debrief.html", story=story, drill=drill, told=review))


async def export(visit: Visit, fields: Fields) -> Response:
    """Everything the room keeps of whoever asks: the file of `/me/export.json`."""
    return await data.export_json(visit)


async def erase(visit: Visit, fields: Fields) -> Response:
    """Erase the practice of whoever asks; nothing goes unless `sure` is true."""
    if fields.get("sure") is not True:
        raise Sorry(422, "erase.unsure")
    try:
        await data.forget(visit)
    except SQLAlchemyError as error:
        raise Sorry(503, "erase.failed") from error
    return told(visit, part(visit, "erased.html"))


def create(room: Room) -> Starlette:
    """The application at /embed, for the pages of the origins in the settings."""
    app = Starlette(
        routes=[
            Route("/scenarios", call(scenarios)),
            Route("/drills", call(begin), methods=["POST"]),
            Route("/drills/{drill}", call(show)),
            Route("/drills/{drill}/replies", call(reply), methods=["POST"]),
            Route("/drills/{drill}/hint", call(hint), methods=["POST"]),
            Route("/drills/{drill}/replay", call(replay), methods=["POST"]),
            Route("/drills/{drill}/end", call(end), methods=["POST"]),
            Route("/drills/{drill}/debrief", call(debrief)),
            Route("/me/export", call(export)),
            Route("/me/erase", call(erase), methods=["POST"]),
        ],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=sorted(room.settings.embed_origins),
                allow_methods=["GET", "POST"],
                allow_headers=["Authorization", "Content-Type"],
                allow_credentials=False,
            )
        ],
        exception_handlers={HTTPException: lost},
    )
    app.state.room = room
    return app


def _answer(visit: Visit, drill: Drill, html: str, status: int = 200, **facts: Any) -> Response:
    return told(visit, html, status, drill=drill.id, over=drill.over, **facts)


async def _chat(visit: Visit, drill: Drill, status: int = 200) -> Response:
    story = await _story(visit, drill)
    draft = await visit.unit(lambda unit: unit.drafts.get(drill.id))
    if draft and draft.message_id in {moment.message_id for moment in story.moments}:
        draft = None  # it was taken after all, its answer came too late
    return _answer(visit, drill, part(visit, "drill.html", story=story, drill=drill, draft=draft), status)


async def _story(visit: Visit, drill: Drill) -> Transcript:
    return await visit.unit(lambda unit: read(unit, visit.room.library, drill))


async def _open(visit: Visit) -> Drill:
    drill = await mine(visit)
    if drill.over:
        raise Sorry(409, MOVED)
    return drill


async def _command(visit: Visit, drill: Drill, fields: Fields, name: str, **facts: Any) -> None:
    await visit.room.conversation.command(visit.someone, drill.id, name, _message_id(fields), **facts)


def _scenario(visit: Visit, slug: str) -> Scenario:
    try:
        return visit.room.library.scenario(slug, visit.voice.lang)
    except LibraryError as error:
        raise Sorry(404, ABSENT) from error


def _difficulty(scenario: Scenario, asked: str) -> str:
    return asked if asked in scenario.difficulties else scenario.difficulties[0]


def _listed(found: list[Scenario]) -> list[dict[str, Any]]:
    return [
        {"slug": one.slug, "title": one.title, "summary": one.summary, "minutes": one.minutes,
         "difficulties": list(one.difficulties)}
        for one in found
    ]  # fmt: skip


def _message_id(fields: Fields) -> str:
    given = _text(fields, "message_id")
    return given if MESSAGE_ID.fullmatch(given) else str(uuid.uuid4())


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""
