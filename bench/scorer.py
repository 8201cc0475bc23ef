"""The scorer by itself, through `visavis score` as anybody would call it. Its figures go into docs/performance.md.

Bars: one reply p50 ≤ 14 ms, ≥ 70 replies a second, a reply of 2,000 characters ≤ 80 ms, ≤ 250 MB beyond the libraries.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

import psutil

from bot.settings import ROOT
from nlu.contract import MAX_TEXT
from nlu.training.corpora import Row, read_replies, split_of

WARM, LONG = 20, 30
VISAVIS = (sys.executable, "-c", "from bot.cli import main; main()", "score")
LIBRARIES = "import spacy, tensorflow, transformers, spacy.lang.fr, spacy.lang.en; input()"
"""What Rasa's process has loaded anyway."""


@dataclass(frozen=True)
class Figures:
    """Milliseconds for one reply, replies a second, milliseconds for the longest, megabytes beyond the libraries."""

    median: float
    p95: float
    rate: float
    longest: float
    memory: float
    replies: int


def measure() -> Figures:
    """Score our test split one by one, then all at once, then the longest text accepted."""
    rows = [row for row in read_replies(ROOT / "data" / "replies") if split_of(row["context"]) == "test"]
    text = " ".join(row["text"] for row in rows if row["lang"] == "fr")[:MAX_TEXT]
    with _process(sys.executable, "-c", LIBRARIES) as bare, _process(*VISAVIS) as ours:
        _ask(ours, rows[:WARM])
        singly = _ask(ours, rows)
        began = time.perf_counter()
        _pour(ours, rows)
        rate = len(rows) / (time.perf_counter() - began)
        longest = _ask(ours, [{**rows[0], "text": text[n:] + text[:n]} for n in range(LONG)])
        memory = _resident(ours) - _resident(bare)
    return Figures(_ms(singly, 50), _ms(singly, 95), rate, _ms(longest, 50), memory, len(rows))


@contextmanager
def _process(*command: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _line(row: Row) -> str:
    return json.dumps({key: row[key] for key in ("id", "text", "customer", "lang", "need", "phase")}) + "\n"


def _ask(process: subprocess.Popen[str], rows: Sequence[Row]) -> list[float]:
    """Seconds from each line written to its answer read."""
    assert process.stdin and process.stdout
    taken = []
    for row in rows:
        began = time.perf_counter()
        process.stdin.write(_line(row))
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        taken.append(time.perf_counter() - began)
        assert "error" not in answer, answer
    return taken


def _pour(process: subprocess.Popen[str], rows: Sequence[Row]) -> None:
    """Write a few lines ahead of the answers, as a pipe would."""
    assert process.stdin and process.stdout
    waiting = iter(rows)
    ahead = list(islice(waiting, 16))
    process.stdin.write("".join(map(_line, ahead)))
    process.stdin.flush()
    for _ in rows:
        process.stdout.readline()
        for row in islice(waiting, 1):
            process.stdin.write(_line(row))
            process.stdin.flush()


def _resident(process: subprocess.Popen[str]) -> float:
    return float(psutil.Process(process.pid).memory_info().rss / 1e6)


def _ms(seconds: Sequence[float], percent: int) -> float:
    return 1000 * statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]
