"""A web door on the real `data/`, a conversation that needs no Rasa, and a browser that fills forms."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp

from actions import practice
from actions.coaching.drill import Entry
from actions.room import Room as Stage
from actions.storage.records import Draft, Person
from actions.storage.unit import Unit
from bot.conversation import NotTaken
from bot.web.app import create
from bot.web.i18n import voices
from bot.web.room import Payload, Room
from nlu.contract import Assessment, Lang, Marker, Wording

DATA = Path(__file__).resolve().parents[2] / "data"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
PASSWORD = "correct horse"
SLUG = "late-refund"


class Clock:
    """Each look is a second later, so that order never depends on luck."""

    def __init__(self) -> None:
        self._now = NOON

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


@dataclass(frozen=True)
class Keys:
    """Settings of a test."""

    secret_key: str = "only for tests"
    cookie_secure: bool = False
    public_url: str = "http://testserver"
    support: Mapping[Lang, str] = field(default_factory=lambda: {"fr": "", "en": ""})
    embed_origins: frozenset[str] = frozenset()
    embed_key: str = ""
    lrs_url: str = ""


@dataclass
class FakeConversation:
    """Takes turns as Rasa's actions do, with a perception simple enough to predict. `down` refuses everything."""

    stage: Stage
    down: bool = False
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def ready(self) -> bool:
        return not self.down

    async def begin(self, person: Person, slug: str, lang: str, difficulty: str, door: str, quick: int = 0) -> str:
        self._up()
        drill_id = str(uuid.uuid4())
        facts = {"scenario": slug, "lang": lang, "difficulty": difficulty, "door": door, "quick": quick}
        practice.begin(self.stage, drill_id, person.id, facts)
        return drill_id

    async def reply(self, person: Person, drill_id: str, text: str, message_id: str) -> Entry:
        if self.down:
            with Unit(self.stage.engine) as unit:
                unit.drafts.put(Draft(drill_id, message_id, text), self.stage.clock())
            raise NotTaken(message_id)
        practice.take(self.stage, drill_id, text, message_id, perceive(text))
        with Unit(self.stage.engine) as unit:
            unit.drafts.drop(drill_id)
            entry = unit.turns.known(drill_id, message_id)
        assert entry is not None
        return entry

    async def command(self, person: Person, drill_id: str, name: str, message_id: str, **facts: Any) -> list[Payload]:
        self._up()
        self.asked.append((name, facts))
        match name:
            case "replay":
                step = practice.replay(self.stage, drill_id, facts["position"], message_id)
            case "hint":
                step = practice.hint(self.stage, drill_id, message_id)
            case "end":
                practice.end(self.stage, drill_id, message_id)
                step = practice.review(self.stage, drill_id)
            case _:
                step = practice.reflect(
                    self.stage, drill_id, facts["rating"], facts["text"], facts.get("shared", False)
                )
        return list(step.payloads)

    async def lobby(self, person: Person, text: str) -> list[Payload]:
        self._up()
        found = {"slug": SLUG, "title": "Found", "summary": text}
        return [{"type": "catalogue", "text": f"<{text}>", "scenarios": [found]}]

    def _up(self) -> None:
        if self.down:
            raise NotTaken("down")


@dataclass
class FakeTrackers:
    """Remembers whom it was told to forget; `down` fails as a database does."""

    down: bool = False
    forgotten: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def forget(self, person_id: str, drills: Sequence[str]) -> None:
        if self.down:
            raise OperationalError("delete from events", {}, Exception("locked"))
        self.forgotten.append((person_id, tuple(drills)))


def words(key: str, lang: Lang = "en") -> str:
    """What the pages say under a key, so that a test does not fail for a better wording."""
    return voices()[lang].say(key)


def perceive(text: str) -> Assessment:
    """ "sorry" helps, "calm down" costs, "policy" is a word to avoid, "idiot" is an insult."""
    found = {word: match for word in ("sorry", "calm down", "policy") if (match := re.search(word, text, re.I))}
    markers = [
        Marker(match.start(), match.end(), strategy, polarity, f"note on {strategy}")
        for word, strategy, polarity in (("sorry", "apology", 1), ("calm down", "command", -1))
        if (match := found.get(word))
    ]
    avoid = found.get("policy")
    kind = 2 if "sorry" in found else 0
    return Assessment(
        lang="en",
        empathy={"level": kind, "reaction": kind, "interpretation": kind, "exploration": 0},
        tone={"level": kind, "warmth": kind, "courtesy": kind, "calm": kind, "clarity": 1},
        sentiment={"label": "neutral"},
        acts=("apologise",) if "sorry" in found else (),
        markers=tuple(markers),
        wording=(Wording(avoid.start(), avoid.end(), avoid.group(), "what we can do"),) if avoid else (),
        red_flags=("insult",) if "idiot" in text else (),
        confidence={"empathy": 0.9, "tone": 0.1 if "hmm" in text else 0.9},
    )


@dataclass
class Site:
    """The web door of a test, and what stands behind it."""

    room: Room
    conversation: FakeConversation
    people: dict[str, Person]
    loop: asyncio.AbstractEventLoop
    trackers: FakeTrackers

    def with_slack(self, slack: ASGIApp) -> Site:
        """The same door with Slack's handler behind it."""
        return replace(self, room=replace(self.room, slack=slack))

    def visitor(self, name: str = "", lang: str = "en") -> Visitor:
        """A browser; signed in when `name` is given."""
        transport = ASGITransport(create(self.room))
        visitor = Visitor(
            AsyncClient(transport=transport, base_url="http://testserver", headers={"Accept-Language": lang}),
            self.loop,
        )
        if name:
            visitor.post("/lang", {"lang": lang, "next": "/"}, at="/login")
            assert visitor.post("/login", {"login": name, "password": PASSWORD}, at="/login").status_code == 303
        return visitor


@dataclass
class Visitor:
    """A browser that fills forms: it brings the token of the page it is on."""

    client: AsyncClient
    loop: asyncio.AbstractEventLoop

    def ask(self, method: str, path: str, **options: Any) -> Response:
        """Any request."""
        return self.loop.run_until_complete(self.client.request(method, path, **options))

    def get(self, path: str) -> Response:
        """A page."""
        return self.ask("GET", path)

    def token(self, at: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(at).text)
        assert found, f"no form at {at}"
        return found[1]

    def post(self, path: str, fields: dict[str, Any] | None = None, at: str = "/", fetch: bool = False) -> Response:
        """A form of the page `at`."""
        headers = {"X-Requested-With": "fetch"} if fetch else {}
        return self.ask("POST", path, data={"csrf": self.token(at), **(fields or {})}, headers=headers)

    def start(self, difficulty: str = "calm") -> str:
        """Begin a drill; its address."""
        answer = self.post("/drills", {"scenario": SLUG, "difficulty": difficulty})
        assert answer.status_code == 303
        return str(answer.headers["location"])

    def say(self, drill: str, text: str, fetch: bool = False, message_id: str = "") -> Response:
        """One reply."""
        fields = {"text": text, "message_id": message_id or str(uuid.uuid4())}
        return self.post(f"{drill}/replies", fields, fetch=fetch)

    def finish(self, *replies: str) -> str:
        """A drill of these replies, ended; its address."""
        drill = self.start()
        for text in replies:
            self.say(drill, text)
        self.post(f"{drill}/end")
        return drill
