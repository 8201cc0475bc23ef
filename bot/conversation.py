"""The only code that calls Rasa. Every door speaks through it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import httpx
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from actions.coaching.drill import Entry
from actions.storage.records import Draft, Person
from actions.storage.unit import Unit
from bot import token

log = logging.getLogger(__name__)

Payload = dict[str, Any]
Found = TypeVar("Found")
SECONDS = 20.0
NAMES = {"replay": "replay", "hint": "hint", "end": "end_drill", "feedback": "feedback", "begin": "begin"}


class NotTaken(Exception):
    """Nothing was recorded; the reply is kept as a draft. Send it again with the same message id."""


class Conversation:
    """Speaks with Rasa for a person. A known message id is answered from SQL, so a resend never counts twice."""

    def __init__(
        self, engine: Engine, url: str, secret: str, clock: Callable[[], datetime], transport: Any = None
    ) -> None:
        self._engine = engine
        self._secret = secret
        self._clock = clock
        self._client = httpx.AsyncClient(base_url=url, timeout=SECONDS, transport=transport)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def ready(self) -> bool:
        """True when Rasa has its model loaded."""
        try:
            return (await self._client.get("/webhooks/visavis/health")).status_code == 200
        except httpx.HTTPError:
            return False

    async def begin(self, person: Person, slug: str, lang: str, difficulty: str, door: str, quick: int = 0) -> str:
        """Open a drill and return its id. Raises NotTaken when it could not be opened."""
        drill_id = str(uuid.uuid4())
        facts = {"scenario": slug, "lang": lang, "difficulty": difficulty, "door": door, "quick": quick}
        payloads = await self._ask(person, drill_id, {"payload": "begin", "message_id": drill_id, "facts": facts})
        if not _has(payloads, "customer") and not self._began(drill_id):
            raise NotTaken(drill_id)
        return drill_id

    async def reply(self, person: Person, drill_id: str, text: str, message_id: str) -> Entry:
        """Send a reply (already `bot.text.clean`) and return the written turn. Raises NotTaken."""
        known = self._known(drill_id, message_id)
        if known is None:
            known = await self._take(person, drill_id, text, message_id)
        if known is None:
            self._keep(Draft(drill_id, message_id, text))
            raise NotTaken(message_id)
        self._forget(drill_id, message_id)
        return known

    async def command(self, person: Person, drill_id: str, name: str, message_id: str, **facts: Any) -> list[Payload]:
        """Send `replay` (position=), `hint`, `end`, `feedback` (rating=, text=, shared=), or `begin` to hear the line
        again. Raises NotTaken.
        """
        body = {"payload": NAMES[name], "message_id": message_id, "facts": facts}
        payloads = await self._ask(person, drill_id, body)
        if name in ("hint", "end") and _has(payloads, "catalogue"):
            # Rasa has forgotten the drill that SQL remembers: open its loop again, then repeat.
            await self._ask(person, drill_id, {"payload": "begin", "message_id": drill_id})
            payloads = await self._ask(person, drill_id, body)
        if not payloads or _has(payloads, "notice", "failed"):
            raise NotTaken(message_id)
        return payloads

    async def lobby(self, person: Person, text: str, door: str = "web") -> list[Payload]:
        """Say something outside a drill. Raises NotTaken when nobody answers."""
        payloads = await self._ask(person, f"lobby-{door}-{person.id}", {"text": text, "facts": {"lang": person.lang}})
        if not payloads:
            raise NotTaken("lobby")
        return payloads

    async def _take(self, person: Person, drill_id: str, text: str, message_id: str) -> Entry | None:
        body = {"text": text, "message_id": message_id}
        payloads = await self._ask(person, drill_id, body)
        if payloads and not _has(payloads, "coach_note") and not _has(payloads, "notice"):
            # Rasa answered from its lobby: its tracker is gone, ours is not. Open the loop again, once.
            await self._ask(person, drill_id, {"payload": "begin", "message_id": drill_id})
            payloads = await self._ask(person, drill_id, body)
        # SQL has the last word: a turn can be written and its answer lost on the way.
        return self._known(drill_id, message_id)

    async def _ask(self, person: Person, conversation: str, body: Payload) -> list[Payload]:
        """Rasa's payloads; none when it cannot be reached or answers with an error."""
        signed = token.sign(token.Speaker(person.id, conversation), self._secret, self._clock())
        try:
            answer = await self._client.post(
                "/webhooks/visavis/turn", json=body, headers={"Authorization": f"Bearer {signed}"}
            )
            answer.raise_for_status()
            return _payloads(answer.json())
        except (httpx.HTTPError, ValueError) as error:
            log.warning("Rasa did not take a message: %s", error or type(error).__name__)
            return []

    def _began(self, drill_id: str) -> bool:
        """Whether SQL holds a drill whose opening line was lost on the way: the door shows it from there."""
        return self._sql("read", lambda unit: unit.drills.get(drill_id)) is not None

    def _known(self, drill_id: str, message_id: str) -> Entry | None:
        return self._sql("read", lambda unit: unit.turns.known(drill_id, message_id))

    def _keep(self, draft: Draft) -> None:
        # Should this fail, the person's own door still holds the text.
        self._sql("keep a draft", lambda unit: unit.drafts.put(draft, self._clock()))

    def _forget(self, drill_id: str, message_id: str) -> None:
        def clear(unit: Unit) -> None:
            # Another reply may still wait: taking a new one must not throw it away.
            draft = unit.drafts.get(drill_id)
            if draft and draft.message_id == message_id:
                unit.drafts.drop(drill_id)

        self._sql("clear a draft", clear)

    def _sql(self, what: str, work: Callable[[Unit], Found]) -> Found | None:
        """The outcome of `work` in a unit of its own; None, and a line in the log, when the database fails."""
        try:
            with Unit(self._engine) as unit:
                return work(unit)
        except SQLAlchemyError as error:
            log.warning("The database did not %s: %s", what, error)
            return None


def _payloads(messages: Any) -> list[Payload]:
    """The payloads among Rasa's messages; none when somebody else answers in its place."""
    messages = messages if isinstance(messages, list) else []
    customs = [message.get("custom") for message in messages if isinstance(message, dict)]
    return [custom for custom in customs if isinstance(custom, dict) and "type" in custom]


def _has(payloads: list[Payload], kind: str, code: str | None = None) -> bool:
    return any(payload["type"] == kind and code in (None, payload.get("code")) for payload in payloads)
