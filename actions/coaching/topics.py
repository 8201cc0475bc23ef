"""Which of the scenario's facts a reply asks for, and which of its solutions it proposes, by authored cue phrases.

A cue is a few words in order; accents and capitals do not count, words of four letters or more match from their
beginning ("rembours" finds "remboursement"), shorter ones whole, and two other words may stand between two of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actions.coaching.scenario import Scenario

WHOLE = 3
"""Words this short must match whole: "je" must not find "jeudi"."""
STEM = 6
"""Letters that tell a long word, whatever its ending ("rembou": remboursement, rembourser)."""
GAP = 2
"""How many other words may stand between two words of a cue ("numéro de votre commande")."""

_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…\n]*")
_CLAUSE = re.compile(r"[,;:()–—«»\"]+")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Topics:
    """What a reply is about: facts asked for, solutions proposed or said to be impossible, doubts answered.

    `near`: it speaks of the matter, even if of none of those. Each tuple is in the order of the text.
    """

    asked: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    near: bool = False

    def __bool__(self) -> bool:
        return self.near or bool(self.asked or self.proposed or self.declined or self.settled)


@dataclass(frozen=True)
class Cue:
    """One cue phrase of one topic."""

    topic: str
    words: tuple[str, ...]


Cues = Mapping[str, tuple[Cue, ...]]
"""Cues by their first word, so that a reply is read in one pass whatever the number of cues."""


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """`text` without capitals, accents or ligatures. Remembered: a drill's replies are read again at every turn."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(char for char in plain if not unicodedata.combining(char))


def tokens(text: str) -> list[str]:
    """The words of `text`, folded."""
    return _WORD.findall(fold(text))


def stems(text: str) -> frozenset[str]:
    """The beginnings of the long words of `text`: enough to tell whether two texts speak of the same matter."""
    return frozenset(word[:STEM] for word in tokens(text) if len(word) >= STEM)


def index(phrases: Mapping[str, Iterable[str]]) -> Cues:
    """Cue phrases by topic → cues by first word. A phrase without a word is left out."""
    found: dict[str, tuple[Cue, ...]] = {}
    for topic, cues in phrases.items():
        for words in filter(None, map(tokens, cues)):
            found[words[0]] = (*found.get(words[0], ()), Cue(topic, tuple(words)))
    return found


def matches(words: list[str], cues: Cues) -> Iterator[tuple[int, int, str]]:
    """`(first word, last word, topic)` for every cue found in `words`, by position."""
    for start, word in enumerate(words):
        for size in (*range(WHOLE + 1, len(word)), len(word)):
            head = word[:size]
            if head in cues:
                for cue in cues[head]:
                    end = _follow(words, start, cue.words[1:])
                    if end is not None:
                        yield start, end, cue.topic


def _follow(words: list[str], start: int, rest: tuple[str, ...]) -> int | None:
    for wanted in rest:
        window = range(start + 1, min(len(words), start + 2 + GAP))
        reached = next((place for place in window if _is(words[place], wanted)), None)
        if reached is None:
            return None
        start = reached
    return start


def _is(word: str, wanted: str) -> bool:
    return word.startswith(wanted) if len(wanted) > WHOLE else word == wanted


def topics(text: str, scenario: Scenario) -> Topics:
    """What `text` asks for and proposes, per sentence; a solution in a clause that denies is declined.

    « Je ne peux pas vous rembourser, mais je vous offre un avoir » declines the refund and proposes the voucher.
    """
    speech = scenario.temper.speech
    asked: list[str] = []
    proposed: list[str] = []
    declined: list[str] = []
    settled: list[str] = []
    for sentence in _SENTENCE.findall(fold(text)):
        words = _WORD.findall(sentence)
        if "?" in sentence or any(True for _ in matches(words, speech.requests)):
            asked += [topic for _, _, topic in matches(words, scenario.fact_cues)]
        settled += [topic for _, _, topic in matches(words, scenario.doubt_cues)]
        for clause in _clauses(sentence, speech.turns):
            heap = declined if _denies(clause, speech.negations, speech.idioms) else proposed
            heap += [topic for _, _, topic in matches(clause, scenario.solution_cues)]
    kept = dict.fromkeys(proposed)
    return Topics(
        asked=tuple(dict.fromkeys(asked)),
        proposed=tuple(kept),
        declined=tuple(topic for topic in dict.fromkeys(declined) if topic not in kept),
        settled=tuple(dict.fromkeys(settled)),
        near=not scenario.vocabulary.isdisjoint(stems(text)),
    )


def _clauses(sentence: str, turns: frozenset[str]) -> Iterator[list[str]]:
    """The sentence cut at its commas and at words like "mais", so that a "pas" reaches no further than it should."""
    for piece in _CLAUSE.split(sentence):
        clause: list[str] = []
        for word in _WORD.findall(piece):
            if word in turns:
                yield clause
                clause = []
            clause.append(word)
        yield clause


def _denies(clause: list[str], negations: frozenset[str], idioms: Cues) -> bool:
    """Whether the clause denies something. An idiom ("n'hésitez pas", "no problem") denies nothing."""
    harmless = {place for start, end, _ in matches(clause, idioms) for place in range(start, end + 1)}
    return any(word in negations and place not in harmless for place, word in enumerate(clause))
