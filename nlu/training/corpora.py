"""Reading the training material: the open corpora and our own labelled replies.

The open corpora are gzipped JSON Lines (`<name>.jsonl.gz`), not committed; ours are `data/replies/<lang>/*.jsonl`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def read_corpus(folder: Path, name: str) -> Iterator[Row]:
    """Yield the rows of `<folder>/<name>.jsonl.gz`. Raises FileNotFoundError with the full path when it is absent."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_replies(folder: Path) -> Iterator[Row]:
    """Yield our labelled replies, all languages, in the order of their files."""
    for path in sorted(folder.glob("*/*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    yield json.loads(line)


def split_of(context: str) -> str:
    """Name the split (`train` 70 %, `dev` 15 %, `test` 15 %) of a context, fixed for ever by its SHA-256."""
    bucket = int(hashlib.sha256(context.encode()).hexdigest(), 16) % 100
    return "train" if bucket < 70 else "dev" if bucket < 85 else "test"
