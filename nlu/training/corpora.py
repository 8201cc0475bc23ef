"""Reading the training material: the open corpora and our own labelled replies.

The open corpora are gzipped JSON Lines (`<name>.jsonl.gz`), not committed; ours are `data/replies/<lang>/*.jsonl`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nlu.contract import Context, Lang

Row = dict[str, Any]


def read_corpus(folder: Path, name: str) -> Iterator[Row]:
    """Yield the rows of `<folder>/<name>.jsonl.gz`. Raises FileNotFoundError with the full path when it is absent."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_lines(path: Path) -> Iterator[Row]:
    """Yield the rows of one JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def read_replies(folder: Path) -> Iterator[Row]:
    """Yield our labelled replies, all languages, in the order of their files."""
    for path in sorted(folder.glob("*/*.jsonl")):
        yield from read_lines(path)


def rewritten(data: Path, replies: Iterable[Row]) -> Iterator[Row]:
    """Yield what `data/rewrites` holds of `replies`, as labelled rows of their own.

    Each has its `way` (`translation` into the other language, `sms`, `nonnative`) and the labels of its original: it
    says the same to the same person. None of them is measured on.
    """
    known = {row["id"]: row for row in replies}
    for path in sorted((data / "rewrites").glob("*.jsonl")):
        for row in read_lines(path):
            if row["id"] in known:
                yield {**known[row["id"]], **row, "lang": path.stem}


def context(row: Row, lang: Lang | None = None) -> Context:
    """What surrounds one of our replies; `lang` is that of a row which does not say its own."""
    return Context(row["customer"], lang or row["lang"], row["need"], row["phase"])


def read_labellings(data: Path, lang: str) -> dict[str, tuple[Row, Row]]:
    """The two labellings of each reply by its id, as they were before they were decided."""
    return {row["id"]: (row["first"], row["second"]) for row in read_lines(data / "labellings" / f"{lang}.jsonl")}


SEEN = frozenset({"fr-shop-c02", "fr-telecom-c01", "en-hotel-c01", "en-telecom-c02"})
"""Contexts whose replies the author of the rules had read before the split was known: train, for ever."""


def split_of(name: str) -> str:
    """Name the split (`train` 70 %, `dev` 15 %, `test` 15 %) of a context, or of a text of the open corpora.

    Fixed for ever by its SHA-256.
    """
    bucket = _bucket(name, 100)
    return "train" if bucket < 70 or name in SEEN else "dev" if bucket < 85 else "test"


def fold_of(context: str, folds: int) -> int:
    """One of `folds` parts of the train split, for predictions on replies that a model has not been taught."""
    return _bucket(f"fold of {context}", folds)


def _bucket(name: str, size: int) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % size
