"""Fakes for the tests of grid, note and debrief: an assessment and a reaction written by hand, around a real text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from actions.coaching.customer import Reaction
from actions.coaching.drill import Entry
from actions.coaching.feelings import Change, Feelings
from actions.storage.library import Library
from nlu.contract import EMPATHY, TONE, Assessment, Lang, Marker, Need, Phase, Wording

LIBRARY = Library(Path(__file__).resolve().parents[2] / "data")


def assess(
    text: str,
    *,
    lang: Lang = "fr",
    levels: Mapping[str, int] | None = None,
    good: Mapping[str, str] | None = None,
    bad: Mapping[str, str] | None = None,
    wording: Mapping[str, str] | None = None,
    acts: Iterable[str] = (),
    hostility: Iterable[str] = (),
    red_flags: Iterable[str] = (),
    confidence: Mapping[str, float] | None = None,
) -> Assessment:
    """An assessment of `text`; `good`, `bad` and `wording` map words of it to a strategy or a better wording."""
    told = {**dict.fromkeys(EMPATHY, 0), **dict.fromkeys(TONE, 1), **(levels or {})}
    markers = [Marker(*_place(text, words), strategy, 1) for words, strategy in (good or {}).items()]
    markers += [Marker(*_place(text, words), strategy, -1) for words, strategy in (bad or {}).items()]
    return Assessment(
        lang=lang,
        empathy={name: told[name] for name in EMPATHY},
        tone={name: told[name] for name in TONE},
        sentiment={"label": "neutral"},
        hostility=tuple(hostility),
        acts=tuple(acts),
        markers=tuple(markers),
        wording=tuple(Wording(*_place(text, words), words, better) for words, better in (wording or {}).items()),
        red_flags=tuple(red_flags),
        confidence=dict(confidence or {}),
        score=50,
    )


def _place(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def react(
    line: str = "Trois semaines que j'attends !",
    *,
    need: Need = "warm",
    phase: Phase = "middle",
    heard: bool = False,
    anger: int = 60,
    trust: int = 30,
    promises: tuple[str, ...] = (),
    changes: Sequence[Change] = (),
    over: bool = False,
) -> Reaction:
    """A reaction of an angry customer."""
    feelings = Feelings(anger, 20, trust, 60, 40, heard=heard, promises=promises)
    return Reaction("press", line, feelings, "angry", "En colère", phase, need, tuple(changes), over)


def entry(position: int, text: str, reaction: Reaction | None = None, **perceived: Any) -> Entry:
    """A live reply; `perceived` goes to `assess`."""
    return Entry("reply", position, f"m{position}", text, assess(text, **perceived), reaction or react())
