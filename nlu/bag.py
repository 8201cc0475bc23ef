"""The words themselves: TF-IDF of words, word pairs and letter runs, and one linear classifier per dimension.

A second opinion beside the transformer, which hears the whole better and single words worse. It is read with plain
arithmetic: each word's weight stands in a file, nothing is executed when it is loaded (`nlu/training/bag.py` makes it).
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from nlu.heads import GROUPS, Slots, probabilities, slots, version

FOLDER = Path(__file__).resolve().parent / "models" / "visavis-bag"
RUNS = (3, 4, 5)
"""Lengths of the letter runs inside a word, its borders counting as a space."""

Groups = dict[str, dict[str, float]]
_WORD = re.compile(r"\w+")


def terms(text: str) -> Iterator[str]:
    """Words and pairs of words (after `w `) and letter runs (after `c `) of a text, in lower case."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    yield from (f"w {word}" for word in words)
    yield from (f"w {one} {two}" for one, two in pairwise(words))
    for word in words:
        padded = f" {word} "
        for size in RUNS:
            yield from (f"c {padded[at : at + size]}" for at in range(max(1, len(padded) - size + 1)))


@dataclass(frozen=True)
class Bag:
    """`places` of the terms it knows, their `rarity` (idf), a row of `weights` and a `bias` per value of a group."""

    places: Mapping[str, int]
    rarity: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    version: str = ""
    _slots: Slots = field(default_factory=lambda: slots(dict(enumerate(_labels()))), repr=False)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Bag:
        """Read what training wrote. Raises FileNotFoundError when it is not there."""
        known = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        weights = folder / "weights.safetensors"
        parts = {name: part.astype(np.float32) for name, part in load_file(weights).items()}
        return cls({term: at for at, term in enumerate(known)}, version=version(weights), **parts)

    def vector(self, text: str) -> dict[int, float]:
        """TF-IDF by place: 1 + log of the count, times the rarity, made unit length (Salton & Buckley 1988)."""
        found = Counter(term for term in terms(text) if term in self.places)
        raw = {self.places[t]: (1 + math.log(n)) * float(self.rarity[self.places[t]]) for t, n in sorted(found.items())}
        length = math.sqrt(math.fsum(value * value for value in raw.values()))
        return {place: value / length for place, value in raw.items()}

    def read(self, text: str) -> Groups:
        """A chance for every value of every group but sentiment; without a known word, what is usual."""
        vector = self.vector(text)
        places = list(vector)
        sums = self.weights[:, places].astype(np.float64) @ np.asarray(list(vector.values())) + self.bias
        return {name: probabilities(sums, chosen) for name, chosen in self._slots.items()}


def taught() -> dict[str, tuple[str, ...]]:
    """The groups it is taught, in the order of its rows: all of ours that replies alone are labelled for."""
    return {name: values for name, values in GROUPS.items() if name != "sentiment"}


def _labels() -> list[str]:
    """The name of each row."""
    return [f"{group}:{value}" for group, values in taught().items() for value in values]
