"""A drill in the terminal: the real steps and tables, without Rasa in between."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy.engine import Engine

from actions import practice
from actions.coaching import drill as log
from actions.room import Room
from actions.storage.engine import open_engine
from actions.storage.library import Library
from actions.storage.records import Draft, Drill, Person
from actions.storage.tables import metadata
from actions.storage.unit import Unit
from bot import terminal, words
from bot.conversation import Conversation, NotTaken
from bot.settings import ROOT
from nlu.contract import LANGS, Assessment, Marker, Wording

LIBRARY = Library(ROOT / "data")
SLUG = LIBRARY.slugs()[0]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
ANA = Person("p-1", "ana", "Ana", "agent", "demo", "fr")
READ = Assessment(
    lang="fr",
    empathy={"reaction": 2, "interpretation": 1, "exploration": 0},
    tone={"warmth": 1, "courtesy": 2, "calm": 2, "clarity": 1},
    sentiment={"label": "neutral"},
    markers=(Marker(0, 12, "acknowledgement", 1), Marker(14, 20, "command", -1)),
    wording=(Wording(0, 2, "Je", "Nous"),),
    score=71,
)
RUDE = Assessment("fr", READ.empathy, READ.tone, READ.sentiment, red_flags=("insult",), score=0)


class RoomConversation(Conversation):
    """The room without Rasa: the same steps, one assessment for every reply. `outages` counts those still to come."""

    def __init__(self, engine: Engine) -> None:
        self._here = Room(engine, LIBRARY, lambda: NOW)
        self.outages = 0
        self.read = READ
        self.ids: list[str] = []

    async def begin(self, person: Person, slug: str, lang: str, difficulty: str, door: str, quick: int = 0) -> str:
        self._break()
        facts = {"scenario": slug, "lang": lang, "difficulty": difficulty, "door": door, "quick": quick}
        practice.begin(self._here, "d-1", person.id, facts)
        return "d-1"

    async def reply(self, person: Person, drill_id: str, text: str, message_id: str) -> log.Entry:
        self.ids.append(message_id)
        if self.outages:
            with Unit(self._here.engine) as unit:
                unit.drafts.put(Draft(drill_id, message_id, text), NOW)
        self._break()
        practice.take(self._here, drill_id, text, message_id, self.read)
        with Unit(self._here.engine) as unit:
            entry = unit.turns.known(drill_id, message_id)
        assert entry
        return entry

    async def command(
        self, person: Person, drill_id: str, name: str, message_id: str, **facts: Any
    ) -> list[dict[str, Any]]:
        self._break()
        if name == "replay":
            return list(practice.replay(self._here, drill_id, facts["position"], message_id).payloads)
        if name == "hint":
            return list(practice.hint(self._here, drill_id, message_id).payloads)
        if name == "begin":
            return list(practice.begin(self._here, drill_id, person.id, {}).payloads)
        practice.end(self._here, drill_id, message_id)
        return list(practice.review(self._here, drill_id).payloads)

    def _break(self) -> None:
        if self.outages:
            self.outages -= 1
            raise NotTaken("outage")


class Stuck(RoomConversation):
    """Gets a Ctrl-C while it waits for Rasa."""

    async def reply(self, person: Person, drill_id: str, text: str, message_id: str) -> log.Entry:
        signal.raise_signal(signal.SIGINT)
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(f"sqlite:///{tmp_path}/terminal.db")
    metadata.create_all(made)
    with Unit(made) as unit:
        unit.people.add(ANA, NOW)
    yield made
    made.dispose()


@pytest.fixture
def conversation(engine: Engine) -> RoomConversation:
    return RoomConversation(engine)


def sit(
    conversation: Conversation, *lines: str | type[BaseException], slug: str = SLUG, lang: str = "fr", **given: Any
) -> tuple[int, str]:
    """Play with these lines typed; the end of the lines is Ctrl-D. The exit status, and all that was shown."""
    console = Console(file=io.StringIO(), width=200, highlight=False)
    typed = iter(lines)

    def ask(prompt: str) -> str:
        said = next(typed, EOFError)
        if isinstance(said, str):
            return said
        raise said

    status = asyncio.run(
        terminal.play(conversation, ANA, LIBRARY, slug, lang, "calm", ask=ask, show=console.print, **given)
    )
    assert isinstance(console.file, io.StringIO)
    return status, console.file.getvalue()


def entries(engine: Engine) -> tuple[log.Entry, ...]:
    with Unit(engine) as unit:
        return unit.turns.entries("d-1")


def test_both_languages_say_the_same_things() -> None:
    say = words.catalogues(ROOT / "bot" / "terminal" / "words")
    assert len({say[lang].keys() for lang in LANGS}) == 1


@pytest.mark.parametrize(
    ("lang", "coach", "verdict"), [("fr", "Votre coach", "Verdict simulé"), ("en", "Your coach", "Simulated verdict")]
)
def test_a_drill_from_brief_to_debrief(
    conversation: RoomConversation, engine: Engine, lang: str, coach: str, verdict: str
) -> None:
    status, shown = sit(conversation, "Je comprends, calmez", "/end", lang=lang)
    scenario = LIBRARY.scenario(SLUG, "fr" if lang == "fr" else "en")
    assert status == 0
    assert scenario.brief.role[:40] in shown and shown.count(scenario.customer_name) >= 2 and "Ctrl-D pause" in shown
    assert all(part in shown for part in (coach, "71/100", "Je comprends", "calmez", "Nous", verdict))
    with Unit(engine) as unit:
        drill = unit.drills.get("d-1")
    assert drill and (drill.over, drill.door, drill.lang) == (True, "terminal", lang)


def test_the_drill_ends_when_the_customer_leaves(conversation: RoomConversation) -> None:
    conversation.read = RUDE
    status, shown = sit(conversation, *["Vous êtes idiot"] * 12)
    assert status == 0 and "Verdict simulé" in shown and "une pause" not in shown


def test_only_four_commands_are_not_replies(conversation: RoomConversation, engine: Engine) -> None:
    _, shown = sit(conversation, "/help", "/hint", "/restart", "/hinted", " /end the call")
    assert "Ctrl-D ou Ctrl-C met en pause" in shown and "Indice" in shown
    said = [(entry.kind, entry.text) for entry in entries(engine)]
    assert said == [("hint", ""), ("reply", "∕restart"), ("reply", "∕hinted"), ("reply", "∕end the call")]


def test_replay_takes_the_last_moment_or_a_given_one(conversation: RoomConversation, engine: Engine) -> None:
    _, shown = sit(conversation, "/replay", "un", "deux", "/replay", "trois", "/replay 1", "quatre", "/replay 9")
    assert [entry.text for entry in log.live(entries(engine))] == ["quatre"]
    assert [entry.position for entry in entries(engine) if entry.kind == "replay"] == [2, 1]
    assert shown.count("pas encore de moment") == 2


def test_a_reply_that_was_kept_is_sent_again_with_enter(conversation: RoomConversation, engine: Engine) -> None:
    async def begun() -> str:
        return await conversation.begin(ANA, SLUG, "fr", "calm", "terminal")

    drill_id = asyncio.run(begun())
    conversation.outages = 2  # the opening line, then the reply
    _, shown = sit(conversation, "Bonjour", "", drill_id=drill_id)
    assert "Appuyez sur Entrée" in shown
    assert [entry.text for entry in entries(engine)] == ["Bonjour"]
    assert len(conversation.ids) == 2 and len(set(conversation.ids)) == 1


@pytest.mark.parametrize(("text", "sentence"), [("  ", "avec vos mots"), ("x" * 2001, "caractères")])
def test_texts_that_cannot_be_taken(conversation: RoomConversation, engine: Engine, text: str, sentence: str) -> None:
    _, shown = sit(conversation, text)
    assert sentence in shown and not entries(engine)


@pytest.mark.parametrize("text", ["[red]hm[/red] [/]", "🙂", "مرحبا", "\ud800 oui", "<script>"])
def test_any_text_is_a_reply_and_shows_as_typed(conversation: RoomConversation, engine: Engine, text: str) -> None:
    status, shown = sit(conversation, text)
    (entry,) = entries(engine)
    assert status == 0 and entry.text in shown


@pytest.mark.parametrize("gesture", [EOFError, KeyboardInterrupt])
def test_a_pause_is_kind_and_the_drill_goes_on(
    conversation: RoomConversation, engine: Engine, gesture: type[BaseException]
) -> None:
    status, shown = sit(conversation, "Bonjour", gesture)
    assert status == 0 and "votre entraînement vous attend" in shown
    with Unit(engine) as unit:
        open_drill = terminal.waiting(unit.drills.of_person(ANA.id), SLUG, "fr")
    assert open_drill == "d-1"
    sit(conversation, "/replay", "Bonsoir", drill_id=open_drill)
    assert [entry.text for entry in log.live(entries(engine))] == ["Bonsoir"]


def test_only_an_open_drill_of_this_door_waits() -> None:
    def drill(drill_id: str, door: str, ended: datetime | None) -> Drill:
        return Drill(drill_id, "p-1", SLUG, 1, "g", 1, "fr", "calm", 1, 0, door, NOW, ended)

    drills = [drill("web", "web", None), drill("over", "terminal", NOW), drill("open", "terminal", None)]
    assert terminal.waiting(drills, SLUG, "fr") == "open"
    assert terminal.waiting(drills, SLUG, "en") is None


def test_a_room_that_does_not_answer(conversation: RoomConversation) -> None:
    conversation.outages = 1
    status, shown = sit(conversation)
    assert status == 1 and "make run" in shown


def test_an_unknown_situation_is_two(conversation: RoomConversation) -> None:
    status, shown = sit(conversation, slug="[b]nowhere")
    assert status == 2 and "[b]nowhere" in shown and all(slug in shown for slug in LIBRARY.slugs())


def test_without_a_situation_the_list(conversation: RoomConversation) -> None:
    status, shown = sit(conversation, slug="", lang="en")
    assert status == 0 and "To begin" in shown and all(slug in shown for slug in LIBRARY.slugs())


def test_a_pipe_plays_without_colours(
    conversation: RoomConversation, engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("Je comprends, calmez\n/end\n"))
    assert asyncio.run(terminal.run(conversation, ANA, LIBRARY, SLUG, "fr", "calm")) == 0
    shown = capsys.readouterr().out
    assert "Verdict simulé" in shown and "\x1b" not in shown and len(entries(engine)) == 2


def test_ctrl_c_while_waiting_pauses_too(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("Bonjour\n"))
    assert asyncio.run(terminal.run(Stuck(engine), ANA, LIBRARY, SLUG, "fr", "calm")) == 0
    assert "votre entraînement vous attend" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
