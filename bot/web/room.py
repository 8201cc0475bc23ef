"""What the web door needs from the rest of the process, handed over once at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.engine import Engine
from starlette.types import ASGIApp

from actions.coaching.drill import Entry
from actions.storage.library import Library
from actions.storage.records import Person
from nlu.contract import Lang

Payload = dict[str, Any]


class Talk(Protocol):
    """What we ask of `bot.conversation.Conversation`; tests bring their own."""

    async def ready(self) -> bool: ...

    async def begin(self, person: Person, slug: str, lang: str, difficulty: str, door: str, quick: int = 0) -> str: ...

    async def reply(self, person: Person, drill_id: str, text: str, message_id: str) -> Entry: ...

    async def command(
        self, person: Person, drill_id: str, name: str, message_id: str, **facts: Any
    ) -> list[Payload]: ...

    async def lobby(self, person: Person, text: str) -> list[Payload]: ...


class Keys(Protocol):
    """The settings that pages depend on."""

    @property
    def secret_key(self) -> str: ...

    @property
    def cookie_secure(self) -> bool: ...

    @property
    def public_url(self) -> str: ...

    @property
    def support(self) -> Mapping[Lang, str]: ...

    @property
    def embed_origins(self) -> frozenset[str]: ...

    @property
    def embed_key(self) -> str: ...

    @property
    def lrs_url(self) -> str: ...


class Memory(Protocol):
    """What we ask of `bot.trackers.Trackers`: what Rasa keeps of conversations."""

    def forget(self, person_id: str, drills: Sequence[str]) -> None: ...


@dataclass(frozen=True)
class Room:
    """The collaborators of every page. `clock` tells the time in UTC; `trackers` is what Rasa remembers; `slack` is
    mounted at /slack when given."""

    engine: Engine
    library: Library
    conversation: Talk
    settings: Keys
    clock: Callable[[], datetime]
    trackers: Memory
    slack: ASGIApp | None = None
