"""The coach's words, read from one catalogue (`data/coach/<lang>.yml`): labels, and sentences that take facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LONGEST = 70
"""A quote in a coach's sentence is there to be recognised, not to be read again."""


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
    line = " ".join(words.split(" ")).replace("\n", " ").strip(" ,;:.")
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
