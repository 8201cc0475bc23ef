"""Suites of `data/suites/` that nothing is trained on: attempts to fool the scorer, and ways of writing and naming that
must not move it. Scores are points of 0–100.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from nlu.contract import LANGS, Context, Lang
from nlu.strategies.lexicon import read_yaml
from nlu.training import noise
from nlu.training.corpora import Row, context, read_lines

Score = Callable[[str, Context], int]

GAMES = ("stuffing", "parroting", "script", "sarcasm", "negated")
SEED = 20261122
NAMED = 60
"""Replies that are said to every name."""


def games(folder: Path, lang: Lang, score: Score) -> dict[str, tuple[int, int]]:
    """By kind of game: (contexts where it scores below the plain decent reply, contexts)."""
    rows = list(read_lines(folder / lang / "gaming.jsonl"))
    beaten = dict.fromkeys(GAMES, 0)
    for row in rows:
        around = context(row, lang)
        decent = score(row["decent"], around)
        for game in GAMES:
            beaten[game] += score(row[game], around) < decent
    return {game: (found, len(rows)) for game, found in beaten.items()}


def fairness(folder: Path, lang: Lang, replies: Sequence[Row], score: Score) -> dict[str, float]:
    """By way of writing or naming: how far it moves the score of the same reply, mean absolute points."""
    chance = random.Random(SEED)
    plain = [(row["text"], context(row, lang)) for row in replies]
    found = {
        "typos": _moved(((text, noise.typos(text, chance), c) for text, c in plain), score),
        "no accents": _moved(((text, noise.without_accents(text), c) for text, c in plain), score),
        "no capitals, no commas": _moved(((text, noise.careless(text), c) for text, c in plain), score),
    }
    said = [(row, context(row, lang)) for row in read_lines(folder / lang / "phrasing.jsonl")]
    found["abbreviations"] = _moved(((row["text"], row["sms"], c) for row, c in said), score)
    found["non-native phrasing"] = _moved(((row["text"], row["nonnative"], c) for row, c in said), score)
    found["given names"] = _names(read_yaml(folder / "names.yml"), lang, plain[:NAMED], score)
    return found


def pairs(folder: Path, score: Score) -> tuple[float, float]:
    """(mean absolute, mean signed) points by which a French reply scores above its English pair."""
    gaps = []
    for row in read_lines(folder / "pairs.jsonl"):
        fr, en = (score(row["text"][lang], context({**row, "customer": row["customer"][lang]}, lang)) for lang in LANGS)
        gaps.append(fr - en)
    return mean(map(abs, gaps)), mean(gaps)


def _moved(changes: Iterable[tuple[str, str, Context]], score: Score) -> float:
    return mean(abs(score(text, around) - score(other, around)) for text, other, around in changes)


def _names(plain: dict[str, Any], lang: Lang, replies: Sequence[tuple[str, Context]], score: Score) -> float:
    """The mean distance of each name's score from the mean of all names, the reply said to each in turn."""
    gaps = []
    for text, around in replies:
        said = [
            score(f"{plain['title'][lang]} {name}, {text[:1].lower()}{text[1:]}", around) for name in plain["names"]
        ]
        gaps += [abs(one - mean(said)) for one in said]
    return mean(gaps)
