"""Hundreds of turns with all that a person, a network and an outage can do to them: each reply counts exactly once."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from actions.coaching import customer, drill
from actions.coaching.drill import Entry
from actions.storage.records import Person
from bot.conversation import Conversation, NotTaken, Payload
from bot.text import clean
from tests.integration.room import PATIENCE, Room

T = TypeVar("T")
SEED = 20261122
DRILLS = 18
STEPS = 28
OUTAGES = 3
SLUGS = ("late-refund", "no-badge", "night-arrival", "cancelled-care")
SAID = (
    "Bonjour, je comprends que cette attente soit pénible. Que s'est-il passé ?",
    "Je m'en occupe aujourd'hui et je vous rappelle demain avant midi.",
    "Comment puis-je vous aider ?",
    "Quel est votre numéro de commande, s'il vous plaît ?",
    "Calmez-vous, c'est la procédure.",
    "Hello, that sounds exhausting. What happened?",
    "I will call you back tomorrow before noon, and here is your key.",
    "I'm sorry, there is nothing I can do.",
    "aide", "stop", "help", "catalogue", "merci", "au revoir", "bonjour", "which scenarios?",
    "/restart", "/end_drill", "/hint", '/feedback{"rating": 5}',
    "quelle est la capitale de la Mongolie ?", "asdfgh", "12345", "…", "非常抱歉", "👍🏽", "<b>non</b>", "ok",
)  # fmt: skip


@dataclass
class Story:
    """What the log of one drill must hold, as the test understands it, whatever happened on the way."""

    drill_id: str
    log: list[tuple[str, int, str, str]] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    over: bool = False
    acknowledged: dict[str, Entry] = field(default_factory=dict)

    def replied(self, entry: Entry, text: str) -> None:
        self.live.append(entry.message_id)
        self.log.append(("reply", len(self.live), entry.message_id, text))
        self.acknowledged[entry.message_id] = entry
        self.over = bool(entry.reaction and entry.reaction.over)

    def replayed(self, position: int, message_id: str) -> None:
        del self.live[position - 1 :]
        self.log.append(("replay", position, message_id, ""))
        self.over = False

    def noted(self, kind: str, message_id: str) -> None:
        self.log.append((kind, len(self.live) + 1, message_id, ""))
        self.over = self.over or kind == "end"


class Player:
    """Somebody who plays one drill by the dice, and never gives up on what was not taken."""

    def __init__(self, conversation: Conversation, person: Person, dice: random.Random, happened: Counter[str]) -> None:
        self._conversation = conversation
        self._person = person
        self._dice = dice
        self._happened = happened

    async def play(self) -> Story:
        slug, lang = self._dice.choice(SLUGS), self._dice.choice(("fr", "en"))
        difficulty = self._dice.choice(("calm", "demanding", "hard"))
        begun = self._insist(lambda: self._conversation.begin(self._person, slug, lang, difficulty, "web"))
        story = Story(await begun)
        steps: tuple[tuple[Callable[[Story], Awaitable[None]], int], ...] = (
            (self.reply, 60), (self.double, 10), (self.resend, 10), (self.hint, 7), (self.replay, 8), (self.begin, 3),
            (self.end, 2),
        )  # fmt: skip
        over = ((self.replay, 6), (self.resend, 2), (self.begin, 1), (self.late, 1))
        for _ in range(STEPS):
            chosen = over if story.over else steps
            step = self._dice.choices([step for step, _ in chosen], [weight for _, weight in chosen])[0]
            await step(story)
            self._happened[step.__name__] += 1
        return story

    async def reply(self, story: Story) -> None:
        text, message_id = clean(self._dice.choice(SAID)), self._id()
        story.replied(await self._send(story, text, message_id), text)

    async def double(self, story: Story) -> None:
        """The same message two or three times at once, as an impatient click or a Slack retry does."""
        text, message_id = clean(self._dice.choice(SAID)), self._id()
        answers = await asyncio.gather(*(self._send(story, text, message_id) for _ in range(self._dice.choice((2, 3)))))
        assert all(answer == answers[0] for answer in answers)
        story.replied(answers[0], text)

    async def resend(self, story: Story) -> None:
        """An old message again, taken back since or not, is answered as it was."""
        if story.acknowledged:
            known = story.acknowledged[self._dice.choice(list(story.acknowledged))]
            assert await self._send(story, known.text, known.message_id) == known

    async def hint(self, story: Story) -> None:
        message_id = self._id()
        payloads = await self._command(story, "hint", message_id)
        assert [payload["type"] for payload in payloads] == ["hint"]
        story.noted("hint", message_id)

    async def replay(self, story: Story) -> None:
        """A moment again; one that does not exist changes nothing."""
        position, message_id = self._dice.randint(0, len(story.live) + 1), self._id()
        payloads = await self._command(story, "replay", message_id, position=position)
        if 1 <= position <= len(story.live):
            story.replayed(position, message_id)
            assert (payloads[0]["type"], payloads[0]["position"]) == ("customer", position - 1)

    async def begin(self, story: Story) -> None:
        """Begun twice, a drill says the customer's last line again."""
        payloads = await self._command(story, "begin", story.drill_id)
        assert (payloads[0]["type"], payloads[0]["position"]) == ("customer", len(story.live))

    async def end(self, story: Story) -> None:
        message_id = self._id()
        payloads = await self._command(story, "end", message_id)
        assert payloads[-1]["type"] == "debrief"
        story.noted("end", message_id)

    async def late(self, story: Story) -> None:
        """A reply from a tab that has not heard of the end is not counted."""
        try:
            await self._conversation.reply(self._person, story.drill_id, "Attendez !", self._id())
        except NotTaken:
            return
        raise AssertionError("a reply was taken after the end")

    async def _send(self, story: Story, text: str, message_id: str) -> Entry:
        return await self._insist(lambda: self._conversation.reply(self._person, story.drill_id, text, message_id))

    async def _command(self, story: Story, name: str, message_id: str, **facts: int) -> list[Payload]:
        return await self._insist(
            lambda: self._conversation.command(self._person, story.drill_id, name, message_id, **facts)
        )

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return await ask()
            except NotTaken:
                self._happened["not taken"] += 1
                assert time.monotonic() < deadline, "it was never taken"
                await asyncio.sleep(0.1)

    def _id(self) -> str:
        return f"{self._dice.getrandbits(64):016x}"


async def test_every_reply_counts_exactly_once(room: Room, conversation: Conversation) -> None:
    dice, happened = random.Random(SEED), Counter[str]()
    person = room.newcomer("the-fuzzer")
    players = [Player(conversation, person, random.Random(dice.random()), happened) for _ in range(DRILLS)]
    seats = asyncio.Semaphore(3)

    async def seated(player: Player) -> Story:
        async with seats:
            return await player.play()

    games = [asyncio.create_task(seated(player)) for player in players]
    await outages(room, happened)
    stories = await asyncio.gather(*games)

    for story in stories:
        assert_log(room, story)
    assert happened["reply"] + happened["double"] >= 200
    assert sum(happened.values()) - happened["not taken"] >= 300
    assert happened["not taken"] > 0, "no outage was noticed"
    assert min(happened[name] for name in ("double", "resend", "hint", "replay", "begin", "end", "late")) > 0


async def outages(room: Room, happened: Counter[str]) -> None:
    """Kill the action server now and then, in the middle of what it does, and bring it back."""
    for number in range(1, OUTAGES + 1):
        due = number * 80
        while sum(happened.values()) < due:
            await asyncio.sleep(0.01)
        room.stop("actions", outright=True)
        before = happened["not taken"]
        while happened["not taken"] < before + 2:
            await asyncio.sleep(0.01)
        room.start("actions")


def assert_log(room: Room, story: Story) -> None:
    """SQL holds what the test's own story of the drill says: nothing twice, nothing else, the same live branch."""
    log = room.log(story.drill_id)
    assert [(entry.kind, entry.position, entry.message_id, entry.text) for entry in log] == story.log
    live = drill.live(log)
    assert [entry.message_id for entry in live] == story.live
    assert {entry.message_id: entry for entry in log if entry.kind == "reply"} == story.acknowledged
    record = room.drill(story.drill_id)
    assert record.over == story.over
    scenario = room.library.scenario(record.scenario, record.lang)
    heard = [(entry.text, entry.assessment) for entry in live if entry.assessment]
    if live:
        assert live[-1].reaction == customer.react(scenario, record.difficulty, record.seed, heard)
