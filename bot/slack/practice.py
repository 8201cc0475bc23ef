"""A quick drill, whatever carries it: which drill runs is read in SQL, so nothing is lost when the process restarts."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy.engine import Engine
from starlette.concurrency import run_in_threadpool

from actions.coaching import customer
from actions.coaching.scenario import Scenario
from actions.storage.library import Library
from actions.storage.records import Drill, Person
from actions.storage.unit import Unit
from bot import proposal
from bot.conversation import Conversation, NotTaken
from bot.slack import blocks
from bot.slack.blocks import Message
from bot.text import TextError, clean
from bot.words import Words
from nlu.contract import LANGS, Lang

T = TypeVar("T")
Payloads = list[dict[str, Any]]

DOOR = "slack"
MOMENTS = 1
REMEMBERED = 500
"""Messages outside a drill that we would recognise if Slack sent them twice; in a drill, SQL knows them all."""


class Practice:
    """What happens to a person's words and clicks, and what to answer. One thing at a time for each person."""

    def __init__(
        self, engine: Engine, library: Library, conversation: Conversation, clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._library = library
        self._conversation = conversation
        self._clock = clock
        self._words = blocks.catalogues()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._answered: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)

    def say(self, lang: Lang) -> Words:
        """The words of a language."""
        return self._words[lang]

    def lock(self, person: Person) -> asyncio.Lock:
        """Held while something of this person is answered: a retry waits, then finds that all is done."""
        return self._locks.setdefault(person.id, asyncio.Lock())

    async def start(self, person: Person, request: str) -> Message:
        """`/drill [fr|en] [situation]`: a customer speaks."""
        asked = request.lower().split()
        lang = next((lang for lang in LANGS if lang in asked), person.lang)
        slug = next((word for word in asked if word not in LANGS), "")
        if slug and slug not in self._library.slugs():
            return blocks.unknown(self.say(lang), slug, self._library.scenarios(lang))
        return await self._begin(person, slug or await self._next(person, lang), lang)

    async def hear(self, person: Person, text: str, message_id: str, drill_id: str | None = None) -> Message | None:
        """A typed message, in the thread of `drill_id` when there is one. None when it was answered before."""
        drills = await self._drills(person)
        if (person.id, message_id) in self._answered or await self._taken(drills, message_id):
            return None
        drill = next((each for each in drills if drill_id in (None, each.id)), None)
        answer = await self._answer(person, drill, text, message_id)
        self._answered.append((person.id, message_id))
        return answer

    async def again(self, person: Person, drill_id: str, message_id: str, in_thread: bool) -> Message:
        """Take the moment back. Outside its thread an older moment is played anew: answers there go to the latest."""
        drills = await self._drills(person)
        drill = _among(drills, drill_id)
        if drill is None:
            return blocks.notice(self.say(person.lang), "gone")
        if drill.id != drills[0].id and not in_thread:
            return await self._begin(person, drill.scenario, drill.lang)
        payloads = await self._command(person, drill, "replay", message_id, position=1)
        restored = _first(payloads, "customer")
        if restored is None:
            return blocks.notice(self.say(drill.lang), "not_done")
        return blocks.again(self.say(drill.lang), drill.id, restored)

    async def next(self, person: Person, drill_id: str) -> Message:
        """Another customer, in the same language."""
        drill = _among(await self._drills(person), drill_id)
        lang = drill.lang if drill else person.lang
        return await self._begin(person, await self._next(person, lang), lang)

    async def stop(self, person: Person, drill_id: str, message_id: str) -> Message:
        """Enough for now: a short debrief."""
        drill = _among(await self._drills(person), drill_id)
        if drill is None:
            return blocks.notice(self.say(person.lang), "rest")
        payloads = await self._command(person, drill, "end", message_id)
        if payloads is None:
            return blocks.notice(self.say(drill.lang), "not_done")
        replied = any(entry.kind == "reply" for entry in await self._unit(lambda unit: unit.turns.entries(drill.id)))
        return blocks.debrief(self.say(drill.lang), _first(payloads, "debrief") if replied else None)

    async def hint(self, person: Person, drill_id: str, message_id: str) -> Message:
        """A word of help."""
        drill = _among(await self._drills(person), drill_id)
        if drill is None:
            return blocks.notice(self.say(person.lang), "gone")
        found = _first(await self._command(person, drill, "hint", message_id), "hint")
        if found is None:
            return blocks.notice(self.say(drill.lang), "not_done")
        return blocks.hint(self.say(drill.lang), drill.id, found["text"])

    async def resend(self, person: Person, drill_id: str) -> Message:
        """Send again, with its own message id, the reply that could not be taken."""
        drill = _among(await self._drills(person), drill_id)
        if drill is None:
            return blocks.notice(self.say(person.lang), "gone")
        draft = await self._unit(lambda unit: unit.drafts.get(drill.id))
        if draft is None:
            return blocks.notice(self.say(drill.lang), "taken")
        if drill.over and not await self._unit(lambda unit: unit.turns.known(drill.id, draft.message_id)):
            # Nothing is taken after the end; what was taken before it is still answered.
            await self._unit(lambda unit: unit.drafts.drop(drill.id))
            return blocks.notice(self.say(drill.lang), "over", drill.id, "again", "next")
        return await self._reply(person, drill, draft.text, draft.message_id)

    async def _answer(self, person: Person, drill: Drill | None, text: str, message_id: str) -> Message:
        say = self.say(drill.lang if drill else person.lang)
        try:
            said = clean(text)
        except TextError as error:
            return blocks.notice(say, error.code)
        if drill is None or drill.over:
            return await self._lobby(person, drill, said)
        return await self._reply(person, drill, said, message_id)

    async def _reply(self, person: Person, drill: Drill, text: str, message_id: str) -> Message:
        say = self.say(drill.lang)
        try:
            entry = await self._conversation.reply(person, drill.id, text, message_id)
        except NotTaken:
            return blocks.notice(say, "kept", drill.id, "resend")
        now = await self._unit(lambda unit: unit.drills.get(drill.id)) or drill
        name = self._library.scenario(drill.scenario, drill.lang).customer_name
        return blocks.moment(say, drill.id, name, entry, now.over)

    async def _begin(self, person: Person, slug: str, lang: Lang) -> Message:
        scenario: Scenario = self._library.scenario(slug, lang)
        try:
            drill_id = await self._conversation.begin(person, slug, lang, scenario.difficulties[0], DOOR, MOMENTS)
        except NotTaken:
            return blocks.notice(self.say(lang), "not_started")
        drill = await self._unit(lambda unit: unit.drills.get(drill_id))
        assert drill is not None  # begin says the customer has spoken
        line = customer.begin(scenario, drill.difficulty, drill.seed).line
        return blocks.opening(self.say(lang), drill_id, scenario, line)

    async def _lobby(self, person: Person, drill: Drill | None, text: str) -> Message:
        say = self.say(person.lang)
        try:
            payloads = await self._conversation.lobby(person, text, DOOR)
        except NotTaken:
            return blocks.notice(say, "not_done")
        return blocks.lobby(say, payloads, drill.id if drill else None)

    async def _command(self, person: Person, drill: Drill, name: str, message_id: str, **facts: Any) -> Payloads | None:
        try:
            return await self._conversation.command(person, drill.id, name, message_id, **facts)
        except NotTaken:
            return None

    async def _next(self, person: Person, lang: Lang) -> str:
        """The quick drill that the learning path proposes; with an empty library, the first situation there is."""
        today = self._clock().date()
        found = await self._unit(lambda unit: proposal.find(unit, self._library, person.id, lang, today, quick=True))
        return found.slug if found else self._library.slugs()[0]

    async def _drills(self, person: Person) -> list[Drill]:
        """This person's latest drills in Slack, newest first."""
        found = await self._unit(lambda unit: unit.drills.of_person(person.id))
        return [drill for drill in found if drill.door == DOOR]

    async def _taken(self, drills: Iterable[Drill], message_id: str) -> bool:
        # In every drill, not only the latest: a late retry may come once the next one has begun.
        return await self._unit(lambda unit: any(unit.turns.known(drill.id, message_id) for drill in drills))

    async def _unit(self, work: Callable[[Unit], T]) -> T:
        def run() -> T:
            with Unit(self._engine) as unit:
                return work(unit)

        return await run_in_threadpool(run)


def _among(drills: Iterable[Drill], drill_id: str) -> Drill | None:
    """The drill with this id, if it is this person's own."""
    return next((drill for drill in drills if drill.id == drill_id), None)


def _first(payloads: Payloads | None, kind: str) -> dict[str, Any] | None:
    return next((payload for payload in payloads or () if payload["type"] == kind), None)
