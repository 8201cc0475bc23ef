"""Plays a drill in the terminal. Works with a keyboard, a pipe, and without colours."""

from __future__ import annotations

import asyncio
import re
import signal
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType

from actions.coaching.scenario import Scenario
from actions.storage.library import Library
from actions.storage.records import Drill, Person
from bot import words
from bot.conversation import Conversation, NotTaken
from bot.terminal import sheet
from bot.text import TextError, clean
from bot.words import Words
from nlu.contract import LANGS, Lang

Ask = Callable[[str], str]
Show = Callable[[RenderableType], None]

DOOR = "terminal"
COMMAND = re.compile(r"/(hint|replay|end|help)(?: (\d{1,3}))?")
"""Commands exist at this prompt only; any other text is a reply, even one that begins with a slash."""


class _Play:
    """One sitting: what to say to whom, and where the drill stands."""

    def __init__(
        self, conversation: Conversation, person: Person, scenario: Scenario, drill_id: str, say: Words, show: Show
    ) -> None:
        self._conversation = conversation
        self._person = person
        self._scenario = scenario
        self._drill_id = drill_id
        self._say = say
        self._show = show
        self._position = 0
        self._kept: tuple[str, str] | None = None

    async def open(self) -> None:
        """The brief, and the customer's line to be answered."""
        self._show(sheet.brief(self._say, self._scenario))
        await self._command("begin", self._drill_id)

    async def obey(self, typed: str) -> bool:
        """Take one line from the prompt. True once the drill is over."""
        command = COMMAND.fullmatch(typed.strip())
        if command is None:
            return await self._reply(typed)
        name, number = command.group(1), command.group(2)
        if name == "help":
            self._show(sheet.line(self._say.say("help")))
        elif name == "replay":
            await self._replay(int(number) if number else self._position)
        else:
            return await self._command(name, str(uuid.uuid4())) and name == "end"
        return False

    async def _reply(self, typed: str) -> bool:
        if self._kept and not typed.strip():
            text, message_id = self._kept
        else:
            try:
                text, message_id = clean(typed), str(uuid.uuid4())
            except TextError as error:
                self._show(sheet.line(self._say.say(error.code)))
                return False
        try:
            entry = await self._conversation.reply(self._person, self._drill_id, text, message_id)
        except NotTaken:
            self._kept = (text, message_id)
            self._show(sheet.line(self._say.say("kept")))
            return False
        self._kept, self._position = None, entry.position
        self._show(sheet.note(self._say, entry.note or {}))
        assert entry.reaction is not None  # every reply has one
        self._show(sheet.said(self._scenario.customer_name, entry.reaction.line, entry.reaction.band_label))
        return entry.reaction.over and await self._command("end", str(uuid.uuid4()))

    async def _replay(self, position: int) -> None:
        if 1 <= position <= self._position:
            await self._command("replay", str(uuid.uuid4()), position=position)
        else:
            self._show(sheet.line(self._say.say("nothing")))

    async def _command(self, name: str, message_id: str, **facts: Any) -> bool:
        """False, and a sentence, when it could not be done."""
        try:
            payloads = await self._conversation.command(self._person, self._drill_id, name, message_id, **facts)
        except NotTaken:
            self._show(sheet.line(self._say.say("not_done")))
            return False
        for payload in payloads:
            self._tell(payload)
        return True

    def _tell(self, payload: dict[str, Any]) -> None:
        match payload["type"]:
            case "customer":
                self._position = payload["position"]
                self._show(sheet.said(payload["name"], payload["line"], payload["band_label"]))
            case "hint":
                self._show(sheet.line(self._say.say("hinted", text=payload["text"])))
            case "debrief":
                for part in sheet.debrief(self._say, payload):
                    self._show(part)


async def play(
    conversation: Conversation,
    person: Person,
    library: Library,
    slug: str,
    lang: str,
    difficulty: str,
    *,
    ask: Ask,
    show: Show,
    drill_id: str | None = None,
) -> int:
    """Play `slug` until its end, or go on with the open drill `drill_id`; without a slug, list the situations.

    `ask` gives one line for a prompt and raises EOFError or KeyboardInterrupt to pause; `show` prints. Returns the exit
    status: 0, also when paused; 1 when the drill could not be opened; 2 for an unknown slug.
    """
    spoken: Lang = next(known for known in LANGS if known == lang)
    say = words.catalogues(Path(__file__).resolve().parent / "words")[spoken]
    if slug not in library.slugs():
        if slug:
            show(sheet.line(say.say("unknown", slug=slug)))
        show(sheet.catalogue(say, library.scenarios(spoken)))
        return 2 if slug else 0
    try:
        opened = drill_id or await conversation.begin(person, slug, lang, difficulty, DOOR)
        drill = _Play(conversation, person, library.scenario(slug, spoken), opened, say, show)
        await drill.open()
        while not await drill.obey(ask(say.say("prompt"))):
            pass
    except NotTaken:
        show(sheet.line(say.say("not_started")))
        return 1
    except (EOFError, KeyboardInterrupt, asyncio.CancelledError):  # `run` turns a Ctrl-C that comes late into the last
        show(sheet.line("\n" + say.say("paused", slug=slug, lang=lang)))
    return 0


def waiting(drills: Iterable[Drill], slug: str, lang: str) -> str | None:
    """The paused drill to go on with, of a person's `drills` (newest first)."""
    mine = (drill for drill in drills if drill.door == DOOR and (drill.scenario, drill.lang) == (slug, lang))
    return next((drill.id for drill in mine if not drill.over), None)


async def run(
    conversation: Conversation,
    person: Person,
    library: Library,
    slug: str,
    lang: str,
    difficulty: str,
    drill_id: str | None = None,
) -> int:
    """`play` on the process's own terminal or pipe. Call it from the main thread; Ctrl-C pauses at any moment."""
    console = Console(highlight=False)
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None

    def ask(prompt: str) -> str:
        loop.remove_signal_handler(signal.SIGINT)  # at the prompt, Ctrl-C is Python's own
        try:
            return console.input(prompt, markup=False, emoji=False)
        finally:
            loop.add_signal_handler(signal.SIGINT, task.cancel)

    loop.add_signal_handler(signal.SIGINT, task.cancel)
    try:
        return await play(
            conversation, person, library, slug, lang, difficulty, ask=ask, show=console.print, drill_id=drill_id
        )
    finally:
        loop.remove_signal_handler(signal.SIGINT)
