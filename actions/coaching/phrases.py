"""The coach's words, read from one catalogue (`data/coach/<lang>.yml`): labels, and sentences that take facts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

LONGEST = 70
"""A quote in a coach's sentence is there to be recognised, not to be read again."""

TELLING = 4
"""A quote of fewer words tells nothing on its own."""

_WORD = re.compile(r"[^\W_]+")
_EDGE = re.compile(r"[,;:.!?…()«»“”\n]+")
_STOP = re.compile(r"[.!?…\n]+")


def label(phrases: Mapping[str, Any], group: str, name: str) -> str:
    """What people call `name` (a strategy, a feeling, a level…); the id in plain words when nobody named it yet."""
    known = phrases["labels"].get(group) or {}
    return str(known.get(name, name.replace("_", " ")))


def say(said: str | Sequence[str], turn: int = 0, **facts: object) -> str:
    """One sentence of the catalogue with its facts; of several wordings `turn` picks, so that none is random."""
    wording = said if isinstance(said, str) else said[turn % len(said)]
    return wording.format(**facts)


def short(words: str) -> str:
    """`words` on one line, shortened at a word when long, ready to stand between quotation marks."""
    line = " ".join(words.split(" ")).replace("\n", " ").strip(" \u00a0,;:.")
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def quote(text: str, start: int, end: int) -> str:
    """The words of `text` in `[start, end)` with the clause they stand in, or its sentence where the clause is one
    word. Where that is too long to quote whole: the words alone when they tell enough, else from them on."""
    for edge, least in ((_EDGE, 2), (_STOP, 1)):
        edges = list(edge.finditer(text))
        first = max((found.end() for found in edges if found.end() <= start), default=0)
        last = min((found.start() for found in edges if found.start() >= end), default=len(text))
        if len(_WORD.findall(text[first:last])) >= least:
            break
    if len(text[first:last].strip()) <= LONGEST:
        return short(text[first:last])
    return short(text[start : end if len(_WORD.findall(text[start:end])) >= TELLING else last])
