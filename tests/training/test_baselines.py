"""nlu/training/baselines.py and benchmarks.py, on examples small enough to see through."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from nlu.training import baselines, benchmarks
from nlu.training.corpora import split_of


def row(text: str, level: int, **labels: Any) -> dict[str, Any]:
    return {"text": text, "labels": {"empathy": level, "hostility": [], **labels}}


TRAIN = [row(f"je comprends votre attente {n}", 2) for n in range(6)] + [row(f"suivant {n}", 0) for n in range(4)]
TEST = [row("je comprends", 2), row("suivant", 0)]


def test_the_commonest_label() -> None:
    assert baselines.majority(TRAIN, TEST, "empathy") == [2, 2]


def test_words_tell_what_words_can_tell() -> None:
    assert baselines.bag_of_words(TRAIN, TEST, "empathy") == [2, 0]


def test_hostility_is_there_or_not() -> None:
    assert baselines.label(row("x", 0, hostility=["blame"]), "blame") == 1
    assert baselines.label(row("x", 0), "blame") == 0


class Reading:
    vector = (1.0,)
    parts: Mapping[tuple[int, int], Reading] = {}

    def __init__(self, text: str) -> None:
        good = float("good" in text)
        self.groups = {
            "sentiment": {"negative": 1 - good, "neutral": 0.0, "positive": good},
            "courtesy": {"0": 1 - good, "1": 0.0, "2": good},
        }


class Reader:
    version = "fake"
    average = ()

    def read(self, text: str, parts: Mapping[tuple[int, int], str] = {}) -> Reading:
        return Reading(text)


def test_benchmarks_read_the_test_split_alone(tmp_path: Path) -> None:
    rows = {
        "sentiment_fr": [{"text": f"good {n}", "label": "positive", "source": "Allociné"} for n in range(60)],
        "sentiment_en": [{"text": f"bad {n}", "label": "positive", "source": "XED"} for n in range(60)],
        "politeness_en": [{"text": f"{'good' if n > 30 else 'bad'} {n}", "label": n} for n in range(61)],
    }
    for name, found in rows.items():
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(one) + "\n" for one in found)
    figures = {figure.task: figure for figure in benchmarks.run(tmp_path, Reader())}
    held = sum(split_of(one["text"]) == "test" for one in rows["sentiment_fr"])
    assert figures["sentiment, fr, all sources"].texts == held and figures["sentiment, fr, all sources"].ours == 1
    assert figures["sentiment, en, XED"].ours == 0
    assert figures["film reviews, fr, Allociné"].ours == 1
    assert figures["politeness, en, TyDiP quartiles"].ours == 1


def test_an_absent_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="sentiment_fr"):
        benchmarks.run(tmp_path, Reader())
