"""Which of our two languages a reply is written in, from its small words and its letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nlu.contract import LANGS, Lang
from nlu.strategies.lexicon import fold, read_yaml

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NOTICEABLE = 0.5


@dataclass(frozen=True)
class Profile:
    """What gives a language away: whole words, endings of words, letters and apostrophes, each with its weight."""

    words: frozenset[str]
    pieces: tuple[tuple[str, float], ...]
    endings: tuple[str, ...]


def load(folder: Path) -> dict[Lang, Profile]:
    """Read `<folder>/<lang>/language.yml` of each language."""
    profiles: dict[Lang, Profile] = {}
    for lang in LANGS:
        plain = read_yaml(folder / lang / "language.yml")["profile"]
        profiles[lang] = Profile(
            words=frozenset(fold(word) for word in plain["words"]),
            pieces=tuple((piece, float(weight)) for piece, weight in plain["pieces"].items()),
            endings=tuple(plain["endings"]),
        )
    return profiles


def detect(text: str, profiles: Mapping[Lang, Profile], default: Lang = "fr") -> Lang:
    """Name the language of `text`; `default` when nothing in it tells (« OK », "12:30", another alphabet)."""
    lowered = text.lower()
    words = [fold(word) for word in _WORD.findall(lowered)]
    evidence = {lang: _evidence(lowered, words, profile) for lang, profile in profiles.items()}
    best = max(LANGS, key=lambda lang: (evidence[lang], lang == default))
    other = min(evidence[lang] for lang in LANGS)
    return best if evidence[best] - other >= _NOTICEABLE else default


def _evidence(lowered: str, words: list[str], profile: Profile) -> float:
    known = sum(word in profile.words for word in words)
    ended = sum(len(word) > 4 and word.endswith(profile.endings) for word in words)
    seen = sum(min(3, lowered.count(piece)) * weight for piece, weight in profile.pieces)
    return known + 0.4 * ended + seen
