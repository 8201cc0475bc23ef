"""Sends what waits in the outbox to the learning record store, and tries again until it is there.

Statements have ids of ours: a store keeps the first and ignores the rest (xAPI Communication, 2.1.2), so several web
processes may well send the same one, and a process may be stopped half-way, without harm.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import httpx
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from actions.storage import outbox, results
from actions.storage.library import Library, LibraryError
from actions.storage.records import Drill, Told
from actions.storage.unit import Unit
from bot.lrs import statement
from bot.lrs.statement import Json
from nlu.contract import LANGS

log = logging.getLogger(__name__)

BATCH = 25
"""Statements in a request: some 30 kB, far below what stores take."""
SECONDS = 10.0
"""How long a store may take to answer."""
PAUSE = 5.0
"""Seconds between two looks at an empty outbox: reports are not read to the second."""
FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=6)
ASKED = timedelta(days=1)
"""The longest rest that a store may ask for in `Retry-After`."""
AT_FAULT = (400, 409, 413, 422)
"""Answers that speak of the statements; all others speak of the store, the way there or our credentials: those mend."""


class Keys(Protocol):
    """The settings this depends on; see `bot.settings.TABLE`."""

    @property
    def lrs_url(self) -> str: ...

    @property
    def lrs_key(self) -> str: ...

    @property
    def lrs_secret(self) -> str: ...

    @property
    def public_url(self) -> str: ...


@dataclass(frozen=True)
class Answer:
    """What became of a request: `status` is 0 when nobody answered; `rest` is how long the store asks to be left."""

    status: int
    reason: str
    rest: timedelta = timedelta()

    @property
    def stored(self) -> bool:
        """The store has every statement of the request."""
        return 200 <= self.status < 300

    @property
    def at_fault(self) -> bool:
        """At least one statement of the request cannot be stored as it is."""
        return self.status in AT_FAULT


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries: a minute, then twice as long each time, up to six hours."""
    return min(FIRST * (1 << min(tries, 16)), LONGEST)


class Sender:
    """A task beside the web door. `clock` tells the time in UTC; `transport` is another way to the store, for tests."""

    def __init__(
        self, engine: Engine, library: Library, settings: Keys, clock: Callable[[], datetime], transport: Any = None,
        seconds: float = SECONDS, idle: float = PAUSE,
    ) -> None:  # fmt: skip
        self._engine = engine
        self._library = library
        self._home = settings.public_url
        self._url = f"{settings.lrs_url}/statements"
        self._clock = clock
        self._idle = idle
        self._client = httpx.AsyncClient(
            auth=(settings.lrs_key, settings.lrs_secret),
            headers={"X-Experience-API-Version": "1.0.3"},
            timeout=seconds,
            transport=transport,
        )
        self._resting = datetime.min.replace(tzinfo=timezone.utc)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look at the outbox."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop at once: what is on its way is sent again some day, and counts once."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._client.aclose()

    async def once(self) -> bool:
        """Send what is due, at most `BATCH` statements. True when there may be more to send now.

        Raises sqlalchemy.exc.SQLAlchemyError when the database cannot be used.
        """
        if self._clock() < self._resting:
            return False
        batch = await run_in_threadpool(self._batch)
        if not batch:
            return False
        answer = await self._post([written for _, written in batch])
        if answer.at_fault and len(batch) > 1:
            answer = await self._one_by_one(batch)
        else:
            await run_in_threadpool(self._settle, batch, answer)
        return len(batch) == BATCH and (answer.stored or answer.at_fault)

    async def _run(self) -> None:
        while True:
            more = False
            try:
                more = await self.once()
            except SQLAlchemyError as error:
                log.warning("The outbox cannot be read or written: %s", error)
            except Exception:
                log.exception("The outbox stumbled")  # whatever it is, the next statements must have their turn
            if not more:
                await asyncio.sleep(self._idle)

    def _batch(self) -> list[tuple[Told, Json]]:
        found = []
        with Unit(self._engine) as unit:
            for one in unit.outbox.due(self._clock(), BATCH):
                try:
                    found.append((one, self._statement(unit, one)))
                except DBAPIError:
                    raise
                except Exception as error:  # a spoilt drill must not hold the others back
                    log.exception("The statement %s could not be written", one.id)
                    unit.outbox.refuse(one.id, f"not written: {error!r}")
        return found

    def _statement(self, unit: Unit, one: Told) -> Json:
        told = unit.outbox.of_drill(one.drill_id)
        drill = unit.drills.get(one.drill_id)
        assert drill is not None  # the outbox goes with its drill
        session = outbox.session_of(one, told)
        if one.verb == "terminated":
            spent = one.at - session.began
        else:  # sessions from before there was a store are not known: then the drill's own length stands for them
            spent = outbox.spent(told, one.at) or (drill.ended_at or one.at) - drill.started_at
        score = self._score(unit, drill) if one.verb in unit.outbox.RESULTS else None
        return statement.write(self._home, one, drill, session.id, spent, self._titles(drill.scenario), score)

    def _score(self, unit: Unit, drill: Drill) -> int | None:
        with contextlib.suppress(LibraryError):
            return results.of(unit, self._library, drill).score
        return None

    def _titles(self, slug: str) -> dict[Any, str]:
        titles = {}
        for lang in LANGS:
            with contextlib.suppress(LibraryError):  # a scenario may be gone: its address still says which it was
                titles[lang] = self._library.scenario(slug, lang).title
        return titles

    async def _post(self, statements: Sequence[Json]) -> Answer:
        try:
            answer = await self._client.post(self._url, json=list(statements))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Answer(0, str(error) or type(error).__name__)
        said = " ".join(answer.text.split())[:500]
        rest = _rest(answer.headers.get("Retry-After", ""), self._clock())
        return Answer(answer.status_code, f"{answer.status_code} {said}".strip(), rest)

    async def _one_by_one(self, batch: Sequence[tuple[Told, Json]]) -> Answer:
        """A store takes all of a request or none (xAPI Communication, 3.2): find out which one it is."""
        answer = Answer(200, "")
        for place, (one, written) in enumerate(batch):
            answer = await self._post([written])
            if not answer.stored and not answer.at_fault:
                await run_in_threadpool(self._settle, batch[place:], answer)
                break
            await run_in_threadpool(self._settle, [(one, written)], answer)
        return answer

    def _settle(self, batch: Sequence[tuple[Told, Json]], answer: Answer) -> None:
        """Write down what became of statements that were answered together."""
        now, told = self._clock(), [one for one, _ in batch]
        with Unit(self._engine) as unit:
            # 409: the store has this id already (Communication, 2.1.2) and keeps what it has, which is ours.
            if answer.stored or answer.status == 409:
                unit.outbox.sent([one.id for one in told], now)
            elif answer.at_fault:
                for one in told:
                    unit.outbox.refuse(one.id, answer.reason)
                    log.warning("The learning record store refuses %s %s: %s", one.verb, one.id, answer.reason)
            else:
                self._resting = now + answer.rest
                for one in told:
                    unit.outbox.later([one.id], one.tries + 1, now + max(pause(one.tries + 1), answer.rest))
                log.warning("The learning record store took nothing (%s): to be tried again", answer.reason)


def _rest(asked: str, now: datetime) -> timedelta:
    """The time a `Retry-After` asks for, in seconds or until a date (RFC 9110, 10.2.3); none when it says nothing."""
    try:
        found = timedelta(seconds=int(asked)) if asked.strip().isdigit() else parsedate_to_datetime(asked) - now
    except (TypeError, ValueError, OverflowError):
        return timedelta()
    return min(max(found, timedelta()), ASKED)
