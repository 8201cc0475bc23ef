"""Ways people write that must not change how they are judged: slips of the finger, no accents, abbreviations, no case.

Used twice: training sees its replies written so as well, and `make eval` measures how far the score moves.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence

from nlu.strategies.lexicon import fold

Noise = Callable[[str, random.Random], str]

TYPOS = 0.08
"""Share of words of four letters or more that get a slip: about one in a short sentence."""

STUMBLE = 0.4
"""Share of the small words that can be taken for others that are."""

_SMALL = re.compile(r"\b([^\W\d_]+)\b(\s*)")
_WORD = re.compile(r"[^\W\d_]{4,}")
_TOKEN = re.compile(r"[^\W\d_]+")


def typos(text: str, chance: random.Random) -> str:
    """Swap, drop or double a letter inside some words, in one at least of a text that has any."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    hit = [word for word in words if chance.random() < TYPOS] or [chance.choice(words)]
    for word in reversed(hit):
        text = text[: word.start()] + _slip(word.group(), chance) + text[word.end() :]
    return text


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
    )


def without_accents(text: str, chance: random.Random | None = None) -> str:
    """Letters without their accents, as a hurried hand or a foreign keyboard writes them."""
    bare = (letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", "".join(bare))


def careless(text: str, chance: random.Random | None = None) -> str:
    """No capitals, no commas and no final full stop."""
    return text.lower().replace(",", "").rstrip(". ")


def foreign(confused: Sequence[Sequence[str]], dropped: Collection[str]) -> Noise:
    """The noise of somebody who learnt the language late: small words taken for others, or left out."""
    others: dict[str, list[str]] = {}
    for one, other in confused:
        others.setdefault(one, []).append(other)
        others.setdefault(other, []).append(one)

    def stumble(text: str, chance: random.Random) -> str:
        def one(found: re.Match[str]) -> str:
            word = found.group(1).lower()
            if word in dropped and chance.random() < STUMBLE / 2:
                return ""
            if word in others and chance.random() < STUMBLE:
                return str(chance.choice(others[word])) + found.group(2)
            return found.group()

        return _SMALL.sub(one, text)

    return stumble


def abbreviated(short: Mapping[str, str]) -> Noise:
    """The noise that writes full words short: `short` maps an abbreviation to the words it stands for (« bjr »)."""
    by_word: dict[str, list[str]] = {}
    for abbreviation, full in short.items():
        by_word.setdefault(fold(full), []).append(abbreviation)

    def shorten(text: str, chance: random.Random) -> str:
        def one(found: re.Match[str]) -> str:
            known = by_word.get(fold(found.group()))
            return chance.choice(known) if known else found.group()

        return _TOKEN.sub(one, text)

    return shorten
