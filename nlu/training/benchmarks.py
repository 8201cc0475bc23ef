"""The transformer on open corpora, on our own hash split: texts whose labels no training saw."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlu.contract import LANGS, SENTIMENTS
from nlu.scorer import Reader
from nlu.training.corpora import Row, read_corpus, split_of
from nlu.training.measures import macro_f1

Heard = Mapping[str, Mapping[str, float]]
"""The sentiment of each text, read once."""
AT_MOST = 1000
"""Texts of one test split that are read, drawn by the seed."""
SEED = 20261122


@dataclass(frozen=True)
class Figure:
    """One benchmark: what was measured on how many texts, and what others published for the task (0–1, or "")."""

    task: str
    measure: str
    texts: int
    ours: float
    published: str = ""


def run(corpus: Path, reader: Reader) -> list[Figure]:
    """Every benchmark. Raises FileNotFoundError when a corpus is absent."""
    figures = []
    for lang in LANGS:
        rows = _test(read_corpus(corpus, f"sentiment_{lang}"))
        sources: dict[str, list[Row]] = {}
        for row in rows:
            sources.setdefault(row["source"], []).append(row)
        heard = {row["text"]: reader.read(row["text"]).groups["sentiment"] for row in rows}
        figures.append(_sentiment(f"sentiment, {lang}, all sources", rows, heard))
        figures += [_sentiment(f"sentiment, {lang}, {name}", found, heard) for name, found in sorted(sources.items())]
        figures += [_polar(name, found, heard) for name, found in sources.items() if "allocin" in name.lower()]
    return [*figures, _polite(list(read_corpus(corpus, "politeness_en")), reader)]


def _test(rows: Iterable[Row]) -> list[Row]:
    held = [row for row in rows if split_of(row["text"]) == "test"]
    return random.Random(SEED).sample(held, min(AT_MOST, len(held)))


def _sentiment(task: str, rows: list[Row], heard: Heard) -> Figure:
    guess = [max(SENTIMENTS, key=heard[row["text"]].__getitem__) for row in rows]
    return Figure(task, "macro-F1, three classes", len(rows), macro_f1([row["label"] for row in rows], guess))


def _polar(source: str, rows: list[Row], heard: Heard) -> Figure:
    right = 0
    for row in rows:
        chances = heard[row["text"]]
        right += row["label"] == max(("negative", "positive"), key=chances.__getitem__)
    return Figure(
        f"film reviews, fr, {source}", "accuracy, two classes", len(rows), right / len(rows),
        "CamemBERT .974, TF-IDF + logistic regression .944 (160,000 training rows)",
    )  # fmt: skip


def _polite(rows: list[Row], reader: Reader) -> Figure:
    """The politest against the rudest quarter, as Danescu-Niculescu-Mizil et al. (2013) and TyDiP report it."""
    low, high = np.quantile([row["label"] for row in rows], [0.25, 0.75])
    ends = [row for row in rows if split_of(row["text"]) == "test" and not low < row["label"] < high]
    right = 0
    for row in ends:
        head = reader.read(row["text"]).groups["courtesy"]
        right += (head["2"] > head["0"]) == (row["label"] >= high)
    return Figure("politeness, en, TyDiP quartiles", "accuracy, two classes", len(ends), right / len(ends),
                  "XLM-R large .892")  # fmt: skip
