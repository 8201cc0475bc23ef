"""A room that tells a store of its drills, and the store."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import ASGITransport
from sqlalchemy.engine import Engine

from actions import practice
from actions.room import Room
from actions.storage import outbox
from actions.storage.library import Library
from actions.storage.records import Drill, Person, Told
from actions.storage.unit import Unit
from bot.lrs.sender import Sender
from nlu.contract import ACTS, Assessment
from tests.conftest import NOW
from tests.lrs.store import KEY, SECRET, Store

HOME = "https://room.example"


@dataclass
class Clock:
    """Moves when told to, and by a second at each look."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True)
class Keys:
    """Settings of a test."""

    lrs_url: str = "http://store/xapi"
    lrs_key: str = KEY
    lrs_secret: str = SECRET
    public_url: str = HOME


@dataclass
class Stage:
    """Plays drills of one agent. `good` is a reply that a grid finds hard to fault."""

    room: Room
    agent: Person
    perceived: Callable[..., Assessment]
    clock: Clock
    store: Store
    senders: list[Sender] = field(default_factory=list)

    def sender(self, **given: Any) -> Sender:
        """A sender of its own, to the store unless another `transport` is given."""
        given = {"settings": Keys(), "transport": ASGITransport(self.store.app), **given}
        self.senders.append(Sender(self.room.engine, self.room.library, clock=self.clock, **given))
        return self.senders[-1]

    def begin(self, **facts: Any) -> str:
        drill_id = str(uuid.uuid4())
        plain = {"scenario": "late-refund", "lang": "fr", "difficulty": "calm", "door": "web", **facts}
        practice.begin(self.room, drill_id, self.agent.id, plain)
        return drill_id

    def say(self, drill_id: str, text: str = "Bonjour", good: bool = True) -> None:
        facts: dict[str, Any] = {"acts": ACTS} if good else {"red_flags": ("insult",)}
        practice.take(self.room, drill_id, text, str(uuid.uuid4()), self.perceived(2 if good else 0, **facts))

    def end(self, drill_id: str) -> None:
        practice.end(self.room, drill_id, str(uuid.uuid4()))

    def replay(self, drill_id: str) -> None:
        practice.replay(self.room, drill_id, 1, str(uuid.uuid4()))

    def share(self, drill_id: str) -> None:
        """What the debrief page does."""
        with Unit(self.room.engine) as unit:
            at = self.clock()
            unit.drills.share(drill_id, at)
            outbox.share(unit, self.room.library, self._drill(unit, drill_id), at)

    def unshare(self, drill_id: str) -> None:
        with Unit(self.room.engine) as unit:
            unit.drills.unshare(drill_id)

    def quick(self, good: bool = True) -> str:
        """A drill of one reply, played to its end."""
        drill_id = self.begin(quick=1)
        self.say(drill_id, good=good)
        return drill_id

    def told(self, drill_id: str) -> list[Told]:
        with Unit(self.room.engine) as unit:
            return unit.outbox.of_drill(drill_id)

    def verbs(self, drill_id: str) -> list[str]:
        return [one.verb for one in self.told(drill_id)]

    def _drill(self, unit: Unit, drill_id: str) -> Drill:
        found = unit.drills.get(drill_id)
        assert found is not None
        return found


@pytest.fixture
async def stage(sqlite: Engine, library: Library, camille: Person, perceived: Callable[..., Assessment]) -> Any:
    """Camille's practice, told to an empty store."""
    clock = Clock()
    made = Stage(Room(sqlite, library, clock, told=True), camille, perceived, clock, Store())
    yield made
    for sender in made.senders:
        await sender.stop()
