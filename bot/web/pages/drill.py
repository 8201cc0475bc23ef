"""A drill: the chat, and everything one can do in it."""

from __future__ import annotations

import re
import uuid
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from actions.coaching.drill import live
from actions.storage.library import LibraryError
from actions.storage.records import Draft, Drill, Person, Scratch
from actions.storage.unit import Unit
from bot.conversation import NotTaken
from bot.text import TextError, clean
from bot.web import charts
from bot.web.transcript import Transcript, read
from bot.web.visit import Visit

MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{8,80}")
POSITION = re.compile(r"[0-9]{1,3}")


async def mine(visit: Visit) -> Drill:
    """The drill of the address. Somebody else's doesn't exist (404)."""
    return await _own(visit, visit.request.path_params["drill"])


async def _own(visit: Visit, drill_id: str) -> Drill:
    drill = await visit.unit(lambda unit: unit.drills.get(drill_id))
    if drill is None or drill.person_id != visit.someone.id:
        raise HTTPException(404)
    return drill


def ours(unit: Unit, visit: Visit) -> tuple[Drill, Person]:
    """The drill of the address and whose it is, once over, of somebody of my team; any other doesn't exist (404).

    Whether they let it be read, and by whom, is for the caller to see.
    """
    drill = unit.drills.get(visit.request.path_params["drill"])
    agent = unit.people.get(drill.person_id) if drill and drill.person_id else None
    if drill is None or agent is None or not drill.over or agent.team != visit.someone.team:
        raise HTTPException(404)
    return drill, agent


async def start(visit: Visit) -> Response:
    """Begin a scenario in the language of the page."""
    slug, lang = await visit.field("scenario"), visit.voice.lang
    try:
        scenario = visit.room.library.scenario(slug, lang)
    except LibraryError as error:
        raise HTTPException(404) from error
    asked = await visit.field("difficulty")
    difficulty = asked if asked in scenario.difficulties else scenario.difficulties[0]
    try:
        drill_id = await visit.room.conversation.begin(visit.someone, slug, lang, difficulty, "web")
    except NotTaken:
        return visit.show("error.html", 503, code="503")
    return visit.go(f"/drills/{drill_id}")


async def show(visit: Visit) -> Response:
    """The chat, wherever it stands."""
    return await _chat(visit, await mine(visit))


async def reply(visit: Visit) -> Response:
    """Take what the agent typed: once, whatever happens on the way."""
    drill = await mine(visit)
    if drill.over:
        return _elsewhere(visit, f"/drills/{drill.id}")
    message_id = await _message_id(visit)
    typed = await visit.field("text")
    try:
        text = clean(typed)
        entry = await visit.room.conversation.reply(visit.someone, drill.id, text, message_id)
    except TextError as error:
        return await _refused(visit, drill, error.code, typed)
    except NotTaken:
        if visit.fragment:
            return visit.show("_notice.html", 503, code="kept")
        return await _chat(visit, drill, 503, unsent=typed)
    await visit.unit(lambda unit: unit.scratches.put(drill.id, "", visit.room.clock()))
    if not visit.fragment:
        return visit.go(f"/drills/{drill.id}#moment-{entry.position}")
    story = await _story(visit, await mine(visit))
    moment = next((each for each in story.moments if each.message_id == message_id), None)
    # Answered before and taken back since, or in another tab: the page on screen is out of date.
    return _elsewhere(visit, f"/drills/{drill.id}") if moment is None else _part(visit, story, moment)


async def state(visit: Visit) -> Response:
    """Where the drill stands, for a page that may be out of date: replies that count, the last one's id, over?"""
    drill = await mine(visit)
    told = await visit.unit(lambda unit: live(unit.turns.entries(drill.id)))
    last = told[-1].message_id if told else ""
    return JSONResponse({"position": len(told), "last": last, "over": drill.over})


async def scratch(visit: Visit) -> Response:
    """Keep what is being typed, for another day or another device; the Pause button then leaves the drill."""
    drill = await mine(visit)
    if visit.fragment and not await _current(visit, drill):
        return Response(status_code=205)  # this text was saved late, or the drill moved on in another tab
    if code := await _hold(visit, drill):
        return await _refused(visit, drill, code, await visit.field("text"))
    return Response(status_code=204) if visit.fragment else visit.go("/")


async def exam(visit: Visit) -> Response:
    """Hide what the customer feels while a drill runs, or show it again; what is being typed is kept."""
    drill = await _own(visit, await visit.field("drill"))
    chosen = await visit.field("exam") == "on"
    await visit.unit(lambda unit: unit.people.choose(visit.someone.id, exam=chosen))
    code = await _hold(visit, drill)
    if code:
        return await _refused(visit, drill, code, await visit.field("text"))
    return visit.go(f"/drills/{drill.id}")


async def hint(visit: Visit) -> Response:
    """A word of help; costs nothing."""
    drill = await mine(visit)
    payloads = await _command(visit, drill, "hint")
    if not visit.fragment:
        if code := await _hold(visit, drill):
            return await _refused(visit, drill, code, await visit.field("text"))
        return visit.go(f"/drills/{drill.id}#answer")
    return visit.show("_hint.html", hints=[payload["text"] for payload in payloads if payload.get("text")], drill=drill)


async def replay(visit: Visit) -> Response:
    """Take the drill back to just before a moment, and answer again."""
    drill = await mine(visit)
    position = await visit.field("position")
    if not POSITION.fullmatch(position) or not 1 <= int(position) <= len((await _story(visit, drill)).moments):
        raise HTTPException(404)
    await _command(visit, drill, "replay", position=int(position))
    return visit.go(f"/drills/{drill.id}#answer")


async def end(visit: Visit) -> Response:
    """Stop here, kindly."""
    drill = await mine(visit)
    if not drill.over:
        await _command(visit, drill, "end")
        await visit.unit(lambda unit: unit.scratches.put(drill.id, "", visit.room.clock()))
    return visit.go(f"/drills/{drill.id}/debrief")


async def _command(visit: Visit, drill: Drill, name: str, **facts: Any) -> list[dict[str, Any]]:
    try:
        return await visit.room.conversation.command(visit.someone, drill.id, name, str(uuid.uuid4()), **facts)
    except NotTaken:
        raise HTTPException(503) from None


async def _message_id(visit: Visit) -> str:
    given = await visit.field("message_id")
    return given if MESSAGE_ID.fullmatch(given) else str(uuid.uuid4())


async def _story(visit: Visit, drill: Drill) -> Transcript:
    return await visit.unit(lambda unit: read(unit, visit.room.library, drill))


async def _current(visit: Visit, drill: Drill) -> bool:
    """Whether the page that asks still waits for the reply that the drill waits for."""
    told = await visit.unit(lambda unit: live(unit.turns.entries(drill.id)))
    return not drill.over and await visit.field("position") == str(len(told) + 1)


async def _hold(visit: Visit, drill: Drill) -> str:
    """Keep what stands in the box, masked as a reply would be; the code of what is wrong with it, else nothing."""
    typed = await visit.field("text")
    try:
        text = clean(typed)
    except TextError as error:
        if error.code != "empty":
            return error.code
        text = ""
    if not drill.over:
        await visit.unit(lambda unit: unit.scratches.put(drill.id, text, visit.room.clock()))
    return ""


async def _chat(visit: Visit, drill: Drill, status: int = 200, unsent: str = "", **facts: Any) -> Response:
    def work(unit: Unit) -> tuple[Transcript, Draft | None, Scratch | None, bool]:
        only = len(unit.drills.of_person(visit.someone.id, limit=2)) == 1
        story = read(unit, visit.room.library, drill)
        return story, unit.drafts.get(drill.id), unit.scratches.get(drill.id), only

    story, draft, kept, first = await visit.unit(work)
    if unsent and draft is None:
        facts = {"typed": unsent, "refused": "kept"}  # not even the draft could be written: the page holds the text
    if draft and draft.message_id in {moment.message_id for moment in story.moments}:
        draft = None  # it was taken after all, its answer came too late
    if kept and draft and kept.text == draft.text:
        kept = None  # saved on its way out: it waits as a reply already
    common = {
        "draft": draft,
        "message_id": str(uuid.uuid4()),
        "typed": kept.text if kept else "",
        "typed_at": kept.updated_at if kept else None,
        "now": visit.room.clock(),
        "step": (3 if drill.over else 2 if story.moments else 1) if first else 0,
        "refused": "",
    }
    return visit.show("drill.html", status, **{**common, **_told(visit, story), **facts})


def _told(visit: Visit, story: Transcript) -> dict[str, Any]:
    """What every part of the chat needs; `hidden` is examination mode, which lasts as long as the drill does."""
    hidden = visit.someone.exam and not story.drill.over
    return {"story": story, "drill": story.drill, "spark": Markup() if hidden else _spark(visit, story)}


def _spark(visit: Visit, story: Transcript) -> Markup:
    felt = story.satisfaction
    said = visit.voice.say("drill.spark") % {"now": felt[-1], "start": felt[0]}
    return charts.spark(said, felt)


def _part(visit: Visit, story: Transcript, moment: Any) -> Response:
    return visit.show("_taken.html", moment=moment, **_told(visit, story))


async def _refused(visit: Visit, drill: Drill, code: str, typed: str) -> Response:
    if visit.fragment:
        return visit.show("_notice.html", 422, code=code)
    return await _chat(visit, drill, 422, typed=typed, refused=code)


def _elsewhere(visit: Visit, address: str) -> Response:
    # 205: our script loads the page again; without it the browser simply goes there.
    return Response(status_code=205) if visit.fragment else visit.go(address)
