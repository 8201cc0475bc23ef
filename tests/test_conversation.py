"""bot/conversation.py, against a Rasa that lives in this process and can be broken at will."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest
from sqlalchemy.engine import Engine

from actions import practice
from actions.room import Room
from actions.storage import engine as engines
from actions.storage.library import Library
from actions.storage.records import Draft, Person
from actions.storage.unit import Unit
from bot import token
from bot.conversation import Conversation, NotTaken
from nlu.contract import Assessment

SECRET = "a secret of at least thirty-two bytes, for tests"
CATALOGUE = {"type": "catalogue", "text": "Bienvenue", "scenarios": []}
FAILED = {"type": "notice", "code": "failed"}


class Rasa:
    """Answers as our connector, rules and loop do: which drills' loops are open is all it remembers."""

    def __init__(self, room: Room, perceived: Assessment) -> None:
        self.room = room
        self.perceived = perceived
        self.loops: set[str] = set()
        self.calls: list[dict[str, Any]] = []
        self.broken: Callable[[httpx.Request], httpx.Response] | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The transport of httpx."""
        if self.broken:
            return self.broken(request)
        if request.url.path.endswith("/health"):
            return httpx.Response(200, json={"ready": True})
        speaker = token.read(request.headers["Authorization"].removeprefix("Bearer "), SECRET)
        body = json.loads(request.content)
        self.calls.append({**body, "person": speaker.person, "conversation": speaker.conversation})
        try:
            said = self.answer(speaker, body)
        except Exception:  # what actions/adapter.py does
            said = [FAILED]
        return httpx.Response(200, json=[{"recipient_id": "x", "text": "…"}, *({"custom": one} for one in said)])

    def unheard(self, request: httpx.Request) -> httpx.Response:
        """A breakdown for `broken`: the message is taken, its answer is lost on the way, all is well afterwards."""
        self.broken = None
        self(request)
        raise httpx.ReadError("the wire was cut", request=request)

    def answer(self, speaker: token.Speaker, body: dict[str, Any]) -> list[dict[str, Any]]:
        """The payloads of one message."""
        drill, facts, id_ = speaker.conversation, body.get("facts") or {}, body.get("message_id")
        match body.get("payload"):
            case "begin":
                step = practice.begin(self.room, drill, speaker.person, facts)
                self.loops.add(drill)
            case "replay":
                step = practice.replay(self.room, drill, facts["position"], str(id_))
                self.loops.add(drill)
            case "end_drill":
                practice.end(self.room, drill, str(id_))
                step = practice.Step(practice.review(self.room, drill).payloads, over=True)
            case "feedback":
                step = practice.reflect(self.room, drill, facts["rating"], facts["text"])
            case _ if drill not in self.loops:
                return [CATALOGUE]
            case "hint":
                step = practice.hint(self.room, drill, str(id_))
            case _:
                step = practice.take(self.room, drill, body["text"], str(id_), self.perceived)
        if step.over:
            self.loops.discard(drill)
        return list(step.payloads)


@pytest.fixture
def rasa(sqlite: Engine, library: Library, clock: Callable[[], datetime], perceived: Callable[..., Assessment]) -> Rasa:
    """A Rasa that works, for now."""
    return Rasa(Room(sqlite, library, clock), perceived())


@pytest.fixture
async def talk(rasa: Rasa, sqlite: Engine) -> AsyncIterator[Conversation]:
    """A conversation with that Rasa."""
    now = lambda: datetime.now(timezone.utc)  # noqa: E731 — tokens are checked against the real time
    conversation = Conversation(sqlite, "http://rasa", SECRET, now, httpx.MockTransport(rasa))
    yield conversation
    await conversation.close()


@pytest.fixture
async def drill(talk: Conversation, camille: Person) -> str:
    """A drill of Camille's."""
    return await talk.begin(camille, "late-refund", "fr", "calm", "web")


def log(engine: Engine, drill: str) -> list[tuple[str, str]]:
    """(kind, message id) of each entry of a drill."""
    with Unit(engine) as unit:
        return [(entry.kind, entry.message_id) for entry in unit.turns.entries(drill)]


def draft(engine: Engine, drill: str) -> Draft | None:
    """The reply that waits."""
    with Unit(engine) as unit:
        return unit.drafts.get(drill)


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


def too_slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("", request=request)


BREAKDOWNS = {
    "down": unreachable,
    "too slow": too_slow,
    "500": lambda _: httpx.Response(500, text="oops"),
    "401": lambda _: httpx.Response(401, json={"error": "token"}),
    "a page": lambda _: httpx.Response(200, html="<h1>Bad gateway</h1>"),
    "silence": lambda _: httpx.Response(200, json=[]),
    "words without a payload": lambda _: httpx.Response(200, json=[{"text": "Bonjour"}]),
    "action failed": lambda _: httpx.Response(200, json=[{"custom": FAILED}]),
    "an object": lambda _: httpx.Response(200, json={"error": "?"}),
    "null": lambda _: httpx.Response(200, json=None),
    "a number": lambda _: httpx.Response(200, json=[1]),
    "a payload without a type": lambda _: httpx.Response(200, json=[{"custom": {"text": "?"}}]),
}


@pytest.fixture(params=BREAKDOWNS)
def breakdown(request: pytest.FixtureRequest) -> Callable[[httpx.Request], httpx.Response]:
    """One way for Rasa to fail."""
    return BREAKDOWNS[request.param]


async def test_a_drill_and_a_turn(talk: Conversation, camille: Person, drill: str, sqlite: Engine, rasa: Rasa) -> None:
    entry = await talk.reply(camille, drill, "Bonjour", "m1")
    assert (entry.kind, entry.position, entry.text, entry.message_id) == ("reply", 1, "Bonjour", "m1")
    assert entry.id is not None and entry.note and entry.reaction
    assert {(call["person"], call["conversation"]) for call in rasa.calls} == {(camille.id, drill)}
    assert draft(sqlite, drill) is None


async def test_sent_twice_answered_twice_counted_once(
    talk: Conversation, camille: Person, drill: str, sqlite: Engine, rasa: Rasa
) -> None:
    first = await talk.reply(camille, drill, "Bonjour", "m1")
    calls = len(rasa.calls)
    assert await talk.reply(camille, drill, "Bonjour", "m1") == first
    assert len(rasa.calls) == calls, "a known message does not trouble Rasa"
    assert log(sqlite, drill) == [("reply", "m1")]


async def test_an_outage_keeps_the_reply(
    talk: Conversation, camille: Person, drill: str, sqlite: Engine, rasa: Rasa, breakdown: Any
) -> None:
    rasa.broken = breakdown
    with pytest.raises(NotTaken):
        await talk.reply(camille, drill, "Bonjour", "m1")
    assert draft(sqlite, drill) == Draft(drill, "m1", "Bonjour")
    assert log(sqlite, drill) == []
    rasa.broken = None
    assert (await talk.reply(camille, drill, "Bonjour", "m1")).position == 1
    assert draft(sqlite, drill) is None and log(sqlite, drill) == [("reply", "m1")]


async def test_a_drill_that_could_not_begin(talk: Conversation, camille: Person, rasa: Rasa, breakdown: Any) -> None:
    rasa.broken = breakdown
    with pytest.raises(NotTaken):
        await talk.begin(camille, "late-refund", "fr", "calm", "web")
    with pytest.raises(NotTaken):
        await talk.command(camille, "d", "hint", "h1")


async def test_written_but_the_answer_was_lost(
    talk: Conversation, camille: Person, drill: str, sqlite: Engine, rasa: Rasa
) -> None:
    rasa.broken = rasa.unheard
    first = await talk.reply(camille, drill, "Bonjour", "m1")
    assert await talk.reply(camille, drill, "Bonjour", "m1") == first
    assert log(sqlite, drill) == [("reply", "m1")] and draft(sqlite, drill) is None


async def test_begun_but_the_answer_was_lost(talk: Conversation, camille: Person, rasa: Rasa, sqlite: Engine) -> None:
    rasa.broken = rasa.unheard
    drill = await talk.begin(camille, "late-refund", "fr", "calm", "web")
    with Unit(sqlite) as unit:
        assert [found.id for found in unit.drills.of_person(camille.id)] == [drill]


async def test_a_new_reply_does_not_throw_away_the_one_that_waits(
    talk: Conversation, camille: Person, drill: str, sqlite: Engine, rasa: Rasa, breakdown: Any
) -> None:
    rasa.broken = breakdown
    with pytest.raises(NotTaken):
        await talk.reply(camille, drill, "Bonjour", "m1")
    rasa.broken = None
    await talk.reply(camille, drill, "Autre chose", "m2")
    assert draft(sqlite, drill) == Draft(drill, "m1", "Bonjour")


async def test_rasa_forgot_the_drill(
    talk: Conversation, camille: Person, drill: str, sqlite: Engine, rasa: Rasa
) -> None:
    rasa.loops.clear()
    assert (await talk.reply(camille, drill, "Bonjour", "m1")).position == 1
    assert [call.get("payload", "text") for call in rasa.calls] == ["begin", "text", "begin", "text"]
    assert log(sqlite, drill) == [("reply", "m1")]


@pytest.mark.parametrize("name, kind", [("hint", "hint"), ("end", "debrief")])
async def test_rasa_forgot_the_drill_before_a_command(
    talk: Conversation, camille: Person, drill: str, sqlite: Engine, rasa: Rasa, name: str, kind: str
) -> None:
    rasa.loops.clear()
    payloads = await talk.command(camille, drill, name, "c1")
    assert kind in [payload["type"] for payload in payloads]
    assert log(sqlite, drill) == [(name, "c1")]


async def test_commands(talk: Conversation, camille: Person, drill: str, sqlite: Engine) -> None:
    await talk.reply(camille, drill, "Bonjour", "m1")
    assert (await talk.command(camille, drill, "replay", "r1", position=1))[0]["position"] == 0
    assert (await talk.command(camille, drill, "hint", "h1"))[0]["type"] == "hint"
    told = await talk.command(camille, drill, "feedback", "f1", rating=5, text="Utile.")
    assert told == [{"type": "notice", "code": "thanks"}]
    assert log(sqlite, drill) == [("reply", "m1"), ("replay", "r1"), ("hint", "h1")]


async def test_the_lobby(talk: Conversation, camille: Person, rasa: Rasa, breakdown: Any) -> None:
    assert await talk.lobby(camille, "Bonjour", "slack") == [CATALOGUE]
    call = rasa.calls[-1]
    assert (call["conversation"], call["facts"]) == (f"lobby-slack-{camille.id}", {"lang": "fr"})


async def test_nobody_in_the_lobby(talk: Conversation, camille: Person, rasa: Rasa) -> None:
    rasa.broken = unreachable
    with pytest.raises(NotTaken):
        await talk.lobby(camille, "Bonjour")


@pytest.mark.parametrize(
    "broken, ready", [(None, True), (unreachable, False), (lambda _: httpx.Response(503, json={"ready": False}), False)]
)
async def test_ready(talk: Conversation, rasa: Rasa, broken: Any, ready: bool) -> None:
    rasa.broken = broken
    assert await talk.ready() is ready


@pytest.fixture
def locked(sqlite: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Somebody else writes to the file and does not finish until called; nobody waits for it."""
    with sqlite.connect() as connection:  # the one connection of the pool, whose patience we cut
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0)
    other = sqlite3.connect(str(sqlite.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other.rollback
    other.close()


async def test_a_locked_database(
    talk: Conversation, camille: Person, drill: str, sqlite: Engine, locked: Callable[[], None]
) -> None:
    with pytest.raises(NotTaken):
        await talk.reply(camille, drill, "Bonjour", "m1")
    locked()
    assert log(sqlite, drill) == [] and draft(sqlite, drill) is None
    assert (await talk.reply(camille, drill, "Bonjour", "m1")).position == 1
    assert log(sqlite, drill) == [("reply", "m1")]


async def test_a_database_that_does_not_answer(talk: Conversation, camille: Person, drill: str, sqlite: Engine) -> None:
    with sqlite.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE turns RENAME TO away")
    with pytest.raises(NotTaken):
        await talk.reply(camille, drill, "Bonjour", "m1")
    assert draft(sqlite, drill) == Draft(drill, "m1", "Bonjour")
    with sqlite.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO turns")
    assert (await talk.reply(camille, drill, "Bonjour", "m1")).position == 1
