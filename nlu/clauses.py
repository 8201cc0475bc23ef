"""Sentences cut where they turn: « Je ne peux pas vous rembourser, | mais je vous offre un avoir. »"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

_WORD = re.compile(r"[^\W_]+")
_EDGE = re.compile(r"(?<=[,;:()–—«»\"?!…])")
LEAST = 2
"""Words that make a clause; what is shorter goes with what follows."""


def words(text: str) -> list[str]:
    """The words of `text` without capitals, accents or ligatures."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return _WORD.findall("".join(char for char in plain if not unicodedata.combining(char)))


def cut(sentence: str, turns: Collection[str]) -> tuple[str, ...]:
    """The clauses of a sentence: after its punctuation, and before words that turn it (`turns`, folded).

    Joined again they are the sentence, to the character; an empty one has none.
    """
    return tuple(_merged(piece for part in _EDGE.split(sentence) for piece in _turned(part, turns)))


def _turned(part: str, turns: Collection[str]) -> Iterator[str]:
    start = 0
    for found in _WORD.finditer(part):
        if found.start() > start and words(found.group()) and words(found.group())[0] in turns:
            yield part[start : found.start()]
            start = found.start()
    yield part[start:]


def _merged(pieces: Iterable[str]) -> Iterator[str]:
    kept = last = ""
    for piece in pieces:
        kept += piece
        if len(words(kept)) >= LEAST:
            if last:
                yield last
            kept, last = "", kept
    if last + kept:
        yield last + kept


def phrase(found: list[str], phrases: Iterable[list[str]]) -> Iterator[range]:
    """Where each of `phrases` stands in the words `found`, word for word."""
    for wanted in phrases:
        for start in range(len(found) - len(wanted) + 1):
            if found[start : start + len(wanted)] == wanted:
                yield range(start, start + len(wanted))
